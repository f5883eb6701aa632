using Expand.Server.Calls;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Expand.Server.Tests.Calls;

/// <summary>A PostgreSQL that is away, slow or refuses: no host ends, no job is half made, and clients get the contract's codes.</summary>
public sealed class DatabaseAwayTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_to_be_settled_while_the_database_is_away_is_settled_afterwards_and_the_host_lives()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await RecoveryTests.StartAsync(database, pbx, clock);
        var job = await host.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
        await pbx.NextOriginateAsync();
        var followed = host.Get<CallTracker>().Find(OriginatedCall.Parse(job)!.Value)!;
        await RecoveryTests.AdvanceUntilAsync(clock, () => Task.FromResult(followed.MissingSince is not null));
        await databases.Postgres.SetReachableAsync(database, false);
        for (var i = 0; i < 60; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(300));
            await Task.Delay(15, Ct);
        }

        Assert.Equal(CallStatus.Ringing, await host.Calls.StatusAsync(job, Ct));
        await databases.Postgres.SetReachableAsync(database, true);
        await RecoveryTests.StatusIsAsync(host, clock, job, CallStatus.Congestion);
        Assert.False(host.Get<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
    }

    [Fact]
    public async Task Questions_about_a_job_are_answered_0_and_a_new_job_is_a_fault_with_a_trace_id()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        await using var host = await ServerHost.StartAsync(database, pbx);
        var key = ("authorizedKey", await host.KeyAsync());
        var known = await host.Calls.RequestAsync(CallOriginationTests.Request(), Ct);
        await databases.Postgres.SetReachableAsync(database, false);
        try
        {
            Assert.Contains(">0<", await host.SoapAsync("originateCallStatus", key, ("originatedID", "e68af1aa")), StringComparison.Ordinal);
            Assert.Contains(">0<", await host.SoapAsync("originateCallCancel", key, ("originatedID", "e68af1aa")), StringComparison.Ordinal);
            Assert.Contains(">1<", await host.SoapAsync("originateCallStatus", key, ("originatedID", known)), StringComparison.Ordinal);
            var fault = await host.SoapAsync("originateCall", key, ("src", "702"), ("dst", "701"));
            Assert.Contains("<faultcode>SOAP-ENV:Server</faultcode><faultstring>internal error</faultstring>", fault, StringComparison.Ordinal);
            Assert.Matches("<ns1:traceId>[^<]+</ns1:traceId>", fault);
            Assert.Single(pbx.Originates);
        }
        finally
        {
            await databases.Postgres.SetReachableAsync(database, true);
        }
    }

    [Fact]
    public async Task A_job_whose_client_goes_away_while_its_row_is_written_is_made_and_followed()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        await using var host = await ServerHost.StartAsync(database, pbx);
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        await using var command = new NpgsqlCommand("lock table cdr_notes in exclusive mode", connection, transaction);
        await command.ExecuteNonQueryAsync(Ct);
        using var client = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var request = host.Calls.RequestAsync(CallOriginationTests.Request(), client.Token);
        await Eventually.EqualAsync("1", () => CallOriginationTests.ScalarAsync(
            database, "select count(*) from pg_locks where not granted and relation = 'cdr_notes'::regclass"));
        await client.CancelAsync();
        await transaction.RollbackAsync(Ct);
        var job = await request;
        await pbx.NextOriginateAsync();
        Assert.Equal(CallStatus.Ringing, await host.Calls.StatusAsync(job, Ct));
        Assert.Equal("1 1", await CallOriginationTests.ScalarAsync(
            database, "select (select count(*) from originated_calls) || ' ' || (select count(*) from cdr_notes)"));
    }

    [Fact]
    public async Task A_job_whose_note_cannot_be_kept_leaves_no_row_that_nobody_follows()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        await using var host = await ServerHost.StartAsync(database, pbx);
        await CallOriginationTests.ScalarAsync(database, "alter table cdr_notes add check (call_info = '')");
        await Assert.ThrowsAsync<PostgresException>(() => host.Calls.RequestAsync(CallOriginationTests.Request(), Ct));
        Assert.Equal("0", await CallOriginationTests.ScalarAsync(database, "select count(*) from originated_calls"));
        Assert.Empty(pbx.Originates);
    }

    [Fact]
    public async Task A_row_whose_host_never_heard_that_it_is_written_is_settled_by_it_later()
    {
        var database = await databases.NewAsync();
        await using var pbx = new ScriptedPbx("701", "702");
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await RecoveryTests.StartAsync(database, pbx, clock);
        var (id, now) = (OriginatedCall.NewId(), clock.GetUtcNow().AddSeconds(1));
        await host.Get<CallRepository>().AddAsync(new OriginatedCall
        {
            Id = id,
            ChannelId = OriginatedCall.ChannelIdOf(id, now),
            Pbx = "pbx",
            Owner = host.Get<HostPresence>().Id,
            Source = "701",
            Extension = "701",
            SourceName = "",
            Destination = "702",
            DestinationName = "",
            RingSeconds = 30,
            Status = CallStatus.Ringing,
            RequestedAt = now,
        }, null, Ct);
        await RecoveryTests.StatusIsAsync(host, clock, OriginatedCall.Text(id), CallStatus.Congestion);
        Assert.Empty(pbx.Originates);
    }
}
