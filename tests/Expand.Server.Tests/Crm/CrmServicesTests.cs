using System.Diagnostics;
using Expand.Server.Crm;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Server.Tests.Crm;

/// <summary>The services behind their circuits, and the names that are kept, by a clock of the test's own.</summary>
public sealed class CrmServicesTests
{
    private static readonly CrmServiceSettings Rest = new() { Enabled = true, Kind = CrmKind.Rest, TimeoutSeconds = 10 };

    private readonly FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task A_name_is_asked_for_once_and_again_when_its_time_is_over_and_that_there_is_none_is_kept_for_less()
    {
        await using var crm = await CrmBackend.StartAsync();
        var names = Names(crm, out _);
        crm.Answer = body => (200, "text/plain", body.Contains("099", StringComparison.Ordinal) ? "Juan" : "");
        Assert.Equal(["Juan", "Juan", "Juan"], await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => names.FindAsync("099"))));
        Assert.Equal("", await names.FindAsync("098"));
        Assert.Equal("", await names.FindAsync("098"));
        Assert.Equal(2, crm.Asked.Count);
        clock.Advance(TimeSpan.FromSeconds(61));
        await names.FindAsync("099");
        await names.FindAsync("098");
        Assert.Equal(3, crm.Asked.Count);
        clock.Advance(TimeSpan.FromSeconds(540));
        await names.FindAsync("099");
        Assert.Equal(4, crm.Asked.Count);
        crm.Answer = _ => (500, "text/plain", "");
        Assert.Equal("", await names.FindAsync("097"));
        crm.Answer = _ => (200, "text/plain", "Eva");
        Assert.Equal("Eva", await names.FindAsync("097"));
        Assert.Equal("", await names.FindAsync(""));
        Assert.Equal(6, crm.Asked.Count);
    }

    [Fact]
    public async Task A_service_that_is_away_is_not_asked_for_a_while_and_then_by_one_call()
    {
        await using var crm = await CrmBackend.StartAsync();
        var names = Names(crm, out var services);
        crm.Answer = _ => (503, "text/plain", "");
        for (var i = 0; i < 5; i++) Assert.Equal("", await names.FindAsync("09" + i));
        Assert.Equal(3, crm.Asked.Count);
        var state = services.StateOf(CrmOperation.CallerName);
        Assert.Equal((3L, 3L, 2L, clock.GetUtcNow() + CrmLine.Break, false, CrmProblem.Status), (state.Calls, state.Failures, state.Skipped, state.OpenUntil, state.IsProbing, state.LastFailure!.Problem));
        Assert.False(services.WouldAsk(CrmOperation.CallerName));

        clock.Advance(CrmLine.Break + TimeSpan.FromSeconds(1));
        Assert.True(services.WouldAsk(CrmOperation.CallerName));
        await names.FindAsync("1");
        await names.FindAsync("2");
        Assert.Equal(4, crm.Asked.Count);

        crm.Answer = _ => (200, "text/plain", "Juan");
        clock.Advance(CrmLine.Break + TimeSpan.FromSeconds(1));
        Assert.Equal("Juan", await names.FindAsync("3"));
        Assert.Null(services.StateOf(CrmOperation.CallerName).OpenUntil);
        Assert.Equal("Juan", await names.FindAsync("4"));
    }

    [Fact]
    public async Task One_that_answers_with_faults_is_there_and_its_circuit_stays_closed()
    {
        await using var crm = await CrmBackend.StartAsync();
        var names = Names(crm, out var services, new() { Enabled = true });
        crm.Answer = _ => (500, "text/xml", "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><faultstring>no</faultstring></s:Fault></s:Body></s:Envelope>");
        for (var i = 0; i < 6; i++) await names.FindAsync("09" + i);
        Assert.Equal((6, 0L), (crm.Asked.Count, services.StateOf(CrmOperation.CallerName).Skipped));
    }

    [Fact]
    public async Task One_that_hangs_is_waited_for_until_its_timeout()
    {
        await using var crm = await CrmBackend.StartAsync();
        var names = Names(crm, out var services, Rest with { TimeoutSeconds = 0.3 });
        crm.Answer = _ => null;
        var begun = Stopwatch.GetTimestamp();
        Assert.Equal("", await names.FindAsync("099"));
        Assert.InRange(Stopwatch.GetElapsedTime(begun).TotalSeconds, 0.25, 10);
        Assert.Equal(CrmProblem.TimedOut, services.StateOf(CrmOperation.CallerName).LastFailure!.Problem);
    }

    [Fact]
    public async Task Who_asks_is_shown_by_Basic_and_a_service_that_is_off_is_not_asked()
    {
        await using var crm = await CrmBackend.StartAsync();
        await Names(crm, out _, Rest with { Username = "ana", Password = "ñ" }).FindAsync("099");
        Assert.Equal("Basic YW5hOsOx", Assert.Single(crm.Asked).Authorization);
        await Names(crm, out _, Rest with { Enabled = false }).FindAsync("099");
        Assert.Single(crm.Asked);
    }

    private CallerNames Names(CrmBackend crm, out CrmServices services, CrmServiceSettings? service = null)
    {
        var settings = CrmBackend.Settings(new() { CallerName = (service ?? Rest) with { Url = crm.Url } }, clock);
        services = CrmBackend.Services(settings, clock);
        return new CallerNames(services, settings, clock);
    }
}
