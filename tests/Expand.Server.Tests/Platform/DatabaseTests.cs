using System.Diagnostics;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Expand.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Expand.Server.Tests.Platform;

public sealed class DatabaseTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrations_apply_to_an_empty_database_and_again_to_their_own_result()
    {
        await using var db = Databases.Open(await databases.Postgres.NewDatabaseAsync(empty: true));
        Assert.NotEmpty(await db.Database.GetPendingMigrationsAsync(Ct));
        await db.Database.MigrateAsync(Ct);
        await db.Database.MigrateAsync(Ct);
        Assert.Empty(await db.Database.GetPendingMigrationsAsync(Ct));
    }

    [Fact]
    public async Task The_model_has_no_change_that_a_migration_lacks()
    {
        await using var db = Databases.Open(await databases.NewAsync());
        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task Hosts_that_migrate_at_the_same_time_take_turns()
    {
        var empty = await databases.Postgres.NewDatabaseAsync(empty: true);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            await using var source = NpgsqlDataSource.Create(empty);
            await using var db = Databases.Open(empty);
            await DatabaseModule.MigrateAsync(source, db, Ct);
        }));
        await using var done = Databases.Open(empty);
        Assert.Empty(await done.Database.GetPendingMigrationsAsync(Ct));
    }

    [Fact]
    public async Task A_host_is_known_from_its_start_and_its_row_is_kept_fresh()
    {
        await using var source = NpgsqlDataSource.Create(await databases.NewAsync());
        using var presence = new HostPresence(Options.Create(new ExpandOptions { HostId = "host-9" }), source, TimeProvider.System, NullLogger<HostPresence>.Instance);
        await presence.StartAsync(Ct);
        var first = await SeenAsync(source);
        await Eventually.TrueAsync(async () => await SeenAsync(source) > first);
        await presence.StopAsync(Ct);
    }

    [Fact]
    public void A_host_without_a_name_has_the_same_one_after_a_restart_and_another_one_for_another_folder()
    {
        static string Id(string folder)
        {
            using var presence = new HostPresence(
                Options.Create(new ExpandOptions { DataFolder = folder }), null!, TimeProvider.System, NullLogger<HostPresence>.Instance);
            return presence.Id;
        }

        Assert.Equal(Id("one"), Id("./one"));
        Assert.NotEqual(Id("one"), Id("two"));
        Assert.StartsWith(Environment.MachineName, Id("one"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lease_is_held_by_one_and_another_waits_until_it_is_given_up()
    {
        await using var source = NpgsqlDataSource.Create(await databases.NewAsync());
        var leases = new Leases(source, TimeProvider.System);
        var release = new TaskCompletionSource();
        var (firstIn, secondIn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = leases.RunAsync("job", async _ =>
        {
            firstIn.SetResult();
            await release.Task;
        }, Ct);
        await firstIn.Task.WaitAsync(TimeSpan.FromSeconds(10), Ct);
        var second = leases.RunAsync("job", _ =>
        {
            secondIn.SetResult();
            return Task.CompletedTask;
        }, Ct);
        await leases.RunAsync("another job", _ => Task.CompletedTask, Ct).WaitAsync(TimeSpan.FromSeconds(10), Ct);
        await Task.Delay(200, Ct);
        Assert.False(secondIn.Task.IsCompleted);
        release.SetResult();
        await Task.WhenAll(first, second).WaitAsync(TimeSpan.FromSeconds(10), Ct);
        Assert.True(secondIn.Task.IsCompleted);
    }

    [Fact]
    public async Task A_lease_whose_connection_dies_ends_its_work_and_another_host_takes_over()
    {
        var database = await databases.NewAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await using var otherSource = NpgsqlDataSource.Create(database);
        var (held, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = new Leases(source, TimeProvider.System).RunAsync("job", async lost =>
        {
            held.SetResult();
            await using var end = lost.Register(ended.SetResult);
            await ended.Task;
        }, Ct);
        await held.Task.WaitAsync(TimeSpan.FromSeconds(10), Ct);
        await databases.Postgres.BreakConnectionsAsync(database);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20), Ct);
        await new Leases(otherSource, TimeProvider.System).RunAsync("job", _ => Task.CompletedTask, Ct).WaitAsync(TimeSpan.FromSeconds(20), Ct);
        await first;
    }

    [Fact]
    public async Task A_lease_is_given_up_in_peace_where_PostgreSQL_takes_its_time_over_it()
    {
        await using var postgres = await PostgresFixture.StartPrivateAsync(Ct);
        var database = await postgres.NewDatabaseAsync(empty: true);
        await using var source = NpgsqlDataSource.Create(DatabaseModule.ForLeases(new(database)));
        var leases = new Leases(source, TimeProvider.System);
        var release = new TaskCompletionSource();
        var held = new TaskCompletionSource();
        var first = leases.RunAsync("job", _ =>
        {
            held.SetResult();
            return release.Task;
        }, Ct);
        await held.Task.WaitAsync(TimeSpan.FromSeconds(10), Ct);
        var backend = await BackendAsync(database);

        // The process that is to answer the cancellation has no processor for longer than the driver would wait by itself.
        using (Process.Start("kill", "-STOP " + backend))
        {
            await Task.Delay(100, Ct);
            release.SetResult();
            await Task.Delay(3000, Ct);
        }

        Assert.False(first.IsCompleted);
        using var goOn = Process.Start("kill", "-CONT " + backend);
        await first.WaitAsync(TimeSpan.FromSeconds(10), Ct);
        Assert.Equal(backend, await BackendAsync(database));
    }

    [Fact]
    public void A_failure_says_what_is_wrong_and_where()
    {
        Result<int> refused = Failure.Invalid("rate", "the rate must be positive");
        Assert.Equal((FailureKind.Invalid, "rate"), (refused.Failure!.Kind, refused.Failure.Field));
        Assert.Equal("key 7 does not exist", Failure.NotFound("key 7").Message);
        Result<int> value = 5;
        Assert.Null(value.Failure);
        Assert.Equal(5, value.Value);
    }

    /// <summary>The process of PostgreSQL that the leases' connection is at.</summary>
    private static async Task<string> BackendAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var asking = source.CreateCommand("select pid::text from pg_stat_activity where application_name = 'expand leases'");
        return (string)(await asking.ExecuteScalarAsync(Ct))!;
    }

    private static async Task<DateTime> SeenAsync(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand("select seen_at from hosts where id = 'host-9'");
        return (DateTime)(await command.ExecuteScalarAsync(Ct))!;
    }
}
