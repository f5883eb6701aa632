using Expand.Server.Platform;
using Expand.Server.Reports;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Server.Tests.Reports;

/// <summary>Which time a report is about, and how its address says what it is asked for.</summary>
public sealed class ReportPeriodTests
{
    [Theory]
    [InlineData("hoy", "2026-11-27 00:00:00", "2026-11-27 23:59:59")]
    [InlineData("", "2026-11-27 00:00:00", "2026-11-27 23:59:59")]
    [InlineData("ayer", "2026-11-26 00:00:00", "2026-11-26 23:59:59")]
    [InlineData("7dias", "2026-11-21 00:00:00", "2026-11-27 23:59:59")]
    [InlineData("30dias", "2026-10-29 00:00:00", "2026-11-27 23:59:59")]
    public void A_named_period_is_of_whole_days_of_the_installation(string name, string from, string to)
    {
        // In UTC it is the 28th already.
        var time = Time("America/Montevideo", "2026-11-28T01:30:00Z");
        var period = new ReportFilter { Period = name }.Check(time).Value!;
        Assert.Equal((from, to), (time.Format(period.From), time.Format(period.To)));
    }

    [Theory]
    [InlineData("2026-11-26", "2026-11-26", "2026-11-26 00:00:00", "2026-11-26 23:59:59")]
    [InlineData("2026-11-26T10:00", "2026-11-26T10:59", "2026-11-26 10:00:00", "2026-11-26 10:59:59")]
    [InlineData("2026-11-26 10:00:30", "2026-11-26 10:00:31", "2026-11-26 10:00:30", "2026-11-26 10:00:31")]
    public void The_end_belongs_to_it_to_its_last_second(string from, string to, string first, string last)
    {
        var time = Time("America/Montevideo", "2026-11-28T01:30:00Z");
        var period = new ReportFilter { From = from, To = to }.Check(time).Value!;
        Assert.Equal((first, last), (time.Format(period.From), time.Format(period.To)));
    }

    [Theory]
    [InlineData("periodo", "?periodo=siempre")]
    [InlineData("desde", "?desde=2026-02-30&hasta=2026-03-01")]
    [InlineData("desde", "?hasta=2026-03-01")]
    [InlineData("hasta", "?desde=2026-03-01&hasta=x")]
    [InlineData("orden", "?desde=2026-03-02&hasta=2026-03-01")]
    [InlineData("largo", "?desde=0001-01-01&hasta=9999-12-31")]
    [InlineData("umbral", "?umbral=-5")]
    [InlineData("umbral", "?umbral=veinte")]
    [InlineData("corta", "?corta=3601")]
    [InlineData("duracion", "?duracion=1e9")]
    [InlineData("accion", "?accion=BAILAR")]
    public void What_is_wrong_is_named_by_its_field(string field, string query) =>
        Assert.Equal(field, ReportFilter.Read(QueryHelpers.ParseQuery(query)).Check(Time("America/Montevideo", "2026-11-28T01:30:00Z")).Failure?.Field);

    [Theory]
    [InlineData("/x")]
    [InlineData("/x?periodo=ayer&cola=q_a%C3%B1o%20%26%20m%C3%A1s&agente=101&accion=CONNECT&umbral=30&corta=0")]
    [InlineData("/x?desde=2026-11-26T10%3A00&hasta=2026-11-26T10%3A59&numero=%2B598&interno=701&resultado=NO%20ANSWER&duracion=60")]
    public void An_address_read_and_written_again_is_the_same(string address) =>
        Assert.Equal(address, ReportFilter.Read(QueryHelpers.ParseQuery(address.Contains('?', StringComparison.Ordinal) ? address[2..] : "")).Address("/x"));

    [Theory]
    [InlineData("2026-03-29", 23)]
    [InlineData("2026-10-25", 25)]
    [InlineData("2026-11-26", 24)]
    public void A_day_has_as_many_hours_as_the_clock_gives_it_and_no_second_is_in_two_or_none(string day, int hours)
    {
        var time = Time("Europe/Madrid", "2026-11-28T01:30:00Z");
        var parts = Whole(day, day, time);
        Assert.Equal(hours, parts.Count);
        Assert.All(parts, p => Assert.EndsWith(":00", p.Name, StringComparison.Ordinal));
        Assert.Equal("00:00", parts[0].Label);
        Assert.Equal("23:00", parts[^1].Label);
    }

    [Fact]
    public void Days_and_months_begin_where_the_installations_do()
    {
        var time = Time("Europe/Madrid", "2026-11-28T01:30:00Z");
        Assert.Equal(["2026-03-27", "2026-03-28", "2026-03-29", "2026-03-30"], Whole("2026-03-27", "2026-03-30", time).Select(p => p.Name));
        Assert.Equal(["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"], Whole("2026-01-15", "2026-05-03", time).Select(p => p.Name));
        Assert.Equal(["10:30", "11:00"], Whole("2026-11-26 10:30", "2026-11-26 11:10", time).Select(p => p.Label));
    }

    /// <summary>The parts, which together are the period.</summary>
    private static IReadOnlyList<PeriodPart> Whole(string from, string to, LocalTime time)
    {
        var period = new ReportFilter { From = from, To = to }.Check(time).Value!;
        var parts = period.Parts(time);
        Assert.Equal(period.From, parts[0].At);
        Assert.Equal(period.To, parts[^1].Until);
        for (var i = 1; i < parts.Count; i++) Assert.Equal(parts[i].At, parts[i - 1].Until.AddSeconds(1));
        return parts;
    }

    private static LocalTime Time(string zone, string now) =>
        new(TimeZoneInfo.FindSystemTimeZoneById(zone), new FakeTimeProvider(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)));
}
