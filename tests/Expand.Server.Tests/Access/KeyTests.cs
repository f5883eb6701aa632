using System.Net;
using Expand.Server.Access;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Expand.Server.Tests.Access;

public sealed class KeyTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_in_force_the_moment_it_is_made_and_blanks_and_case_are_forgiven()
    {
        await using var world = await WorldAsync();
        var made = (await world.Keys.CreateAsync(" CRM ", KeyLimits.None, Actor.System, Ct)).Value!;
        Assert.Matches("^[0-9a-f]{32}$", made.Secret);
        Assert.Equal(made.Id, world.Directory.Find(made.Secret)!.Id);
        Assert.Equal(made.Id, world.Directory.Find($"  {made.Secret.ToUpperInvariant()} ")!.Id);
        Assert.Null(world.Directory.Find(made.Secret[..31]));
        Assert.Null(world.Directory.Find(made.Secret + "0"));
        Assert.Null(world.Directory.Find(""));
        Assert.Null(world.Directory.Find(new string('0', 100_000)));
    }

    [Fact]
    public async Task A_key_made_or_revoked_on_one_host_counts_on_every_other_within_a_second()
    {
        await using var world = await WorldAsync();
        await using var pbx = new ScriptedPbx();
        await using var other = await ServerHost.StartAsync(world.Database, pbx, "host-2");
        var directory = other.Get<KeyDirectory>();
        var made = (await world.Keys.CreateAsync("CRM", KeyLimits.None, Actor.System, Ct)).Value!;
        Assert.True(await WithinASecondAsync(() => directory.Find(made.Secret) is not null));
        Assert.Null(await world.Keys.RevokeAsync(made.Id, Actor.System, Ct));
        Assert.Null(world.Directory.Find(made.Secret));
        Assert.True(await WithinASecondAsync(() => directory.Find(made.Secret) is null));
    }

    [Fact]
    public async Task A_key_is_checked_without_the_database()
    {
        await using var world = await WorldAsync();
        var secret = await world.Host.KeyAsync();
        await databases.Postgres.SetReachableAsync(world.Database, false);
        try
        {
            for (var i = 0; i < 1_000; i++) Assert.NotNull(world.Directory.Find(secret));
            Assert.Contains(">0<", await world.Host.SoapAsync("originateCallStatus", ("authorizedKey", secret), ("originatedID", "")), StringComparison.Ordinal);
        }
        finally
        {
            await databases.Postgres.SetReachableAsync(world.Database, true);
        }
    }

    [Fact]
    public async Task A_secret_is_nowhere_in_the_database()
    {
        await using var world = await WorldAsync();
        var secret = await world.Host.KeyAsync();
        await world.Host.SoapAsync("originateCallStatus", ("authorizedKey", secret), ("originatedID", "x"));
        await using var connection = new NpgsqlConnection(world.Database);
        await connection.OpenAsync(Ct);
        var tables = new List<string>();
        await using (var asked = new NpgsqlCommand("select quote_ident(table_name) from information_schema.tables where table_schema = 'public'", connection))
        await using (var rows = await asked.ExecuteReaderAsync(Ct))
        {
            while (await rows.ReadAsync(Ct)) tables.Add(rows.GetString(0));
        }

        Assert.Contains("authorized_keys", tables);
        var hex = Convert.ToHexStringLower(System.Text.Encoding.ASCII.GetBytes(secret));
        foreach (var table in tables)
        {
            await using var search = new NpgsqlCommand($"select count(*) from {table} t where t::text ilike '%' || $1 || '%' or t::text ilike '%' || $2 || '%'", connection);
            search.Parameters.Add(new() { Value = secret });
            search.Parameters.Add(new() { Value = hex });
            Assert.Equal(0L, await search.ExecuteScalarAsync(Ct));
        }

        await using var prefix = new NpgsqlCommand("select prefix from authorized_keys", connection);
        Assert.Equal(secret[..6], await prefix.ExecuteScalarAsync(Ct));
    }

    [Theory]
    [InlineData("10.1.2.3", "10.1.2.3", true)]
    [InlineData("10.1.2.3", "10.1.2.4", false)]
    [InlineData("10.1.2.3", "::ffff:10.1.2.3", true)]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3", true)]
    [InlineData("10.1.0.0/16", "10.1.255.255", true)]
    [InlineData("10.1.0.0/16", "10.2.0.0", false)]
    [InlineData("10.1.0.0/16", "::ffff:10.1.9.9", true)]
    [InlineData("2001:db8::/32", "2001:db8:1::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("2001:db8::1", "2001:db8::1", true)]
    [InlineData("::1", "127.0.0.1", false)]
    public void A_limit_to_addresses_holds_for_both_families_and_for_mapped_ones(string limit, string from, bool allowed)
    {
        Assert.Null(new KeyLimits([], [limit], null).Validate(new HashSet<string>()));
        Assert.Equal(allowed, Entry(addresses: [limit]).Allows(IPAddress.Parse(from)));
        Assert.False(Entry(addresses: [limit]).Allows((IPAddress?)null));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("10.1.2.3/33")]
    [InlineData("10.1")]
    [InlineData("")]
    [InlineData("10.1.2.3/x")]
    [InlineData("example.com")]
    public void What_is_no_address_is_refused_by_name(string address) =>
        Assert.Equal("addresses", new KeyLimits([], [address], null).Validate(new HashSet<string>())!.Field);

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(10_000, true)]
    [InlineData(10_001, false)]
    public void A_rate_has_bounds(int rate, bool valid) =>
        Assert.Equal(valid, new KeyLimits([], [], rate).Validate(new HashSet<string>()) is null);

    [Fact]
    public async Task A_key_limited_to_operations_is_refused_for_the_others_by_the_contracts_code()
    {
        await using var world = await WorldAsync();
        Assert.Equal("operations", (await world.Keys.CreateAsync("CRM", new(["noSuch"], [], null), Actor.System, Ct)).Failure!.Field);
        var made = (await world.Keys.CreateAsync("CRM", new(["originateCallStatus"], [], null), Actor.System, Ct)).Value!;
        Assert.Contains(">0<", await world.Host.SoapAsync("originateCallStatus", ("authorizedKey", made.Secret), ("originatedID", "")), StringComparison.Ordinal);
        Assert.Contains(">-1<", await world.Host.SoapAsync("originateCallCancel", ("authorizedKey", made.Secret), ("originatedID", "")), StringComparison.Ordinal);
        Assert.Null(await world.Keys.LimitAsync(made.Id, "CRM", new([], ["203.0.113.9"], null), Actor.System, Ct));
        Assert.Contains(">-1<", await world.Host.SoapAsync("originateCallStatus", ("authorizedKey", made.Secret), ("originatedID", "")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_over_a_keys_rate_waits_for_its_turn_and_what_would_wait_too_long_is_refused()
    {
        var entry = Entry(rate: 2);
        var turns = Enumerable.Range(0, 12).Select(_ => entry.TakeTurnAsync(Ct).AsTask()).ToArray();
        Assert.True(turns[0].IsCompletedSuccessfully && await turns[0]);
        Assert.True(turns[1].IsCompletedSuccessfully && await turns[1]);
        Assert.False(turns[2].IsCompleted);
        var taken = await Task.WhenAll(turns).WaitAsync(TimeSpan.FromSeconds(10), Ct);
        Assert.Equal(6, taken.Count(t => t));
        Assert.Equal(6, taken.Count(t => !t));
    }

    [Fact]
    public async Task Calls_are_counted_and_the_count_survives_a_change_of_limits_and_a_database_that_is_away()
    {
        await using var world = await WorldAsync();
        var made = (await world.Keys.CreateAsync("CRM", KeyLimits.None, Actor.System, Ct)).Value!;
        for (var i = 0; i < 3; i++) await world.Host.SoapAsync("originateCallStatus", ("authorizedKey", made.Secret), ("originatedID", ""));
        Assert.Null(await world.Keys.LimitAsync(made.Id, "CRM", new([], [], 100), Actor.System, Ct));
        await databases.Postgres.SetReachableAsync(world.Database, false);
        for (var i = 0; i < 2; i++) await world.Host.SoapAsync("originateCallStatus", ("authorizedKey", made.Secret), ("originatedID", ""));
        // One attempt to write fails meanwhile.
        await Task.Delay(TimeSpan.FromSeconds(3.5), Ct);
        await databases.Postgres.SetReachableAsync(world.Database, true);
        await Eventually.EqualAsync(5L, async () => (await ListAsync(world)).Single().Calls);
        var row = (await ListAsync(world)).Single();
        Assert.Equal("127.0.0.1", row.LastAddress);
        Assert.NotNull(row.LastUsedAt);

        await world.Host.SoapAsync("originateCallStatus", ("authorizedKey", made.Secret), ("originatedID", ""));
        Assert.Null(await world.Keys.RevokeAsync(made.Id, Actor.System, Ct));
        await Eventually.EqualAsync(6L, async () => (await ListAsync(world)).Single().Calls);
    }

    [Fact]
    public async Task Refusals_are_gathered_in_the_audit_and_changes_are_each_a_line()
    {
        await using var world = await WorldAsync();
        var made = (await world.Keys.CreateAsync("CRM", KeyLimits.None, new Actor("ana", "10.0.0.1"), Ct)).Value!;
        for (var i = 0; i < 5; i++) await world.Host.SoapAsync("originateCallStatus", ("authorizedKey", "abcdef0123"), ("originatedID", ""));
        await world.Keys.RevokeAsync(made.Id, new Actor("ana", "10.0.0.1"), Ct);
        await Eventually.EqualAsync(5, async () =>
        {
            await using var db = Databases.Open(world.Database);
            return (await db.Set<AuditEntry>().Where(a => a.Action == "key.refused").ToListAsync(Ct)).Sum(a => a.Times);
        });
        await using var all = Databases.Open(world.Database);
        var lines = await all.Set<AuditEntry>().OrderBy(a => a.Id).ToListAsync(Ct);
        Assert.Equal(["key.created", "key.revoked"], lines.Where(a => a.Actor == "ana").Select(a => a.Action));
        Assert.All(lines.Where(a => a.Action == "key.refused"), a =>
        {
            Assert.StartsWith("abcdef…", a.Subject, StringComparison.Ordinal);
            Assert.Equal("127.0.0.1", a.Address);
        });
        Assert.True(lines.Count(a => a.Action == "key.refused") <= 2);
    }

    [Fact]
    public async Task A_revoked_key_stays_revoked_and_an_unknown_one_is_not_found()
    {
        await using var world = await WorldAsync();
        var made = (await world.Keys.CreateAsync("CRM", KeyLimits.None, Actor.System, Ct)).Value!;
        Assert.Null(await world.Keys.RevokeAsync(made.Id, Actor.System, Ct));
        Assert.Null(await world.Keys.RevokeAsync(made.Id, Actor.System, Ct));
        Assert.Equal(Expand.Server.Platform.FailureKind.Conflict, (await world.Keys.LimitAsync(made.Id, "x", KeyLimits.None, Actor.System, Ct))!.Kind);
        Assert.Equal(Expand.Server.Platform.FailureKind.NotFound, (await world.Keys.RevokeAsync(99, Actor.System, Ct))!.Kind);
        Assert.NotNull((await ListAsync(world)).Single().RevokedAt);
        Assert.Equal("description", (await world.Keys.CreateAsync("  ", KeyLimits.None, Actor.System, Ct)).Failure!.Field);
    }

    [Fact]
    public async Task A_rate_goes_on_where_it_was_when_something_else_is_changed_and_ends_with_the_key_or_the_rate()
    {
        await using var world = await WorldAsync();
        var made = (await world.Keys.CreateAsync("CRM", new([], [], 5), Actor.System, Ct)).Value!;
        var first = world.Directory.Find(made.Secret)!.Rate!;
        var other = (await world.Keys.CreateAsync("Otra", new([], [], 7), Actor.System, Ct)).Value!;
        Assert.Null(await world.Keys.LimitAsync(other.Id, "Otra", new([], [], 9), Actor.System, Ct));
        Assert.Same(first, world.Directory.Find(made.Secret)!.Rate);
        Assert.Null(await world.Keys.LimitAsync(made.Id, "CRM", new(["originateCallStatus"], ["127.0.0.1"], 5), Actor.System, Ct));
        Assert.Same(first, world.Directory.Find(made.Secret)!.Rate);
        Assert.False(world.Directory.Find(made.Secret)!.Allows("originateCall"));

        Assert.Null(await world.Keys.LimitAsync(made.Id, "CRM", new([], [], 6), Actor.System, Ct));
        Assert.True(first.Ended);
        Assert.False(await first.TakeTurnAsync(Ct));
        var second = world.Directory.Find(made.Secret)!;
        Assert.Null(await world.Keys.RevokeAsync(made.Id, Actor.System, Ct));
        Assert.False(await second.TakeTurnAsync(Ct));
        Assert.True(second.Rate!.Ended);
    }

    [Fact]
    public async Task Calls_that_wait_for_their_turn_go_on_under_a_new_rate()
    {
        await using var world = await WorldAsync();
        var made = (await world.Keys.CreateAsync("CRM", new([], [], 1), Actor.System, Ct)).Value!;
        var calls = Enumerable.Range(0, 3).Select(_ => world.Host.SoapAsync("originateCallStatus", ("authorizedKey", made.Secret), ("originatedID", ""))).ToArray();
        await Task.WhenAny(calls);
        Assert.Null(await world.Keys.LimitAsync(made.Id, "CRM", new([], [], 1000), Actor.System, Ct));
        Assert.All(await Task.WhenAll(calls), answer => Assert.Contains(">0<", answer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Changes_of_keys_leave_no_timers_behind()
    {
        await using var world = await WorldAsync();
        await using var source = NpgsqlDataSource.Create(world.Database);
        await using var many = source.CreateCommand(
            """
            insert into authorized_keys (description, hash, prefix, operations, addresses, rate_per_second, created_at, created_by, calls)
            select 'CRM', sha256(i::text::bytea), 'abcdef', '{}', '{}', 10, now(), 'system', 0 from generate_series(1, 300) i
            """);
        await many.ExecuteNonQueryAsync(Ct);
        var made = (await world.Keys.CreateAsync("Otra", KeyLimits.None, Actor.System, Ct)).Value!;
        var before = Timer.ActiveCount;
        for (var i = 0; i < 20; i++) Assert.Null(await world.Keys.LimitAsync(made.Id, $"Otra {i}", KeyLimits.None, Actor.System, Ct));
        // Other tests have timers too, but not the thousands that 300 keys would leave at 20 changes.
        Assert.InRange(Timer.ActiveCount - before, int.MinValue, 1_000);
    }

    private static async Task<IReadOnlyList<KeyRow>> ListAsync(World world)
    {
        try
        {
            return await world.Keys.ListAsync(Ct);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // A pooled connection that was ended by the test.
            return await world.Keys.ListAsync(Ct);
        }
    }

    private static KeyDirectory.Entry Entry(string[]? addresses = null, int? rate = null) =>
        new(1, "abcdef", new byte[32], [], addresses ?? [], CallRate.Kept(null, rate), new CallerUsage());

    private static async Task<bool> WithinASecondAsync(Func<bool> condition)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(1))
        {
            if (condition()) return true;
            await Task.Delay(10, Ct);
        }

        return condition();
    }

    private async Task<World> WorldAsync()
    {
        var database = await databases.NewAsync();
        var pbx = new ScriptedPbx();
        return new World(database, pbx, await ServerHost.StartAsync(database, pbx));
    }

    private sealed record World(string Database, ScriptedPbx Pbx, ServerHost Host) : IAsyncDisposable
    {
        public AuthorizedKeys Keys => Host.Get<AuthorizedKeys>();

        public KeyDirectory Directory => Host.Get<KeyDirectory>();

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            await Pbx.DisposeAsync();
        }
    }
}
