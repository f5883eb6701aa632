using Expand.Server.OutgoingCalls;

namespace Expand.Server.Tests.OutgoingCalls;

/// <summary>What each filter lets through, alone and together; dates in Montevideo.</summary>
public sealed class OutgoingCallListTests(CallsWorld world) : IClassFixture<CallsWorld>, IAsyncLifetime
{
    private static readonly SemaphoreSlim Once = new(1, 1);
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await Once.WaitAsync(Ct);
        try
        {
            if ((await world.Api.GetAsync("?limit=1")).Json["data"]!.AsArray().Count > 0) return;
            await AddAsync("a", "tecnologia", "pperez", "2027-01-10T03:00:00Z", ["+598 99 123-456", "111"]);
            await AddAsync("b", "tecnologia", "", "2027-01-10T15:30:00Z", ["099 123 456"]);
            await AddAsync("c", "q_ventas", "daguirre", "2027-01-11T02:59:59Z", ["(2) 712.34/56"]);
            await AddAsync("d", "q_ventas", "pperez", "2027-01-11T03:00:00Z", ["111"]);
            await AddAsync("e", "tecnologia", "daguirre", "2016-11-10T18:00:00Z", ["222"], expiration: 86400);
            var (completed, canceled) = (await AddAsync("f", "tecnologia", "", "2027-02-01T12:00:00Z", ["333"]), await AddAsync("g", "tecnologia", "", "2027-02-02T12:00:00Z", ["333"]));
            Assert.Null((await world.ActAsync(calls => calls.CompleteAsync(completed, CallTerms.Any, Ct))).Failure);
            Assert.Equal(200, (await world.Api.SendAsync(HttpMethod.Delete, $"/{canceled}")).Status);
        }
        finally
        {
            Once.Release();
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("", "abcdefg")]
    [InlineData("?", "abcdefg")]
    [InlineData("?queue=q_ventas", "cd")]
    [InlineData("?queue=Q_VENTAS", "")]
    [InlineData("?queue=nowhere", "")]
    [InlineData("?phone=111", "ad")]
    [InlineData("?phone=11", "")]
    [InlineData("?phone=099123456", "b")]
    [InlineData("?phone=099-123%20456", "b")]
    [InlineData("?phone=%2B598(99)123456", "a")]
    [InlineData("?phone=+59899123456", "a")]
    [InlineData("?phone=59899123456", "")]
    [InlineData("?phone=27123456", "c")]
    [InlineData("?phone=abc", "")]
    [InlineData("?agent=pperez", "ad")]
    [InlineData("?agent=PPEREZ", "ad")]
    [InlineData("?agent=", "bfg")]
    [InlineData("?agent=nobody", "")]
    [InlineData("?status=PENDING", "abcd")]
    [InlineData("?status=pending", "abcd")]
    [InlineData("?status=COMPLETED", "f")]
    [InlineData("?status=CANCELED", "g")]
    [InlineData("?status=EXPIRED", "e")]
    [InlineData("?startdate=2027-01-10&enddate=2027-01-10", "abc")]
    [InlineData("?startdate=2027-01-11&enddate=2027-01-11", "d")]
    [InlineData("?startdate='2027-01-10%2012:30'&enddate='2027-01-10%2012:30'", "b")]
    [InlineData("?startdate=2027-01-10T15:30:01Z", "cdfg")]
    [InlineData("?enddate=2027-01-10T00:00:00-03:00", "ae")]
    [InlineData("?startdate=2027-02-02&enddate=2027-02-01", "")]
    [InlineData("?queue=tecnologia&agent=pperez&status=PENDING&phone=111&startdate=2027-01-01&enddate=2027-12-31", "a")]
    [InlineData("?start=2", "cdefg")]
    [InlineData("?limit=2", "ab")]
    [InlineData("?start=1&limit=2&queue=tecnologia", "be")]
    [InlineData("?limit=0", "")]
    [InlineData("?start=100", "")]
    public async Task Filters_narrow_together_and_the_order_is_by_id(string query, string contacts)
    {
        var answer = await world.Api.GetAsync(query);
        Assert.Equal(200, answer.Status);
        Assert.Equal(contacts, string.Concat(answer.Json["data"]!.AsArray().Select(c => (string?)c!["contact"])));
    }

    [Theory]
    [InlineData("?status=OPEN", "status")]
    [InlineData("?status=", "status")]
    [InlineData("?startdate=tomorrow", "startdate")]
    [InlineData("?enddate=2027-02-30", "enddate")]
    [InlineData("?start=-1", "start")]
    [InlineData("?limit=x", "limit")]
    [InlineData("?queue=%00", "queue")]
    [InlineData("?phone=11111111111111111111111111111111111111111111", "phone")]
    [InlineData("?agente=pperez", "agente")]
    [InlineData("?queue=a&queue=b", "queue")]
    public async Task A_wrong_filter_is_refused_by_its_name(string query, string name)
    {
        var answer = await world.Api.GetAsync(query);
        Assert.Equal(400, answer.Status);
        Assert.Equal([name], answer.Faults);
    }

    private async Task<long> AddAsync(string contact, string queue, string agent, string utc, string[] phones, int expiration = 0)
    {
        var date = DateTimeOffset.Parse(utc, System.Globalization.CultureInfo.InvariantCulture);
        var (call, failure) = await world.ActAsync(calls => calls.AddAsync(new OutgoingCallForm(queue, phones, contact, "s", date, expiration, agent, null), Ct));
        Assert.Null(failure);
        return call!.Id;
    }
}
