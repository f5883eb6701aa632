using System.Text.RegularExpressions;
using Expand.Server.Platform;
using Expand.Server.Queues;

namespace Expand.Server.Forms;

/// <summary>What an administrator says of a form: as a JSON file for the command line.</summary>
public sealed partial record FormDefinition
{
    /// <summary>Characters of titles, labels and options at most.</summary>
    internal const int TextLength = 200;

    /// <summary>Fields at most.</summary>
    internal const int MostFields = 100;

    /// <summary>Options of a field at most.</summary>
    internal const int MostOptions = 500;

    /// <summary>Characters of a form's or a field's name at most.</summary>
    internal const int NameLength = 64;

    private const int MostQueues = 200;

    /// <summary>The name that the API knows it by.</summary>
    public string? Name { get; init; }

    /// <summary>What agents read above it.</summary>
    public string? Title { get; init; }

    /// <summary>The queues whose calls it can be filled in for.</summary>
    public IReadOnlyList<string>? Queues { get; init; }

    /// <summary>Its fields, in their order.</summary>
    public IReadOnlyList<FormField>? Fields { get; init; }

    /// <summary>Every rule that it breaks, by what is at fault; null where it breaks none.</summary>
    internal Failure? Validate()
    {
        var rules = new Dictionary<string, string>();
        if (!NameRule().IsMatch(Name ?? "")) rules["name"] = "a form's name has 1 to 64 letters without accents, digits and . _ -, and begins with a letter";
        if (!IsText(Title)) rules["title"] = $"takes 1 to {TextLength} characters, none of them a control character";
        if (Queues is { Count: > MostQueues }) rules["queues"] = $"takes {MostQueues} queues at most";
        else if (Queues?.FirstOrDefault(q => QueueCatalog.Named(q ?? "") is not null) is { } queue) rules["queues"] = $"{queue} can be no queue's name";
        else if (Queues is not null && Queues.Contains(null)) rules["queues"] = "takes names of queues";
        if (Fields is null or { Count: 0 or > MostFields }) rules["fields"] = $"takes 1 to {MostFields} fields";
        for (var i = 0; i < Fields?.Count && rules.Count < 10; i++)
        {
            if (WrongWith(Fields[i], Fields.Take(i)) is { } rule) rules[$"fields[{i}]"] = rule;
        }

        return rules.Count == 0 ? null : Failure.Several(rules);
    }

    private static string? WrongWith(FormField? field, IEnumerable<FormField> before)
    {
        if (field is null) return "takes a field";
        if (!FieldNameRule().IsMatch(field.Name ?? "")) return FieldFault.Name;
        if (before.Any(f => f?.Name == field.Name)) return FieldFault.NameTwice(field.Name!);
        if (!IsText(field.Label)) return FieldFault.Label;
        if (field.Kind != FormFieldKind.Choice) return field.Options is { Count: > 0 } ? "only a choice has options" : null;
        if (field.Options is null or { Count: 0 or > MostOptions }) return FieldFault.Options;
        if (field.Options.Any(o => !IsText(o?.Value) || (o!.Label is not null && !IsText(o.Label)))) return FieldFault.Option;
        return field.Options.DistinctBy(o => o.Value).Count() < field.Options.Count ? FieldFault.OptionTwice : null;
    }

    private static bool IsText(string? text) => !string.IsNullOrWhiteSpace(text) && text.Length <= TextLength && PlainText.Holds(text) && text == text.Trim();

    // Never digits only: a form's id stands in the same place.
    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_.-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameRule();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex FieldNameRule();
}
