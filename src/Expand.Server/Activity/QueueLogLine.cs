using System.Globalization;

namespace Expand.Server.Activity;

/// <summary>
/// A line of Asterisk's queue_log: <c>time|callid|queue|agent|event|data…</c>, time in whole seconds since 1970.
/// </summary>
internal sealed record QueueLogLine(DateTimeOffset At, string CallId, string Queue, string Agent, string Event, string[] Data)
{
    private const int LongestName = 255;

    /// <summary>The n-th datum from 1, or empty.</summary>
    public string this[int datum] => datum <= Data.Length ? Data[datum - 1] : "";

    /// <summary>The n-th datum from the end, from 1; some events put their texts first and their numbers last.</summary>
    public string FromEnd(int datum) => datum <= Data.Length ? Data[^datum] : "";

    /// <summary>A datum as whole seconds, never negative; 0 where it is none.</summary>
    public static int Seconds(string datum) => int.TryParse(datum, NumberStyles.Integer, CultureInfo.InvariantCulture, out var n) && n > 0 ? n : 0;

    /// <summary>The line, or the reason why it is none.</summary>
    public static (QueueLogLine? Line, string? Reason) Read(string text)
    {
        var fields = text.Replace("\0", "", StringComparison.Ordinal).Split('|');
        if (fields.Length < 5) return (null, $"{fields.Length} fields, not 5 or more");
        // Microseconds where an installation's queue_log has them: instants are whole seconds all the same.
        var seconds = fields[0].Split('.')[0];
        if (!long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch) || epoch is <= 0 or > 253_402_300_799)
            return (null, $"'{fields[0]}' is no time");
        if (Array.FindIndex(fields, 1, 4, f => f.Length > LongestName) is >= 0 and var field) return (null, $"field {field + 1} is longer than {LongestName} characters");
        return (new QueueLogLine(DateTimeOffset.FromUnixTimeSeconds(epoch), None(fields[1]), None(fields[2]), None(fields[3]), fields[4].ToUpperInvariant(), fields[5..]), null);
    }

    private static string None(string field) => field is "NONE" or "MANAGER" or "REALTIME" ? "" : field;
}
