using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Expand.Server.Crm;

/// <summary>Where a value goes, hence how it is encoded: it is never more than a value there.</summary>
internal enum CrmPlace
{
    Url,
    Json,
    Form,
}

/// <summary>Texts with placeholders such as <c>{callerIdNum}</c>; names without regard to case.</summary>
internal static partial class CrmTemplate
{
    public static string Fill(string template, IReadOnlyList<KeyValuePair<string, string>> values, CrmPlace place) =>
        Placeholder().Replace(template, match =>
        {
            foreach (var (name, value) in values)
            {
                if (name.Equals(match.Groups[1].Value, StringComparison.OrdinalIgnoreCase)) return Encode(value, place);
            }

            return match.Value;
        });

    /// <summary>The first placeholder that is none of these names; null where all are.</summary>
    public static string? FirstUnknown(string template, IReadOnlyCollection<string> names) =>
        Placeholder().Matches(template).Select(m => m.Groups[1].Value).FirstOrDefault(name => !names.Contains(name, StringComparer.OrdinalIgnoreCase));

    public static bool HasAny(string template) => Placeholder().IsMatch(template);

    /// <summary>In JSON no more is escaped than JSON asks for: it goes to a service, and never into a page.</summary>
    public static string Encode(string value, CrmPlace place) =>
        place == CrmPlace.Json ? JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString() : Uri.EscapeDataString(value);

    [GeneratedRegex(@"\{([A-Za-z]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
