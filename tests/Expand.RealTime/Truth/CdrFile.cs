using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Expand.RealTime.Truth;

/// <summary>A row of cdrData, or the same told by Asterisk's own file: every field as the contract writes it.</summary>
internal sealed record CdrRow(
    string UniqueId, string Source, string Destination, string Context, string CallerId, string Channel, string DestinationChannel,
    string LastApplication, string LastData, string CallDate, string Duration, string Billable, string Disposition)
{
    private static readonly string[] Attributes =
        ["uniqueid", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "calldate", "duration", "billsec", "disposition"];

    public long Seconds => long.Parse(Duration, CultureInfo.InvariantCulture);

    /// <exception cref="FormatException">An attribute is missing, or one is too many.</exception>
    public static CdrRow Of(XElement call)
    {
        if (!call.Attributes().Select(a => a.Name.LocalName).SequenceEqual(Attributes)) throw new FormatException($"not the thirteen attributes: {call}");
        string Value(string name) => (string)call.Attribute(name)!;
        return new(Value("uniqueid"), Value("src"), Value("dst"), Value("dcontext"), Value("clid"), Value("channel"), Value("dstchannel"),
            Value("lastapp"), Value("lastdata"), Value("calldate"), Value("duration"), Value("billsec"), Value("disposition"));
    }

    public DateTimeOffset At(TimeZoneInfo zone) => ReportedRow.Instant(CallDate, zone);

    /// <summary>Whether that phone was called.</summary>
    public bool Called(string extension) => DestinationChannel.StartsWith($"PJSIP/{extension}-", StringComparison.Ordinal);
}

/// <summary>
/// Asterisk's CDRs, read by the test itself: cdrData has each of them, once, and no other. Every field stands in quotes, doubled inside; the
/// order is that of deploy/asterisk/etc/cdr_custom.conf.
/// </summary>
internal static partial class CdrFile
{
    /// <summary>The records that began within the period.</summary>
    public static IReadOnlyList<CdrRow> Read(string file, TimeZoneInfo zone, Period period)
    {
        var rows = new List<CdrRow>();
        // A line is there when its end is.
        foreach (var line in File.ReadAllText(file).Split('\n').SkipLast(1))
        {
            var f = Field().Matches(line).Select(m => m.Groups["text"].Value.Replace("\"\"", "\"", StringComparison.Ordinal)).ToList();
            var start = DateTimeOffset.UnixEpoch.AddTicks((long)(decimal.Parse(f[3], CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond));
            if (start < period.From || start >= period.To.AddSeconds(1)) continue;
            var local = TimeZoneInfo.ConvertTime(start, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            rows.Add(new(f[0], f[7], f[8], f[9], CallerId().Replace(f[6], "$1 ($2)"), f[10], f[11], f[12], f[13], local, f[14], f[15], f[16]));
        }

        return rows;
    }

    [GeneratedRegex("\"(?<text>(?:[^\"]|\"\")*)\"(?:,|$)")]
    private static partial Regex Field();

    [GeneratedRegex("^\"(.*)\" <([^<>]*)>$")]
    private static partial Regex CallerId();
}
