using System.Globalization;
using Sylvan.Data.Csv;

namespace Expand.Server.Cdr;

/// <summary>
/// Lines of the CSV that <c>cdr_custom</c> writes with the mapping of deploy/asterisk/etc/cdr_custom.conf: every field quoted, in the order
/// uniqueid, sequence, linkedid, start, answer, end (seconds since 1970 with microseconds), clid, src, dst, dcontext, channel, dstchannel,
/// lastapp, lastdata, duration, billsec, disposition, userfield, hangupcause, connected (seconds since 1970).
/// </summary>
internal static class CdrLine
{
    private const int Fields = 18;

    /// <summary>Asterisk's own bound; an index could not hold a much longer one.</summary>
    private const int LongestId = 150;
    private static readonly CsvDataReaderOptions Csv = new() { HasHeaders = false, CsvStyle = CsvStyle.Standard };

    /// <summary>The record, or the reason why the line is none.</summary>
    public static (CallRecord? Record, string? Reason) Read(string line, string pbx)
    {
        try
        {
            using var csv = CsvDataReader.Create(new StringReader(line), Csv);
            if (!csv.Read()) return (null, "no fields");
            if (csv.RowFieldCount < Fields) return (null, $"{csv.RowFieldCount} fields, not {Fields} or more");
            var text = new string[csv.RowFieldCount];
            for (var field = 0; field < text.Length; field++) text[field] = Clean(csv.GetString(field));
            if (text[0].Length is 0 or > LongestId) return (null, $"uniqueid has {text[0].Length} characters, not 1 to {LongestId}");
            if (Instant(text[3]) is not { } start) return (null, $"start '{text[3]}' is no time");
            return (new CallRecord
            {
                Pbx = pbx,
                UniqueId = text[0],
                Sequence = (int)Whole(text[1]),
                LinkedId = text[2],
                CallDate = start,
                AnsweredAt = Instant(text[4]),
                EndedAt = Instant(text[5]),
                CallerId = text[6],
                Source = text[7],
                Destination = text[8],
                Context = text[9],
                Channel = text[10],
                DestinationChannel = text[11],
                LastApplication = text[12],
                LastData = text[13],
                Duration = (int)Whole(text[14]),
                BillableSeconds = (int)Whole(text[15]),
                Disposition = text[16],
                UserField = text[17],
                HangupCause = text.Length > 18 && int.TryParse(text[18], CultureInfo.InvariantCulture, out var cause) ? cause : null,
                ConnectedAt = text.Length > 19 ? Instant(text[19]) : null,
            }, null);
        }
        catch (Exception wrong) when (wrong is CsvFormatException or InvalidDataException or OverflowException)
        {
            return (null, wrong.Message);
        }
    }

    /// <summary>PostgreSQL's text holds everything but NUL.</summary>
    private static string Clean(string value) => value.Replace("\0", "", StringComparison.Ordinal);

    private static double Whole(string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? Math.Floor(number) : 0;

    private static DateTimeOffset? Instant(string text)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) || seconds is <= 0 or > 253_402_300_799m)
            return null;
        return DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
    }
}
