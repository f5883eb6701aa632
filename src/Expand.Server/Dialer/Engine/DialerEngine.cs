using System.Collections.Concurrent;
using Expand.Dialing.Pacing;
using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Queues;

namespace Expand.Server.Dialer.Engine;

/// <summary>
/// Dials. One host at a time, under the lease: about twice a second, and at once when something happened, it writes what became of the attempts that are
/// open, ends campaigns whose time is over, and places what the plan says.
/// </summary>
internal sealed class DialerEngine(
    Leases leases, IServiceScopeFactory scopes, AttemptPlacing placing, LiveAttempts live, LivePicture picture, HostPresence host, TimeProvider clock,
    ILogger<DialerEngine> log) : BackgroundService
{
    public const string Lease = "dialer";

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan IdleBeat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<int, bool> ending = new();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        leases.KeepAsync(Lease, LeadAsync, AfterFailure, (failure, reason) => log.DialerWaits(failure, reason), stoppingToken);

    private async Task LeadAsync(CancellationToken ct)
    {
        log.DialerLeads(host.Id);
        var (recent, paces) = (new RecentAttempts(), new PaceJournal(host));
        Task next = Task.CompletedTask;
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            // Asked for before anything is looked at: what happens meanwhile is looked at in the next turn.
            if (next.IsCompleted) next = Task.WhenAny(live.NextChange(), picture.NextChange());
            var beat = await TurnAsync(recent, paces, ct) ? Beat : IdleBeat;
            await Task.Delay(Rest, clock, ct);
            await Task.WhenAny(next, Task.Delay(beat - Rest, clock, ct));
        }
    }

    /// <summary>One look and what follows from it; false where no campaign is active and nothing is open.</summary>
    private async Task<bool> TurnAsync(RecentAttempts recent, PaceJournal paces, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var open = await services.GetRequiredService<AttemptSweep>().SweepAsync(ct);
        var moment = await services.GetRequiredService<DialSituation>().LookAsync(open, recent, ct);
        // Beside the calls of others: a million contacts take their time.
        foreach (var over in moment.Campaigns.Where(c => c.Open.HasEnded && ending.TryAdd(c.Campaign.Id, true))) _ = EndAsync(over.Campaign.Id, ct);
        var plan = DialPlanner.Plan(moment.Snapshot);
        foreach (var dial in plan.Campaigns.Where(d => d.Calls > 0))
            await placing.PlaceAsync(moment.Campaigns.Single(c => c.Campaign.Id == dial.Campaign), dial.Calls, ct);
        await paces.WriteAsync(services.GetRequiredService<ExpandDb>(), moment, plan, ct);
        return open.Count + moment.Campaigns.Count > 0;
    }

    private async Task EndAsync(int campaign, CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var ended = await scope.ServiceProvider.GetRequiredService<Campaigns>().FinalizeAsync(campaign, ExpectedVersion.Any, Actor.System, ct);
            if (ended.Failure is { } refused) log.NotEnded(campaign, refused.Message);
        }
#pragma warning disable CA1031 // Whatever it is: it is tried again in the next turn.
        catch (Exception failure) when (!ct.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.NotEnded(campaign, failure.Message);
        }
        catch (OperationCanceledException)
        {
            // The host stops, or dials no more.
        }
        finally
        {
            ending.TryRemove(campaign, out _);
        }
    }
}
