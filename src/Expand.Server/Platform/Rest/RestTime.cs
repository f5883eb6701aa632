using System.Globalization;
using System.Text.RegularExpressions;

namespace Expand.Server.Platform.Rest;

/// <summary>
/// Dates as the REST API takes them: <c>YYYY-MM-DD</c>, <c>YYYY-MM-DD HH:MM[:SS]</c> and ISO 8601, with or without quotes around them (contract,
/// rest.md). Without a zone they are in the installation's.
/// </summary>
internal static partial class RestTime
{
    /// <summary>What a date that cannot be read is told.</summary>
    public const string Rule = "takes a date: YYYY-MM-DD, YYYY-MM-DD HH:MM[:SS] or ISO 8601";

    private static readonly string[] Zoned = ["yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    /// <summary>The first instant that the text means, UTC: of a bare day its beginning.</summary>
    public static bool TryParse(string text, LocalTime zone, out DateTimeOffset instant) => TryParse(text, zone, end: false, out instant);

    /// <summary>The last instant that the text means, UTC, as PostgreSQL counts (microseconds): of a bare day its end, of a second its whole.</summary>
    public static bool TryParseEnd(string text, LocalTime zone, out DateTimeOffset instant) => TryParse(text, zone, end: true, out instant);

    private static bool TryParse(string text, LocalTime zone, bool end, out DateTimeOffset instant)
    {
        instant = default;
        text = Unquoted(text.Trim());
        var fraction = TimeSpan.Zero;
        var parts = Parts().Match(text);
        if (!parts.Success) return false;
        if (parts.Groups["fraction"] is { Success: true, Value: var digits })
            fraction = TimeSpan.FromTicks(long.Parse(digits.PadRight(7, '0'), CultureInfo.InvariantCulture));
        else if (end)
            fraction = TimeSpan.FromSeconds(1) - TimeSpan.FromMicroseconds(1);

        var local = parts.Groups["local"].Value;
        if (parts.Groups["zone"] is not { Success: true, Value: var offset })
        {
            if ((end ? zone.End(local) : zone.Start(local)) is not { } found) return false;
            instant = found + fraction;
            return true;
        }

        // A plus that a client did not encode comes out of a query as a space.
        offset = offset is "Z" or "z" ? "+00:00" : offset.Replace(' ', '+');
        if (offset.Length == 5) offset = offset.Insert(3, ":");
        if (!DateTimeOffset.TryParseExact(local.Replace(' ', 'T') + offset, Zoned, CultureInfo.InvariantCulture, DateTimeStyles.None, out var zoned)) return false;
        if (zoned.UtcDateTime.Year is < 2 or > 9998) return false;
        instant = zoned.ToUniversalTime() + fraction;
        return true;
    }

    private static string Unquoted(string text) =>
        text.Length >= 2 && text[0] == text[^1] && text[0] is '\'' or '"' ? text[1..^1].Trim() : text;

    [GeneratedRegex(@"^(?<local>\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?)(?:(?<=:\d{2}:\d{2})\.(?<fraction>\d{1,7}))?(?:(?<=:\d{2}|\.\d+)(?<zone>[Zz]|[-+ ]\d{2}:?\d{2}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();
}
