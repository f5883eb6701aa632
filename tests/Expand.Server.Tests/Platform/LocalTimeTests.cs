using System.Globalization;
using CsCheck;
using Expand.Server.Platform;

namespace Expand.Server.Tests.Platform;

public sealed class LocalTimeTests
{
    private static readonly LocalTime Montevideo = In("America/Montevideo");

    [Theory]
    [InlineData("2026-11-23 10:00:05", "2026-11-23T13:00:05Z")]
    [InlineData(" 2026-11-23T10:00:05 ", "2026-11-23T13:00:05Z")]
    [InlineData("2026-11-23 10:00", "2026-11-23T13:00:00Z")]
    [InlineData("2026-11-23", "2026-11-23T03:00:00Z")]
    [InlineData("2014-10-05 02:30:00", "2014-10-05T05:30:00Z")]
    [InlineData("2014-10-05 03:00:00", "2014-10-05T05:00:00Z")]
    [InlineData("2015-03-08 01:30:00", "2015-03-08T03:30:00Z")]
    public void A_start_is_read_in_the_installations_time(string text, string utc) => Assert.Equal(Utc(utc), Montevideo.Start(text));

    [Theory]
    [InlineData("2026-11-23", "2026-11-24T02:59:59Z")]
    [InlineData("2026-11-23 10:00:05", "2026-11-23T13:00:05Z")]
    [InlineData("2015-03-08 01:30:00", "2015-03-08T04:30:00Z")]
    [InlineData("2014-10-05", "2014-10-06T01:59:59Z")]
    public void An_end_is_the_last_second_that_its_text_can_mean(string text, string utc) => Assert.Equal(Utc(utc), Montevideo.End(text));

    [Theory]
    [InlineData("")]
    [InlineData("today")]
    [InlineData("2026-02-30")]
    [InlineData("23/11/2026")]
    [InlineData("2026-11-23 25:00:00")]
    [InlineData("2026-11-23 10:00:05Z")]
    [InlineData("20261123")]
    public void What_is_no_date_is_none(string text)
    {
        Assert.Null(Montevideo.Start(text));
        Assert.Null(Montevideo.End(text));
    }

    [Theory]
    [InlineData("America/Montevideo")]
    [InlineData("Asia/Tokyo")]
    [InlineData("UTC")]
    public void The_first_and_the_last_day_there_are_can_be_asked_for(string zone)
    {
        var time = In(zone);
        foreach (var text in new[] { "0001-01-01", "9999-12-31", "0001-01-01 00:00:00", "9999-12-31 23:59:59" })
        {
            Assert.True(time.Start(text)?.AddSeconds(1) > DateTimeOffset.MinValue);
            Assert.True(time.End(text)?.AddSeconds(1) < DateTimeOffset.MaxValue);
            Assert.NotEqual(default, time.Start(text)!.Value);
        }
    }

    [Fact]
    public void An_hour_that_is_repeated_around_midnight_on_the_border_of_two_rules_is_not_lost()
    {
        // Asunción put its clocks back from 00:00 to 23:00 on 8 March 2009.
        var time = In("America/Asuncion");
        Assert.Equal("2009-03-07 23:43:37", time.Format(Utc("2009-03-08T02:43:37Z")));
        Assert.Equal("2009-03-07 23:43:37", time.Format(Utc("2009-03-08T03:43:37Z")));
        Assert.Equal(Utc("2009-03-08T02:43:37Z"), time.Start("2009-03-07 23:43:37"));
        Assert.Equal(Utc("2009-03-08T03:43:37Z"), time.End("2009-03-07 23:43:37"));
    }

    [Theory]
    [InlineData("America/Montevideo")]
    [InlineData("America/Asuncion")]
    [InlineData("Europe/Madrid")]
    [InlineData("Australia/Lord_Howe")]
    public void What_is_shown_of_an_instant_reads_back_as_a_period_that_holds_it(string zone)
    {
        var time = In(zone);
        Gen.Long[0, 2_000_000_000].Sample(seconds =>
        {
            var instant = DateTimeOffset.UnixEpoch.AddSeconds(seconds);
            var text = time.Format(instant);
            Assert.True(time.Start(text) <= instant && instant <= time.End(text));
            Assert.True(time.Start(text[..10]) <= instant && instant <= time.End(text[..10]));
        }, iter: 5_000, threads: 1);
    }

    private static LocalTime In(string zone) => new(TimeZoneInfo.FindSystemTimeZoneById(zone), TimeProvider.System);

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
