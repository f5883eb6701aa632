using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Queues;
using Expand.Server.Tests.Host;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Expand.Server.Tests.Access;

public sealed class UserTests(Databases databases)
{
    private static readonly UserForm Ana = new("acosta", "Ana Acosta", "ana@example.com", "operador", false, true, "101");
    private static readonly UserForm Admin = new("admin", "Administrador", "", "administrador", true, false, "");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "username")]
    [InlineData("ana acosta", "username")]
    [InlineData("ana\n", "username")]
    [InlineData("ána", "username")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "username")]
    public void A_username_that_breaks_the_rule_is_refused_by_name(string username, string field) =>
        Assert.Equal(field, (Ana with { Username = username }).Validate()!.Field);

    [Theory]
    [InlineData("Ana\rAcosta", "ana@example.com", "operador", "101", "fullName")]
    [InlineData("", "ana@example.com", "operador", "101", "fullName")]
    [InlineData("Ana", "ana", "operador", "101", "email")]
    [InlineData("Ana", "ana@example.com\n", "operador", "101", "email")]
    [InlineData("Ana", "a b@example.com", "operador", "101", "email")]
    [InlineData("Ana", "", "oper\0ador", "101", "profile")]
    [InlineData("Ana", "", "operador", "", "agentNumber")]
    [InlineData("Ana", "", "operador", "12345678901", "agentNumber")]
    [InlineData("Ana", "", "operador", "101\n", "agentNumber")]
    [InlineData("Ana", "", "operador", "١٠١", "agentNumber")]
    public void What_breaks_a_rule_is_refused_with_its_field(string name, string email, string profile, string number, string field) =>
        Assert.Equal(field, (Ana with { FullName = name, Email = email, Profile = profile, AgentNumber = number }).Validate()!.Field);

    [Theory]
    [InlineData("administrador", false, Roles.Administrator)]
    [InlineData("Administrador", true, Roles.Administrator)]
    [InlineData("operador", true, Roles.Supervisor)]
    [InlineData("operador_tecnico", false, Roles.Agent)]
    public void The_role_follows_from_the_profile(string profile, bool supervises, string role) =>
        Assert.Equal(role, (Ana with { Profile = profile, IsSupervisor = supervises }).Role);

    [Fact]
    public async Task A_user_is_known_here_at_once_and_on_every_other_host_within_two_seconds()
    {
        await using var world = await WorldAsync();
        await using var other = await ServerHost.StartAsync(world.Database, world.Pbx, "host-2");
        var id = (await world.Users.CreateAsync(Ana, null, Actor.System, Ct)).Value;
        Assert.Equal(new Person(id, "acosta", "Ana Acosta", "ana@example.com", "operador", false, true, "101", false), world.Directory.Find("ACOSTA"));
        Assert.Equal(id, world.Directory.Agent("101")!.Id);
        var start = TimeProvider.System.GetTimestamp();
        await Eventually.TrueAsync(() => other.Get<UserDirectory>().Find(id) is not null);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0, 2);
    }

    [Fact]
    public async Task Users_stay_known_while_the_database_is_away_and_changes_are_seen_after_it()
    {
        await using var world = await WorldAsync();
        await using var other = await ServerHost.StartAsync(world.Database, world.Pbx, "host-2");
        var id = (await world.Users.CreateAsync(Ana, null, Actor.System, Ct)).Value;
        await databases.Postgres.SetReachableAsync(world.Database, false);
        await Task.Delay(1_200, Ct);
        Assert.NotNull(world.Directory.Find("acosta"));
        await databases.Postgres.SetReachableAsync(world.Database, true);
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                return await world.Users.ChangeAsync(id, Ana with { FullName = "Ana Núñez" }, Actor.System, Ct) is null;
            }
            catch (Exception away) when (away is Npgsql.NpgsqlException or InvalidOperationException or DbUpdateException)
            {
                return false;   // a pooled connection that was ended by the test
            }
        });
        await Eventually.TrueAsync(() => other.Get<UserDirectory>().Find("acosta")?.FullName == "Ana Núñez");
    }

    [Fact]
    public async Task A_name_and_an_agent_number_are_one_users_also_when_both_come_at_once()
    {
        await using var world = await WorldAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => world.Users.CreateAsync(Ana with { Username = "u" + i }, null, Actor.System, Ct)));
        Assert.Single(results, r => r.Failure is null);
        Assert.All(results.Where(r => r.Failure is not null), r => Assert.Contains("101", r.Failure!.Message, StringComparison.Ordinal));
        var name = world.Directory.Agent("101")!.Username;
        Assert.Equal(FailureKind.Conflict, (await world.Users.CreateAsync(Ana with { Username = name.ToUpperInvariant(), AgentNumber = "102" }, null, Actor.System, Ct)).Failure!.Kind);
    }

    [Fact]
    public async Task A_deleted_agent_is_still_named_until_the_number_is_somebody_elses_and_the_links_are_gone()
    {
        await using var world = await WorldAsync();
        var id = (await world.Users.CreateAsync(Ana, null, Actor.System, Ct)).Value;
        Assert.Null(await world.Host.Get<QueueCatalog>().LinkAsync("q_ventas", "acosta", 0, Actor.System, Ct));
        Assert.Null(await world.Users.DeleteAsync(id, new Actor("root", "10.0.0.1"), Ct));
        Assert.Null(world.Directory.Find("acosta"));
        Assert.Null(world.Directory.Find(id));
        Assert.Empty(world.Directory.All);
        Assert.Equal(new Person(id, "acosta", "Ana Acosta", "", "", false, true, "101", true), world.Directory.Agent("101"));
        Assert.Equal(id, Assert.Single(world.Directory.Numbers.Of("Acosta")).UserId);
        await using (var db = Databases.Open(world.Database)) Assert.Empty(await db.Set<QueueAgent>().ToListAsync(Ct));
        await Eventually.TrueAsync(() => world.Host.Get<QueueCatalog>().AgentsOf("q_ventas").Count == 0);

        var next = (await world.Users.CreateAsync(Ana with { Username = "bnunez", FullName = "Bruno" }, null, Actor.System, Ct)).Value;
        Assert.Equal(next, world.Directory.Agent("101")!.Id);
        Assert.Equal(id, Assert.Single(world.Directory.Numbers.Of("acosta")).UserId);
    }

    [Fact]
    public async Task The_last_administrator_stays_one()
    {
        await using var world = await WorldAsync();
        var first = (await world.Users.CreateAsync(Admin, "a password of length", Actor.System, Ct)).Value;
        Assert.Equal(FailureKind.Conflict, (await world.Users.DeleteAsync(first, Actor.System, Ct))!.Kind);
        Assert.Equal(FailureKind.Conflict, (await world.Users.ChangeAsync(first, Admin with { Profile = "operador" }, Actor.System, Ct))!.Kind);
        var second = (await world.Users.CreateAsync(Admin with { Username = "root" }, "a password of length", Actor.System, Ct)).Value;
        var both = await Task.WhenAll(world.Users.DeleteAsync(first, Actor.System, Ct), world.Users.DeleteAsync(second, Actor.System, Ct));
        Assert.Single(both, f => f is null);
        Assert.Single(world.Directory.All);
    }

    [Fact]
    public async Task A_password_is_optional_and_one_that_is_too_short_leaves_nothing_behind()
    {
        await using var world = await WorldAsync();
        Assert.Equal("password", (await world.Users.CreateAsync(Ana, "short", Actor.System, Ct)).Failure!.Field);
        Assert.Empty(world.Directory.All);
        var id = (await world.Users.CreateAsync(Ana, null, Actor.System, Ct)).Value;
        await using var scope = world.Host.Scope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        Assert.False(await users.HasPasswordAsync((await users.FindByNameAsync("acosta"))!));
        Assert.Null(await world.Users.SetPasswordAsync(id, "correct horse battery", Actor.System, Ct));
        await using var after = world.Host.Scope();
        users = after.ServiceProvider.GetRequiredService<UserManager<User>>();
        Assert.True(await users.CheckPasswordAsync((await users.FindByNameAsync("acosta"))!, "correct horse battery"));
    }

    [Fact]
    public async Task Every_change_is_in_the_audit_log_and_a_refused_one_is_not()
    {
        await using var world = await WorldAsync();
        var who = new Actor("root", "10.0.0.1");
        var id = (await world.Users.CreateAsync(Ana, null, who, Ct)).Value;
        Assert.NotNull((await world.Users.CreateAsync(Ana, null, who, Ct)).Failure);
        Assert.Null(await world.Users.ChangeAsync(id, Ana with { IsSupervisor = true }, who, Ct));
        Assert.Equal(FailureKind.NotFound, (await world.Users.ChangeAsync(99, Ana, who, Ct))!.Kind);
        Assert.Null(await world.Users.DeleteAsync(id, who, Ct));
        await using var db = Databases.Open(world.Database);
        var lines = await db.Set<AuditEntry>().Where(a => a.Actor == "root").OrderBy(a => a.Id).ToListAsync(Ct);
        Assert.Equal(["user.created", "user.changed", "user.deleted"], lines.Select(l => l.Action));
        Assert.All(lines, l => Assert.Equal($"user {id} (acosta)", l.Subject));
    }

    private async Task<World> WorldAsync()
    {
        var database = await databases.NewAsync();
        var pbx = new ScriptedPbx();
        return new World(database, pbx, await ServerHost.StartAsync(database, pbx));
    }

    private sealed record World(string Database, ScriptedPbx Pbx, ServerHost Host) : IAsyncDisposable
    {
        public Users Users => Host.Get<Users>();

        public UserDirectory Directory => Host.Get<UserDirectory>();

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            await Pbx.DisposeAsync();
        }
    }
}
