using System.Text;
using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Expand.Server.Tests.Access;

/// <summary>API credentials made, changed and revoked.</summary>
public sealed class ApiCredentialTests(Databases databases)
{
    private static readonly CredentialForm Lists = new("CRM", ["lists"], [], null);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_credential_is_in_force_the_moment_it_is_made_under_its_name_in_any_case()
    {
        await using var world = await WorldAsync();
        var made = (await world.Credentials.CreateAsync(" Crm.ventas_1-a ", Lists with { Description = " CRM " }, Actor.System, Ct)).Value!;
        Assert.Equal("Crm.ventas_1-a", made.Username);
        Assert.Matches("^[a-zA-Z2-9]{32}$", made.Password);
        var entry = world.Directory.Find("CRM.VENTAS_1-A")!;
        Assert.Equal((made.Id, "Crm.ventas_1-a"), (entry.Id, entry.Username));
        Assert.True(Accepts(entry, made.Password));
        Assert.False(Accepts(entry, made.Password[..31]));
        Assert.False(Accepts(entry, made.Password + "a"));
        Assert.False(Accepts(entry, made.Password.ToUpperInvariant()));
        Assert.False(Accepts(entry, ""));
        Assert.True(entry.Has("lists") && !entry.Has("dialer"));
        Assert.Equal("CRM", (await world.Credentials.ListAsync(Ct)).Single().Description);
    }

    [Fact]
    public async Task Every_wrong_field_is_refused_by_name_and_leaves_nothing()
    {
        await using var world = await WorldAsync();
        foreach (var username in new[] { "", "con espacio", "con:dos", "ñandu", "crm\n", "a/b", new string('a', 65) })
            await RefusedAsync("username", username, Lists);
        await RefusedAsync("description", "crm", Lists with { Description = " " });
        await RefusedAsync("description", "crm", Lists with { Description = new string('a', 201) });
        await RefusedAsync("description", "crm", Lists with { Description = "a\u0000b" });
        await RefusedAsync("scopes", "crm", Lists with { Scopes = [] });
        await RefusedAsync("scopes", "crm", Lists with { Scopes = ["lists", "todo"] });
        await RefusedAsync("addresses", "crm", Lists with { Addresses = ["10.1"] });
        await RefusedAsync("rate", "crm", Lists with { RatePerSecond = 0 });
        await RefusedAsync("rate", "crm", Lists with { RatePerSecond = 10_001 });
        Assert.Empty(await world.Credentials.ListAsync(Ct));
        await using var db = Databases.Open(world.Database);
        Assert.False(await db.Set<AuditEntry>().AnyAsync(Ct));

        async Task RefusedAsync(string field, string username, CredentialForm form)
        {
            var failure = (await world.Credentials.CreateAsync(username, form, Actor.System, Ct)).Failure!;
            Assert.Equal((FailureKind.Invalid, field), (failure.Kind, failure.Field));
        }
    }

    [Fact]
    public async Task A_name_is_taken_whatever_its_case_until_its_credential_is_revoked()
    {
        await using var world = await WorldAsync();
        var made = (await world.Credentials.CreateAsync("crm", Lists, Actor.System, Ct)).Value!;
        Assert.Equal(FailureKind.Conflict, (await world.Credentials.CreateAsync("CRM", Lists, Actor.System, Ct)).Failure!.Kind);
        Assert.Null(await world.Credentials.RevokeAsync(made.Id, Actor.System, Ct));
        Assert.Null(await world.Credentials.RevokeAsync(made.Id, Actor.System, Ct));
        var again = (await world.Credentials.CreateAsync("CRM", Lists, Actor.System, Ct)).Value!;
        Assert.False(Accepts(world.Directory.Find("crm")!, made.Password));
        Assert.True(Accepts(world.Directory.Find("crm")!, again.Password));
        Assert.Null(world.Directory.Find(made.Id));
        Assert.Equal(FailureKind.Conflict, (await world.Credentials.ChangeAsync(made.Id, Lists, Actor.System, Ct))!.Kind);
        Assert.Equal(FailureKind.Conflict, (await world.Credentials.NewPasswordAsync(made.Id, Actor.System, Ct)).Failure!.Kind);
        Assert.Equal(FailureKind.NotFound, (await world.Credentials.RevokeAsync(99, Actor.System, Ct))!.Kind);
        Assert.Equal(FailureKind.NotFound, (await world.Credentials.ChangeAsync(99, Lists, Actor.System, Ct))!.Kind);
        Assert.Equal(FailureKind.NotFound, (await world.Credentials.NewPasswordAsync(99, Actor.System, Ct)).Failure!.Kind);
        await using var db = Databases.Open(world.Database);
        Assert.Equal(["credential.created", "credential.revoked", "credential.created"],
            await db.Set<AuditEntry>().OrderBy(a => a.Id).Select(a => a.Action).ToListAsync(Ct));
    }

    [Fact]
    public async Task Of_many_who_make_the_same_name_at_once_one_does_and_changes_at_once_lose_nothing()
    {
        await using var world = await WorldAsync();
        var made = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => world.Credentials.CreateAsync(i % 2 == 0 ? "crm" : "CRM", Lists, Actor.System, Ct)));
        var one = made.Single(m => m.Failure is null).Value!;
        Assert.All(made.Where(m => m.Failure is not null), m => Assert.Equal(FailureKind.Conflict, m.Failure!.Kind));
        var changes = Enumerable.Range(0, 6).Select(i => world.Credentials.ChangeAsync(one.Id, Lists with { Description = $"CRM {i}" }, Actor.System, Ct))
            .Append(world.Credentials.RevokeAsync(one.Id, Actor.System, Ct));
        var told = await Task.WhenAll(changes);
        await using var db = Databases.Open(world.Database);
        // What was told as done is audited, and nothing came after the revocation.
        Assert.Equal(1 + told.Count(f => f is null), await db.Set<AuditEntry>().CountAsync(Ct));
        Assert.Equal("credential.revoked", (await db.Set<AuditEntry>().OrderBy(a => a.Id).LastAsync(Ct)).Action);
        Assert.NotNull((await db.Set<ApiCredential>().SingleAsync(Ct)).RevokedAt);
    }

    [Fact]
    public async Task Another_password_ends_the_one_before_and_a_change_of_the_rest_keeps_it_remembered()
    {
        await using var world = await WorldAsync();
        var made = (await world.Credentials.CreateAsync("crm", Lists with { RatePerSecond = 5 }, Actor.System, Ct)).Value!;
        var first = world.Directory.Find("crm")!;
        Assert.False(first.Remembers);
        Assert.True(Accepts(first, made.Password));
        Assert.True(first.Remembers);
        Assert.Null(await world.Credentials.ChangeAsync(made.Id, new CredentialForm("ERP", ["EVENTS", "lists", "events"], ["10.0.0.0/8"], 5), Actor.System, Ct));
        var second = world.Directory.Find("crm")!;
        Assert.True(second.Remembers);
        Assert.Same(first.Rate, second.Rate);
        Assert.True(second.Has("events"));
        var row = (await world.Credentials.ListAsync(Ct)).Single();
        Assert.Equal(("ERP", "lists events", "10.0.0.0/8", 5), (row.Description, string.Join(' ', row.Scopes), row.Addresses.Single(), row.RatePerSecond));

        var another = (await world.Credentials.NewPasswordAsync(made.Id, Actor.System, Ct)).Value!;
        var third = world.Directory.Find("crm")!;
        Assert.False(third.Remembers);
        Assert.False(Accepts(third, made.Password));
        Assert.True(Accepts(third, another));
        Assert.False(Accepts(third, made.Password));
        Assert.Null(await world.Credentials.ChangeAsync(made.Id, Lists, Actor.System, Ct));
        Assert.True(second.Rate!.Ended);
    }

    [Fact]
    public async Task A_password_is_nowhere_in_the_database()
    {
        await using var world = await WorldAsync();
        var made = (await world.Credentials.CreateAsync("crm", Lists, Actor.System, Ct)).Value!;
        await using var source = NpgsqlDataSource.Create(world.Database);
        foreach (var table in new[] { "api_credentials", "audit" })
        {
            await using var search = source.CreateCommand($"select count(*) from {table} t where t::text ilike '%' || $1 || '%' or t::text ilike '%' || $2 || '%'");
            search.Parameters.Add(new() { Value = made.Password });
            search.Parameters.Add(new() { Value = Convert.ToHexStringLower(Encoding.ASCII.GetBytes(made.Password)) });
            Assert.Equal(0L, await search.ExecuteScalarAsync(Ct));
        }
    }

    private static bool Accepts(CredentialEntry entry, string password) => entry.Accepts(Encoding.UTF8.GetBytes(password));

    private async Task<World> WorldAsync()
    {
        var database = await databases.NewAsync();
        var pbx = new ScriptedPbx();
        return new World(database, pbx, await ServerHost.StartAsync(database, pbx));
    }

    private sealed record World(string Database, ScriptedPbx Pbx, ServerHost Host) : IAsyncDisposable
    {
        public ApiCredentials Credentials => Host.Get<ApiCredentials>();

        public CredentialDirectory Directory => Host.Get<CredentialDirectory>();

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            await Pbx.DisposeAsync();
        }
    }
}
