using Expand.Server.OutgoingCalls;
using Expand.Server.Platform;

namespace Expand.Server.Tests.OutgoingCalls;

/// <summary>What agents do with calls, and what the clock does.</summary>
public sealed class PendingCallsTests(CallsWorld world) : IClassFixture<CallsWorld>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_is_completed_once_and_stays_so()
    {
        var id = await AddAsync();
        var completed = await ActAsync(calls => calls.CompleteAsync(id, CallTerms.Any, Ct));
        Assert.Equal((OutgoingCallStatus.Completed, 2), (completed.Value!.Status, completed.Value.Version));
        var again = await ActAsync(calls => calls.CompleteAsync(id, CallTerms.Any, Ct));
        Assert.Equal((OutgoingCallStatus.Completed, 2), (again.Value!.Status, again.Value.Version));
        Assert.Equal(FailureKind.Conflict, (await ActAsync(calls => calls.CancelAsync(id, ExpectedVersion.Any, Ct))).Failure!.Kind);
        Assert.Equal(FailureKind.Conflict, (await ActAsync(calls => calls.PostponeAsync(id, world.Now.AddHours(1), CallTerms.Any, Ct))).Failure!.Kind);
        Assert.Equal(FailureKind.Conflict, (await ActAsync(calls => calls.AssignAsync(id, "tecnologia", "", CallTerms.Any, Ct))).Failure!.Kind);
        Assert.Equal(FailureKind.Conflict, (await ActAsync(calls => calls.ReplaceAsync(id, world.Form(), ExpectedVersion.Any, Ct))).Failure!.Kind);
        Assert.Equal(2, (await FindAsync(id)).Version);
    }

    [Fact]
    public async Task A_discarded_call_stays_so_and_can_be_nothing_else()
    {
        var id = await AddAsync();
        Assert.Equal(OutgoingCallStatus.Canceled, (await ActAsync(calls => calls.CancelAsync(id, ExpectedVersion.Any, Ct))).Value!.Status);
        Assert.Equal(2, (await ActAsync(calls => calls.CancelAsync(id, ExpectedVersion.Any, Ct))).Value!.Version);
        Assert.Equal(FailureKind.Conflict, (await ActAsync(calls => calls.CompleteAsync(id, CallTerms.Any, Ct))).Failure!.Kind);
        Assert.Equal(FailureKind.Conflict, (await ActAsync(calls => calls.PostponeAsync(id, world.Now.AddHours(1), CallTerms.Any, Ct))).Failure!.Kind);
    }

    [Fact]
    public async Task An_expired_call_may_still_be_completed_or_discarded_and_a_postponed_one_is_pending_again()
    {
        var (made, discarded, postponed) = (await AddAsync(-120, 60), await AddAsync(-120, 60), await AddAsync(-120, 60));
        Assert.Equal(OutgoingCallStatus.Expired, (await FindAsync(made)).Status);
        Assert.Equal(OutgoingCallStatus.Completed, (await ActAsync(calls => calls.CompleteAsync(made, CallTerms.Any, Ct))).Value!.Status);
        Assert.Equal(OutgoingCallStatus.Canceled, (await ActAsync(calls => calls.CancelAsync(discarded, ExpectedVersion.Any, Ct))).Value!.Status);

        Assert.Equal("calldate", (await ActAsync(calls => calls.PostponeAsync(postponed, world.Now, CallTerms.Any, Ct))).Failure!.Field);
        Assert.Equal("calldate", (await ActAsync(calls => calls.PostponeAsync(postponed, DateTimeOffset.MaxValue, CallTerms.Any, Ct))).Failure!.Field);
        var later = world.Now.AddHours(2);
        Assert.Equal(OutgoingCallStatus.Pending, (await ActAsync(calls => calls.PostponeAsync(postponed, later, CallTerms.Any, Ct))).Value!.Status);
        var found = await FindAsync(postponed);
        Assert.Equal((OutgoingCallStatus.Pending, later, later.AddSeconds(60), world.Now), (found.Status, found.CallDate, found.ExpiresAt, found.StatusAt));
    }

    [Fact]
    public async Task An_expired_call_is_not_replaced()
    {
        var id = await AddAsync(-120, 60);
        Assert.Equal(FailureKind.Conflict, (await ActAsync(calls => calls.ReplaceAsync(id, world.Form(), ExpectedVersion.Any, Ct))).Failure!.Kind);
    }

    [Fact]
    public async Task A_call_is_assigned_to_another_queue_and_agent_or_to_all_of_them()
    {
        var id = await AddAsync();
        var assigned = await ActAsync(calls => calls.AssignAsync(id, "q_ventas", "PPEREZ", CallTerms.Any, Ct));
        Assert.Equal(("q_ventas", "pperez", OutgoingCallStatus.Pending), (assigned.Value!.Queue, assigned.Value.Agent, assigned.Value.Status));
        Assert.Equal("", (await ActAsync(calls => calls.AssignAsync(id, "q_ventas", "", CallTerms.Any, Ct))).Value!.Agent);
        Assert.Equal("queue", (await ActAsync(calls => calls.AssignAsync(id, "q_nowhere", "", CallTerms.Any, Ct))).Failure!.Field);
        Assert.Equal("agent", (await ActAsync(calls => calls.AssignAsync(id, "q_ventas", "lrivas", CallTerms.Any, Ct))).Failure!.Field);
        Assert.Equal("agent", (await ActAsync(calls => calls.AssignAsync(id, "q_ventas", "nobody", CallTerms.Any, Ct))).Failure!.Field);
        Assert.Equal(FailureKind.NotFound, (await ActAsync(calls => calls.AssignAsync(long.MaxValue, "q_ventas", "", CallTerms.Any, Ct))).Failure!.Kind);
        Assert.Equal(3, (await FindAsync(id)).Version);
    }

    [Fact]
    public async Task What_agents_do_at_once_is_done_by_one_of_them_and_never_undone()
    {
        for (var round = 0; round < 5; round++)
        {
            var id = await AddAsync();
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => ActAsync(calls => (i % 4) switch
            {
                0 => calls.CompleteAsync(id, CallTerms.Any, Ct),
                1 => calls.CancelAsync(id, ExpectedVersion.Any, Ct),
                2 => calls.PostponeAsync(id, world.Now.AddHours(i), CallTerms.Any, Ct),
                _ => calls.ReplaceAsync(id, world.Form(), ExpectedVersion.Any, Ct),
            }), Ct)));
            var ended = await FindAsync(id);
            Assert.Contains(ended.Status, new[] { OutgoingCallStatus.Completed, OutgoingCallStatus.Canceled });
            // Each accepted change has a version of its own, and the end is the last of them.
            var versions = answers.Where(a => a.Value is not null).Select(a => a.Value!).ToLookup(c => c.Version, c => c.Status);
            Assert.Equal(Enumerable.Range(2, ended.Version - 1), versions.Select(v => v.Key).Order());
            Assert.Equal(2, versions[ended.Version].Count());
            Assert.All(versions[ended.Version], status => Assert.Equal(ended.Status, status));
            Assert.All(answers.Where(a => a.Value is null), a => Assert.Equal(FailureKind.Conflict, a.Failure!.Kind));
        }
    }

    private async Task<long> AddAsync(int from = 3600, int expiration = 0)
    {
        var added = await ActAsync(calls => calls.AddAsync(world.Form() with { CallDate = world.Now.AddSeconds(from), Expiration = expiration }, Ct));
        Assert.Null(added.Failure);
        return added.Value!.Id;
    }

    private async Task<OutgoingCall> FindAsync(long id) => (await ActAsync(calls => calls.FindAsync(id, Ct)))!;

    private async Task<T> ActAsync<T>(Func<PendingCalls, Task<T>> act) => await world.ActAsync(act);
}
