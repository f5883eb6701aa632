using System.Globalization;

namespace Expand.Simulator.Engine;

/// <summary>How Asterisk writes numbers and times.</summary>
internal static class Text
{
    public const string Unknown = "<unknown>";

    /// <summary>Seconds since 1970 with six decimals.</summary>
    public static string Epoch(DateTimeOffset at)
    {
        var microseconds = (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        return string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1_000_000}.{microseconds % 1_000_000:D6}");
    }

    /// <summary>The local time of the event Cdr; the simulated machine lives in UTC.</summary>
    public static string Local(DateTimeOffset? at) =>
        at is { } t ? t.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : "";

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static long Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds();
}
