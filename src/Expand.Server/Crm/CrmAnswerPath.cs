using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Expand.Server.Crm;

/// <summary>Where in a JSON answer the value is: properties with dots between and indices in brackets; <c>$.</c> may stand before them.</summary>
internal sealed partial class CrmAnswerPath
{
    private readonly IReadOnlyList<object> steps;

    private CrmAnswerPath(IReadOnlyList<object> steps) => this.steps = steps;

    /// <summary>Whether the value is the whole answer.</summary>
    public bool IsWhole => steps.Count == 0;

    /// <summary>Null where it is no path.</summary>
    public static CrmAnswerPath? Parse(string text)
    {
        text = text.Trim();
        if (text.StartsWith('$')) text = text[1..].TrimStart('.');
        var steps = new List<object>();
        while (text.Length > 0)
        {
            var match = Step().Match(text);
            if (!match.Success || steps.Count == 16) return null;
            if (match.Groups["index"].Success) steps.Add(int.Parse(match.Groups["index"].ValueSpan, CultureInfo.InvariantCulture));
            else steps.Add(match.Groups["name"].Value);
            text = text[match.Length..];
            if (!text.StartsWith('.')) continue;
            text = text[1..];
            if (text.Length == 0) return null;
        }

        return new CrmAnswerPath(steps);
    }

    /// <summary>The value as text: a single one; of JSON's null the empty text. Null where there is none at this place.</summary>
    public string? Find(JsonElement json)
    {
        foreach (var step in steps)
        {
            if (step is string name && json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var property)) json = property;
            else if (step is int index && json.ValueKind == JsonValueKind.Array && index < json.GetArrayLength()) json = json[index];
            else return null;
        }

        return json.ValueKind switch
        {
            JsonValueKind.String => json.GetString(),
            JsonValueKind.Null => "",
            JsonValueKind.True or JsonValueKind.False or JsonValueKind.Number => json.GetRawText(),
            _ => null,
        };
    }

    [GeneratedRegex(@"\G(?:\[(?<index>\d{1,4})\]|(?<name>[^.\[\]\s]{1,100}))", RegexOptions.CultureInvariant)]
    private static partial Regex Step();
}
