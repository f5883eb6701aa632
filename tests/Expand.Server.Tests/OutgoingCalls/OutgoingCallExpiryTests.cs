using Expand.Server.OutgoingCalls;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Expand.Server.Tests.OutgoingCalls;

/// <summary>The job that writes down what has expired, and that nobody can tell whether it has come by.</summary>
public sealed class OutgoingCallExpiryTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_reads_the_same_before_and_after_its_expiry_is_written_down()
    {
        // The job waits for its lease until the test lets go of it.
        var (held, done, holding) = (NewSignal(), NewSignal(), Task.CompletedTask);
        NpgsqlDataSource? source = null;
        await using var world = new CallsWorld(databases)
        {
            BeforeStart = database =>
            {
                source = NpgsqlDataSource.Create(database);
                holding = new Leases(source, TimeProvider.System).RunAsync(OutgoingCallExpiry.Lease, _ =>
                {
                    held.SetResult();
                    return done.Task;
                }, Ct);
                return held.Task;
            },
        };
        await world.InitializeAsync();
        var (soon, never, past) = (await AddAsync(world, 60, 30), await AddAsync(world, 60, 0), await AddAsync(world, -10, 5));
        Assert.Equal(("PENDING", "\"1\""), await ReadAsync(world, soon));
        Assert.Equal(("EXPIRED", "\"2\""), await ReadAsync(world, past));
        world.Clock.Advance(TimeSpan.FromSeconds(89));
        Assert.Equal(("PENDING", "\"1\""), await ReadAsync(world, soon));
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(("EXPIRED", "\"2\""), await ReadAsync(world, soon));
        foreach (var id in new[] { soon, past })
        {
            Assert.Equal(OutgoingCallStatus.Pending, (await StoredAsync(world, id)).Status);
            Assert.Contains($"\"id\":{id},", (await world.Api.GetAsync("?status=EXPIRED")).Body, StringComparison.Ordinal);
            Assert.DoesNotContain($"\"id\":{id},", (await world.Api.GetAsync("?status=PENDING")).Body, StringComparison.Ordinal);
        }

        done.SetResult();
        await holding;
        await source!.DisposeAsync();
        await Eventually.TrueAsync(async () =>
            (await StoredAsync(world, soon)).Status == OutgoingCallStatus.Expired && (await StoredAsync(world, past)).Status == OutgoingCallStatus.Expired);
        Assert.Equal(("EXPIRED", "\"2\""), await ReadAsync(world, past));
        Assert.Equal(("EXPIRED", "\"2\""), await ReadAsync(world, soon));
        Assert.Equal(("PENDING", "\"1\""), await ReadAsync(world, never));
        var stored = await StoredAsync(world, soon);
        Assert.Equal(stored.ExpiresAt, stored.StatusAt);
        stored = await StoredAsync(world, past);
        Assert.Equal(stored.CreatedAt, stored.StatusAt);
    }

    [Fact]
    public async Task What_has_ended_is_left_and_a_call_that_is_being_changed_waits_for_the_next_time()
    {
        var database = await databases.NewAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await using var db = Databases.Open(database);
        var now = CallsWorld.Noon;
        OutgoingCall[] calls = [.. Enumerable.Range(0, 5).Select(_ => new OutgoingCall(new("q", ["1"], "c", "s", now.AddSeconds(-60), 10, "", "{}"), now.AddHours(-1)))];
        calls[0].Changed(OutgoingCallStatus.Completed, now);
        calls[1].Changed(OutgoingCallStatus.Canceled, now);
        db.AddRange(calls);
        await db.SaveChangesAsync(Ct);

        await using (var held = await source.OpenConnectionAsync(Ct))
        {
            await using var transaction = await held.BeginTransactionAsync(Ct);
            await using var holding = new NpgsqlCommand($"select 1 from outgoing_calls where id = {calls[2].Id} for update", held);
            await holding.ExecuteNonQueryAsync(Ct);
            Assert.Equal(0, await OutgoingCallRepository.ExpireAsync(source, now.AddSeconds(-51), 10, Ct));
            Assert.Equal(1, await OutgoingCallRepository.ExpireAsync(source, now, 1, Ct));
            Assert.Equal(1, await OutgoingCallRepository.ExpireAsync(source, now, 10, Ct));
        }

        Assert.Equal(1, await OutgoingCallRepository.ExpireAsync(source, now, 10, Ct));
        Assert.Equal(0, await OutgoingCallRepository.ExpireAsync(source, now, 10, Ct));
        db.ChangeTracker.Clear();
        Assert.Equal(
            ["COMPLETED 2", "CANCELED 2", "EXPIRED 2", "EXPIRED 2", "EXPIRED 2"],
            (await db.Set<OutgoingCall>().OrderBy(c => c.Id).ToListAsync(Ct)).Select(c => $"{c.Status.Word()} {c.Version}"));
    }

    [Fact]
    public async Task A_job_whose_database_was_away_goes_on_when_it_is_back()
    {
        var database = await databases.NewAsync();
        var clock = new FakeTimeProvider(CallsWorld.Noon);
        var logs = new LogCollector();
        await using var pbx = new ScriptedPbx();
        await using var host = await ServerHost.StartAsync(database, pbx, clock: clock, logs: logs);
        await databases.Postgres.SetReachableAsync(database, false);
        await Eventually.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            return logs.Of(7004).Count > 0;
        });
        await databases.Postgres.SetReachableAsync(database, true);
        await using var db = Databases.Open(database);
        db.Add(new OutgoingCall(new("q", ["1"], "c", "s", CallsWorld.Noon.AddYears(-1), 10, "", "{}"), CallsWorld.Noon.AddYears(-1)));
        await db.SaveChangesAsync(Ct);
        await Eventually.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            return db.Set<OutgoingCall>().AnyAsync(c => c.Status == OutgoingCallStatus.Expired, Ct);
        });
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async Task<long> AddAsync(CallsWorld world, int from, int expiration)
    {
        var (call, failure) = await world.ActAsync(calls => calls.AddAsync(world.Form() with { CallDate = world.Now.AddSeconds(from), Expiration = expiration }, Ct));
        Assert.Null(failure);
        return call!.Id;
    }

    private static async Task<(string?, string?)> ReadAsync(CallsWorld world, long id)
    {
        var answer = await world.Api.GetAsync($"/{id}");
        return ((string?)answer.Json["status"], answer.ETag);
    }

    private static async Task<OutgoingCall> StoredAsync(CallsWorld world, long id)
    {
        await using var scope = world.Host.Scope();
        return (await scope.ServiceProvider.GetRequiredService<OutgoingCallRepository>().FindAsync(id, Ct))!;
    }
}
