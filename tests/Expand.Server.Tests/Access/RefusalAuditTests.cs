using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Server.Tests.Access;

/// <summary>Refused credentials in the audit log: what somebody who only knocks can make the server do.</summary>
public sealed class RefusalAuditTests(Databases databases)
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 23, 12, 10, 0, TimeSpan.Zero));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wrong_key_while_PostgreSQL_is_stopped_does_not_stop_the_server_and_is_counted_afterwards()
    {
        await using var postgres = await Databases.PrivateAsync();
        var database = await postgres.NewDatabaseAsync();
        await using var pbx = new ScriptedPbx();
        await using var host = await ServerHost.StartAsync(database, pbx);
        var outage = postgres.StopForAsync(TimeSpan.FromSeconds(6), Ct);
        var knocks = 0;
        while (!outage.IsCompleted)
        {
            Assert.Contains(">-1<", await host.SoapAsync("statusQueues", ("authorizedKey", "abcdef0123")), StringComparison.Ordinal);
            knocks++;
            await Task.Delay(100, Ct);
        }

        await outage;
        await Eventually.EqualAsync(knocks, async () => (await LinesAsync(database)).Sum(l => l.Times));
        Assert.False(host.Get<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
    }

    [Fact]
    public async Task Random_keys_of_one_address_fill_a_handful_of_lines_an_hour_and_every_one_is_counted()
    {
        var database = await databases.NewAsync();
        using var audit = Open(database);
        for (var round = 0; round < 10; round++)
        {
            for (var i = 0; i < 500; i++) audit.Refused("key.refused", $"{round}-{i}… statusQueues (Unknown)", "203.0.113.9");
            await audit.StopAsync(Ct);
        }

        audit.Refused("key.refused", "abcdef… statusQueues (Unknown)", "203.0.113.10");
        await audit.StopAsync(Ct);
        var lines = await LinesAsync(database);
        Assert.Equal(RefusalAudit.SubjectsOfAddress + 1, lines.Count(l => l.Address == "203.0.113.9"));
        Assert.Equal(5_000, lines.Where(l => l.Address == "203.0.113.9").Sum(l => l.Times));
        Assert.Equal(5_000 - RefusalAudit.SubjectsOfAddress, lines.Single(l => l.Subject == RefusalAudit.Various).Times);
        Assert.Equal("abcdef… statusQueues (Unknown)", lines.Single(l => l.Address == "203.0.113.10").Subject);
    }

    [Fact]
    public async Task Equal_refusals_are_one_line_an_hour_whose_number_grows()
    {
        var database = await databases.NewAsync();
        using var audit = Open(database);
        for (var minute = 0; minute < 100; minute++)
        {
            audit.Refused("signin.refused", "admin", null);
            await audit.StopAsync(Ct);
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal([(12, 50), (13, 50)], (await LinesAsync(database)).Select(l => (l.At.UtcDateTime.Hour, l.Times)));
    }

    [Fact]
    public async Task Knocks_from_ever_new_addresses_are_counted_in_one_line_beyond_a_hundred_of_them()
    {
        var database = await databases.NewAsync();
        using var audit = Open(database);
        for (var i = 0; i < 1_000; i++) audit.Refused("key.refused", "abcdef… statusQueues (Unknown)", $"2001:db8::{i:x}");
        await audit.StopAsync(Ct);
        var lines = await LinesAsync(database);
        Assert.Equal(RefusalAudit.Addresses + 1, lines.Count);
        Assert.Equal(1_000 - RefusalAudit.Addresses, lines.Single(l => l.Address == RefusalAudit.Various).Times);
    }

    private RefusalAudit Open(string database) => new(
        new PooledDbContextFactory<ExpandDb>(DatabaseModule.Configure(new DbContextOptionsBuilder<ExpandDb>(), database).Options),
        clock, NullLogger<RefusalAudit>.Instance);

    private static async Task<List<AuditEntry>> LinesAsync(string database)
    {
        await using var db = Databases.Open(database);
        return await db.Set<AuditEntry>().Where(a => a.Action.EndsWith(".refused")).OrderBy(a => a.At).ThenBy(a => a.Id).ToListAsync(Ct);
    }
}
