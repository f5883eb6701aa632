using Expand.Server.Platform;
using Expand.Server.Platform.Pages;
using Microsoft.Extensions.Localization;

namespace Expand.Server.Access.Pages;

/// <summary>What is said of a refused change of a user: also what somebody else has already (<c>taken.FIELD</c>) stands at its field.</summary>
internal sealed class UserRefusal(IStringLocalizer<UserText> texts, IStringLocalizer<PageText> shared)
{
    private readonly FormRefusal refusal = new(texts, shared);

    /// <summary>The refusal; null where there is none.</summary>
    public Failure? Failure { get => refusal.Failure; set => refusal.Failure = value; }

    /// <summary>What no field is at fault for.</summary>
    public string? General => refusal.General;

    public bool IsAt(string field) => refusal.IsAt(field);

    public string? At(string field) => !refusal.IsAt(field) ? null : Failure!.Kind == FailureKind.Conflict ? texts["taken." + field] : refusal.At(field);

    /// <summary>The whole as a sentence, where there is no form.</summary>
    public string Told(Failure failure)
    {
        Failure = failure;
        return failure.Field is { } field ? At(field)! : refusal.Told(failure);
    }
}
