using Expand.Server.Access;
using Expand.Server.Access.Settings;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Expand.Server.Tests.Access;

/// <summary>Settings that administrators change while the server runs.</summary>
public sealed class SettingsTests(Databases databases)
{
    private static readonly Actor Admin = new("admin", "127.0.0.1");
    private static readonly IDataProtectionProvider Protection = new EphemeralDataProtectionProvider();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_set_counts_on_every_host_and_the_configurations_again_when_it_is_reset()
    {
        await using var world = new World(await databases.NewAsync());
        var (here, there) = (world.Host(), world.Host());
        Assert.Equal(("http://configured/", null as DateTimeOffset?), (here.Settings.Value.Url, here.Settings.InForce.ChangedAt));

        Assert.Null(await here.Settings.ChangeAsync(new() { Url = "http://one/", Seconds = 3, Password = "secreto" }, null, Admin, Ct));
        await there.Stored.RefreshAsync(Ct);
        Assert.Equal(("http://one/", 3, "secreto", "admin"), (there.Settings.Value.Url, there.Settings.Value.Seconds, there.Settings.Value.Password, there.Settings.InForce.ChangedBy));
        Assert.Same(there.Settings.Value, there.Settings.Value);

        Assert.Null(await there.Settings.ChangeAsync(null, there.Settings.InForce.ChangedAt, Admin, Ct));
        await here.Stored.RefreshAsync(Ct);
        Assert.Equal(("http://configured/", null as DateTimeOffset?), (here.Settings.Value.Url, here.Settings.InForce.ChangedAt));
    }

    [Fact]
    public async Task A_secret_stands_neither_in_the_table_nor_in_the_audit_log_and_a_lost_key_loses_nothing_else()
    {
        var database = await databases.NewAsync();
        await using var world = new World(database);
        var host = world.Host();
        Assert.Null(await host.Settings.ChangeAsync(new() { Url = "http://one/", Password = "secreto", Names = ["a", "b"] }, null, Admin, Ct));
        Assert.Null(await host.Settings.ChangeAsync(host.Settings.Value with { Password = "otra clave" }, host.Settings.InForce.ChangedAt, Admin, Ct));
        await using var db = Databases.Open(database);
        var row = await db.Set<StoredSection>().SingleAsync(Ct);
        Assert.DoesNotContain("secreto", row.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("otra clave", row.Value, StringComparison.Ordinal);
        var audit = await db.Set<AuditEntry>().OrderBy(a => a.Id).Where(a => a.Action == "settings.changed").Select(a => a.Subject + ": " + a.Detail).ToListAsync(Ct);
        Assert.Equal(["Sample: Url from http://configured/ to http://one/; Password changed; Names changed", "Sample: Password changed"], audit);

        var stranger = world.Host(new EphemeralDataProtectionProvider());
        await stranger.Stored.RefreshAsync(Ct);
        Assert.Equal(("http://one/", ""), (stranger.Settings.Value.Url, stranger.Settings.Value.Password));
    }

    [Fact]
    public async Task A_broken_rule_and_a_change_on_top_of_another_ones_are_refused()
    {
        await using var world = new World(await databases.NewAsync());
        var host = world.Host();
        Assert.Equal("Seconds", (await host.Settings.ChangeAsync(new() { Seconds = 0 }, null, Admin, Ct))!.Field);
        Assert.Null(await host.Settings.ChangeAsync(new() { Seconds = 5 }, null, Admin, Ct));
        Assert.Equal(FailureKind.Changed, (await host.Settings.ChangeAsync(new() { Seconds = 6 }, null, Admin, Ct))!.Kind);
        var first = host.Settings.InForce.ChangedAt;
        Assert.Null(await host.Settings.ChangeAsync(new() { Seconds = 7 }, first, Admin, Ct));
        Assert.Equal(FailureKind.Changed, (await host.Settings.ChangeAsync(new() { Seconds = 8 }, first, Admin, Ct))!.Kind);
        Assert.Equal(7, host.Settings.Value.Seconds);
    }

    internal sealed record Sample : ISettingsSection
    {
        public static string Section => "Sample";

        public string Url { get; init; } = "";

        public int Seconds { get; init; } = 2;

        [Secret]
        public string Password { get; init; } = "";

        public IReadOnlyList<string> Names { get; init; } = [];

        public Failure? Validate() => Seconds < 1 ? Failure.Invalid(nameof(Seconds), "at least one second") : null;
    }

    private sealed class World(string database) : IAsyncDisposable
    {
        private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(database);

        public (Settings<Sample> Settings, InstallationSettings Stored) Host(IDataProtectionProvider? protection = null)
        {
            var stored = new InstallationSettings(source);
            var json = new SectionJson(protection ?? Protection, NullLogger<SectionJson>.Instance);
            var configured = Options.Create(new Sample { Url = "http://configured/" });
            var services = new ServiceCollection().AddDbContextFactory<ExpandDb>(options => DatabaseModule.Configure((DbContextOptionsBuilder<ExpandDb>)options, database));
            var factory = services.BuildServiceProvider().GetRequiredService<IDbContextFactory<ExpandDb>>();
            return (new Settings<Sample>(stored, json, configured, factory, TimeProvider.System), stored);
        }

        public ValueTask DisposeAsync() => source.DisposeAsync();
    }
}
