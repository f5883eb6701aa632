using System.Text;
using CsCheck;
using Expand.Server.Cdr;

namespace Expand.Server.Tests.Cdr;

public sealed class CdrLineTests
{
    private static readonly string[] Usual =
    [
        "1795369905.305419896", "72", "1795369905.305419896", "1795369905.493502", "1795369906.1", "1795369910.999999", "\"Juan Pérez\" <701>", "701",
        "702", "internal", "PJSIP/701-1", "PJSIP/702-2", "Dial", "PJSIP/702,30,tT", "5", "4", "ANSWERED", "", "16", "1795369908",
    ];

    [Fact]
    public void Every_field_of_a_line_is_read_and_times_keep_their_microseconds()
    {
        var record = Read(Usual);
        Assert.Equal("1795369905.305419896", record.UniqueId);
        Assert.Equal(72, record.Sequence);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(1795369905).AddMicroseconds(493502), record.CallDate);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(1795369906).AddMicroseconds(100000), record.AnsweredAt);
        Assert.Equal("\"Juan Pérez\" <701>", record.CallerId);
        Assert.Equal("PJSIP/702,30,tT", record.LastData);
        Assert.Equal((5, 4, "ANSWERED", 16), (record.Duration, record.BillableSeconds, record.Disposition, record.HangupCause));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(1795369908), record.ConnectedAt);
    }

    [Fact]
    public void What_is_empty_is_empty_and_not_a_time_or_a_cause()
    {
        var record = Read(With((4, ""), (5, "0.000000"), (18, ""), (19, "")));
        Assert.Null(record.AnsweredAt);
        Assert.Null(record.EndedAt);
        Assert.Null(record.HangupCause);
        Assert.Null(record.ConnectedAt);
        Assert.Null(Read([.. Usual.Take(18)]).HangupCause);
        Assert.Null(Read([.. Usual.Take(19)]).ConnectedAt);
    }

    [Fact]
    public void Whatever_a_caller_ID_holds_comes_back_as_it_was()
    {
        var text = Gen.Frequency((4, Gen.Char["\",;\\'<>|áñ日 ab"]), (1, Gen.Char[' ', '~'])).Array[0, 40].Select(c => new string(c));
        text.Sample(value => Assert.Equal(value, Read(With((6, value))).CallerId), iter: 1_000, threads: 1);
    }

    [Fact]
    public void A_NUL_which_PostgreSQL_cannot_hold_is_left_out() => Assert.Equal("ab", Read(With((6, "a\0b"))).CallerId);

    [Theory]
    [InlineData("", "fields")]
    [InlineData("not a record", "fields")]
    [InlineData("\"1.2\",\"3\"", "fields")]
    public void A_line_with_too_few_fields_is_no_record(string line, string reason)
    {
        var (record, told) = CdrLine.Read(line, "pbx");
        Assert.Null(record);
        Assert.Contains(reason, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(3, "")]
    [InlineData(3, "yesterday")]
    [InlineData(3, "-5")]
    [InlineData(3, "99999999999999999999")]
    public void A_line_without_an_id_or_a_start_is_no_record(int field, string value)
    {
        var (record, reason) = CdrLine.Read(Csv(With((field, value))), "pbx");
        Assert.Null(record);
        Assert.False(string.IsNullOrEmpty(reason));
    }

    [Fact]
    public void No_line_whatever_throws() =>
        Gen.String.Sample(line =>
        {
            var (record, reason) = CdrLine.Read(line, "pbx");
            Assert.True(record is null ^ reason is null);
        }, iter: 2_000, threads: 1);

    [Fact]
    public void Broken_numbers_do_not_throw()
    {
        foreach (var number in new[] { "x", "", "1e300", "-1", "NaN", "∞", "99999999999" })
            Assert.NotNull(Read(With((1, number), (14, number), (15, number), (18, number))));
    }

    private static string[] With(params (int Field, string Value)[] changes)
    {
        var fields = (string[])Usual.Clone();
        foreach (var (field, value) in changes) fields[field] = value;
        return fields;
    }

    /// <summary>As cdr_custom's CSV_QUOTE writes it.</summary>
    private static string Csv(string[] fields)
    {
        var line = new StringBuilder();
        foreach (var field in fields) line.Append(line.Length > 0 ? "," : "").Append('"').Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        return line.ToString();
    }

    private static CallRecord Read(string[] fields)
    {
        var (record, reason) = CdrLine.Read(Csv(fields), "pbx");
        Assert.Null(reason);
        return record!;
    }
}
