using System.Globalization;
using Expand.Server.Platform;
using Expand.Server.Platform.Rest;

namespace Expand.Server.Tests.Rest;

/// <summary>Dates of the REST API, in Montevideo (UTC-3).</summary>
public sealed class RestTimeTests
{
    private static readonly LocalTime Zone = new(TimeZoneInfo.FindSystemTimeZoneById("America/Montevideo"), TimeProvider.System);

    [Theory]
    [InlineData("2019-02-01", "2019-02-01T03:00:00Z", "2019-02-02T02:59:59.999999Z")]
    [InlineData("'2019-02-01'", "2019-02-01T03:00:00Z", "2019-02-02T02:59:59.999999Z")]
    [InlineData("\"2019-02-01\"", "2019-02-01T03:00:00Z", "2019-02-02T02:59:59.999999Z")]
    [InlineData(" 2019-02-01 ", "2019-02-01T03:00:00Z", "2019-02-02T02:59:59.999999Z")]
    [InlineData("2016-11-10 15:00", "2016-11-10T18:00:00Z", "2016-11-10T18:00:00.999999Z")]
    [InlineData("2016-11-10 15:00:01", "2016-11-10T18:00:01Z", "2016-11-10T18:00:01.999999Z")]
    [InlineData("2016-11-10T15:00:01", "2016-11-10T18:00:01Z", "2016-11-10T18:00:01.999999Z")]
    [InlineData("2017-09-19T13:54:33.824000-03:00", "2017-09-19T16:54:33.824Z", "2017-09-19T16:54:33.824Z")]
    [InlineData("2017-09-19T13:54:33.824", "2017-09-19T16:54:33.824Z", "2017-09-19T16:54:33.824Z")]
    [InlineData("2017-09-19T13:54:33Z", "2017-09-19T13:54:33Z", "2017-09-19T13:54:33.999999Z")]
    [InlineData("2017-09-19T13:54Z", "2017-09-19T13:54:00Z", "2017-09-19T13:54:00.999999Z")]
    [InlineData("2017-09-19T13:54:33+0200", "2017-09-19T11:54:33Z", "2017-09-19T11:54:33.999999Z")]
    [InlineData("2017-09-19T13:54:33 02:00", "2017-09-19T11:54:33Z", "2017-09-19T11:54:33.999999Z")]
    [InlineData("'2017-09-19 13:54:33 -03:00'", null, null)]
    public void Is_read_as_the_contract_has_it(string text, string? first, string? last)
    {
        Assert.Equal(first is not null, RestTime.TryParse(text, Zone, out var from));
        Assert.Equal(last is not null, RestTime.TryParseEnd(text, Zone, out var to));
        if (first is null) return;
        Assert.Equal((At(first), At(last!)), (from, to));
    }

    [Theory]
    [InlineData("")]
    [InlineData("'")]
    [InlineData("''")]
    [InlineData("2019-02-30")]
    [InlineData("2019-2-1")]
    [InlineData("01/02/2019")]
    [InlineData("2019-02-01 25:00")]
    [InlineData("2019-02-01 10:61")]
    [InlineData("2019-02-01T10:00:00+25:00")]
    [InlineData("2019-02-01-03:00")]
    [InlineData("2019-02-01 10:00.5")]
    [InlineData("tomorrow")]
    [InlineData("'2019-02-01\"")]
    [InlineData("1549000000")]
    [InlineData("٢٠١٩-02-01")]
    public void What_is_no_date_is_none(string text)
    {
        Assert.False(RestTime.TryParse(text, Zone, out _));
        Assert.False(RestTime.TryParseEnd(text, Zone, out _));
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
