using Microsoft.Extensions.Localization;

namespace Expand.Server.Platform.Pages;

/// <summary>
/// What a form shows of a refusal, in the visitor's language: the room's text <c>wrong.FIELD</c> beside the field, or where the room has none the
/// rule as the API words it; a refusal of no field in general above the form (<c>failure.KIND</c>, the room's own or the shared one).
/// </summary>
internal sealed class FormRefusal(IStringLocalizer room, IStringLocalizer<PageText> shared)
{
    /// <summary>The refusal; null where there is none.</summary>
    public Failure? Failure { get; set; }

    /// <summary>What stands above the form: a refusal that no field is at fault for. Null where there is none.</summary>
    public string? General => Failure is { Field: null } failure ? Told(failure) : null;

    /// <summary>Whether a field is at fault.</summary>
    public bool IsAt(string field) => Rule(field) is not null;

    /// <summary>The rule that a field breaks, in the visitor's language; null where it breaks none.</summary>
    public string? At(string field)
    {
        if (Rule(field) is not { } rule) return null;
        var text = room["wrong." + field];
        return text.ResourceNotFound ? rule : text.Value;
    }

    /// <summary>A refusal as a sentence.</summary>
    public string Told(Failure failure)
    {
        var own = room["failure." + failure.Kind];
        return own.ResourceNotFound ? shared["failure." + failure.Kind] : own;
    }

    private string? Rule(string field)
    {
        if (Failure is null) return null;
        if (Failure.Fields is { } fields) return fields.TryGetValue(field, out var rules) ? string.Join(" ", rules) : null;
        return Failure.Field == field ? Failure.Message : null;
    }
}
