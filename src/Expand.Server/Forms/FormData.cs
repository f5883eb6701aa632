using System.Globalization;
using Expand.Server.Platform;

namespace Expand.Server.Forms;

/// <summary>What an agent filled in, checked against the form's fields.</summary>
internal static class FormData
{
    /// <summary>The data as it is stored, or every field at fault with its rule. Blanks around values are cut, and empty ones are none.</summary>
    public static Result<string> Write(IReadOnlyList<FormField> fields, IReadOnlyDictionary<string, IReadOnlyList<string>> values)
    {
        var rules = new Dictionary<string, string>();
        var data = new OrderedDictionary<string, IReadOnlyList<FormValue>>();
        foreach (var unknown in values.Keys.Where(name => fields.All(f => f.Name != name)))
            rules[PlainText.Holds(unknown) && unknown.Length <= 64 ? unknown : "data"] = FormRule.Unknown;
        foreach (var field in fields)
        {
            var given = values.GetValueOrDefault(field.Name!)?.Select(v => v?.Trim() ?? "").Where(v => v.Length > 0).ToList() ?? [];
            if (given.Count == 0 && field.Required) rules[field.Name!] = FormRule.Required;
            if (given.Count == 0) continue;
            if (given.Count > (field.Several ? FormRule.MostValues : 1)) rules[field.Name!] = field.Several ? FormRule.Values : FormRule.OneValue;
            else if (given.Select(v => Read(field, v)).ToList() is var read && read.FirstOrDefault(r => r.Rule is not null).Rule is { } rule) rules[field.Name!] = rule;
            else data[field.Name!] = [.. read.Select(r => r.Value!).Distinct()];
        }

        return rules.Count > 0 ? Failure.Several(rules) : StoredJson.Write(data);
    }

    /// <summary>Stored data, in the order of the form's fields.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<FormValue>> Read(string json) =>
        StoredJson.Read<OrderedDictionary<string, IReadOnlyList<FormValue>>>(json);

    private static (FormValue? Value, string? Rule) Read(FormField field, string text)
    {
        switch (field.Kind)
        {
            case FormFieldKind.Number:
                return decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                    ? Of(field.Label!, number.ToString(CultureInfo.InvariantCulture))
                    : (null, FormRule.Number);
            case FormFieldKind.Date:
                return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
                    ? Of(field.Label!, text)
                    : (null, FormRule.Date);
            case FormFieldKind.Choice:
                return field.Options!.FirstOrDefault(o => o.Value == text) is { } option
                    ? Of(option.Label ?? text, text)
                    : (null, FormRule.Option);
            default:
                return text.Length <= FormRule.LongestText && PlainText.Holds(text, lines: true)
                    ? Of(field.Label!, text)
                    : (null, FormRule.Text);
        }
    }

    private static (FormValue?, string?) Of(string label, string value) => (new FormValue { Label = label, Value = value }, null);
}
