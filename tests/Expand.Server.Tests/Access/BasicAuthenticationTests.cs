using System.Net;
using System.Security.Claims;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Expand.Server.Access;
using Expand.Server.Platform.Rest;
using Expand.Server.Tests.Host;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Server.Tests.Access;

/// <summary>The door of the REST API: who comes in, and what all others are told.</summary>
public sealed class BasicAuthenticationTests(Databases databases)
{
    private const string Probe = "/expandweb3/api/probe";
    private static readonly CredentialForm Lists = new("CRM", ["lists"], [], null);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_right_credential_with_the_scope_comes_in_under_its_name_in_whatever_case_and_spelling_of_the_scheme()
    {
        await using var world = await WorldAsync();
        var made = (await world.Credentials.CreateAsync("Crm", Lists with { Scopes = ["lists", "events"] }, Actor.System, Ct)).Value!;
        var claims = $"name=Crm;credential={made.Id};scope=lists;scope=events";
        foreach (var header in new[] { Basic("Crm", made.Password), Basic("CRM", made.Password), Basic("crm", made.Password).Replace("Basic ", "bAsIc   ", StringComparison.Ordinal) })
        {
            var answer = await world.AskAsync(header);
            Assert.Equal((HttpStatusCode.OK, claims), (answer.Status, answer.Body));
        }

        using var rest = await world.Host.RestAsync("lists");
        Assert.Equal(HttpStatusCode.OK, (await rest.GetAsync(new Uri(Probe, UriKind.Relative), Ct)).StatusCode);
    }

    [Fact]
    public async Task Whatever_is_wrong_with_a_credential_the_answer_is_the_same()
    {
        await using var world = await WorldAsync();
        var made = (await world.Credentials.CreateAsync("crm", Lists, Actor.System, Ct)).Value!;
        var revoked = (await world.Credentials.CreateAsync("viejo", Lists, Actor.System, Ct)).Value!;
        await world.Credentials.RevokeAsync(revoked.Id, Actor.System, Ct);
        var elsewhere = (await world.Credentials.CreateAsync("lejos", Lists with { Addresses = ["203.0.113.0/24"] }, Actor.System, Ct)).Value!;
        var none = await world.AskAsync(null);
        Assert.Equal(HttpStatusCode.Unauthorized, none.Status);
        Assert.Equal("Basic realm=\"eXpand\"", Assert.Single(none.Headers["WWW-Authenticate"]));
        Assert.Equal("application/problem+json", Assert.Single(none.Headers["Content-Type"]));
        Assert.Equal(401, JsonNode.Parse(none.Body)!["status"]!.GetValue<int>());
        string[] wrong =
        [
            Basic("crm", made.Password + "x"), Basic("crm", ""), Basic("crm", made.Password.ToUpperInvariant()), Basic("nadie", made.Password),
            Basic("viejo", revoked.Password), Basic("lejos", elsewhere.Password), Basic("", made.Password), "Basic", "Basic ", "Basic ???", "Basic " + Base64("sin dos puntos"u8),
            "Basic " + Base64([.. "crm:"u8, 0xFF, 0xFE]), "Bearer " + made.Password, Basic("crm", new string('a', 5_000)), Basic(new string('a', 300), "x"), Basic("ñ", "x"),
        ];
        foreach (var header in wrong)
        {
            var answer = await world.AskAsync(header);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
            Assert.Equal(Timeless(none), Timeless(answer));
        }

        Assert.Equal(HttpStatusCode.OK, (await world.AskAsync(Basic("crm", made.Password))).Status);
    }

    [Fact]
    public async Task A_right_credential_without_the_scope_is_forbidden_and_that_is_no_failure()
    {
        await using var world = await WorldAsync();
        var made = (await world.Credentials.CreateAsync("crm", Lists with { Scopes = ["dialer", "events"] }, Actor.System, Ct)).Value!;
        for (var i = 0; i < 2 * GuessGuard.FailuresOfPair; i++)
        {
            var answer = await world.AskAsync(Basic("crm", made.Password));
            Assert.Equal((HttpStatusCode.Forbidden, 403), (answer.Status, JsonNode.Parse(answer.Body)!["status"]!.GetValue<int>()));
            Assert.False(answer.Headers.ContainsKey("WWW-Authenticate"));
        }

        Assert.Null(await world.Credentials.ChangeAsync(made.Id, Lists, Actor.System, Ct));
        Assert.Equal(HttpStatusCode.OK, (await world.AskAsync(Basic("crm", made.Password))).Status);
    }

    [Fact]
    public async Task What_is_changed_on_one_host_counts_on_every_other_within_a_second()
    {
        await using var world = await WorldAsync();
        await using var other = await ServerHost.StartAsync(world.Database, world.Pbx, "host-2", map: MapProbe);
        var made = (await world.Credentials.CreateAsync("crm", Lists, Actor.System, Ct)).Value!;
        await WithinASecondAsync(HttpStatusCode.OK, made.Password);
        Assert.Null(await world.Credentials.ChangeAsync(made.Id, Lists with { Scopes = ["dialer"] }, Actor.System, Ct));
        await WithinASecondAsync(HttpStatusCode.Forbidden, made.Password);
        var another = (await world.Credentials.NewPasswordAsync(made.Id, Actor.System, Ct)).Value!;
        await WithinASecondAsync(HttpStatusCode.Unauthorized, made.Password);
        await WithinASecondAsync(HttpStatusCode.Forbidden, another);
        Assert.Null(await world.Credentials.RevokeAsync(made.Id, Actor.System, Ct));
        Assert.Equal(HttpStatusCode.Unauthorized, (await world.AskAsync(Basic("crm", another))).Status);
        await WithinASecondAsync(HttpStatusCode.Unauthorized, another);

        async Task WithinASecondAsync(HttpStatusCode status, string password)
        {
            // One more after the second is over is what counts; each failure on the way is one that the guard counts.
            var start = TimeProvider.System.GetTimestamp();
            HttpStatusCode seen;
            while ((seen = (await AskAsync(other, Basic("crm", password))).Status) != status && TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(1))
                await Task.Delay(200, Ct);
            Assert.Equal(status, seen);
        }
    }

    [Fact]
    public async Task A_credential_is_checked_without_the_database_and_its_password_hashed_once()
    {
        await using var world = await WorldAsync();
        var made = (await world.Credentials.CreateAsync("crm", Lists, Actor.System, Ct)).Value!;
        var entry = world.Host.Get<CredentialDirectory>().Find("crm")!;
        Assert.False(entry.Remembers);
        await databases.Postgres.SetReachableAsync(world.Database, false);
        try
        {
            for (var i = 0; i < 200; i++) Assert.Equal(HttpStatusCode.OK, (await world.AskAsync(Basic("crm", made.Password))).Status);
            Assert.Same(entry, world.Host.Get<CredentialDirectory>().Find("crm"));
            Assert.True(entry.Remembers);
        }
        finally
        {
            await databases.Postgres.SetReachableAsync(world.Database, true);
        }
    }

    [Fact]
    public async Task Requests_are_counted_with_their_last_use()
    {
        await using var world = await WorldAsync();
        var made = (await world.Credentials.CreateAsync("crm", Lists, Actor.System, Ct)).Value!;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => world.AskAsync(Basic("crm", made.Password))));
        await world.AskAsync(Basic("crm", "falsa"));
        await world.Credentials.RevokeAsync(made.Id, Actor.System, Ct);
        // A host that stops writes down what it has counted.
        await world.Host.DisposeAsync();
        await using var db = Databases.Open(world.Database);
        var row = await db.Set<ApiCredential>().SingleAsync(Ct);
        Assert.Equal((20, "127.0.0.1"), (row.Calls, row.LastAddress));
        Assert.NotNull(row.LastUsedAt);
    }

    [Fact]
    public async Task Guessing_is_answered_429_for_names_that_exist_and_those_that_do_not_alike_and_ends_by_itself()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var world = await WorldAsync(clock);
        var made = (await world.Credentials.CreateAsync("crm", Lists, Actor.System, Ct)).Value!;
        foreach (var name in new[] { "crm", "nadie" })
        {
            for (var i = 0; i < GuessGuard.FailuresOfPair; i++) Assert.Equal(HttpStatusCode.Unauthorized, (await world.AskAsync(Basic(name, $"{i}"))).Status);
        }

        var known = await world.AskAsync(Basic("crm", made.Password));
        var unknown = await world.AskAsync(Basic("nadie", made.Password));
        Assert.Equal(HttpStatusCode.TooManyRequests, known.Status);
        Assert.Equal("300", Assert.Single(known.Headers["Retry-After"]));
        Assert.False(known.Headers.ContainsKey("WWW-Authenticate"));
        Assert.Equal(Timeless(known), Timeless(unknown));
        Assert.Equal(HttpStatusCode.OK, (await world.AskAsync(Basic((await world.Credentials.CreateAsync("erp", Lists, Actor.System, Ct)).Value!))).Status);
        clock.Advance(GuessGuard.LockTime);
        Assert.Equal(HttpStatusCode.OK, (await world.AskAsync(Basic("crm", made.Password))).Status);
        await Eventually.TrueAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            await using var db = Databases.Open(world.Database);
            var lines = await db.Set<AuditEntry>().Where(a => a.Action.StartsWith("api.")).Select(a => $"{a.Action} {a.Subject} {a.Address}: {a.Times}").ToListAsync(Ct);
            return lines.Order().SequenceEqual(
            [
                "api.locked crm (Locked) 127.0.0.1: 1", "api.locked nadie (Locked) 127.0.0.1: 1",
                "api.refused crm (Password) 127.0.0.1: 10", "api.refused nadie (Unknown) 127.0.0.1: 10",
            ]);
        });
    }

    [Fact]
    public async Task A_script_that_guesses_names_locks_its_address_and_not_those_who_worked_from_there()
    {
        await using var world = await WorldAsync();
        var (crm, erp) = ((await world.Credentials.CreateAsync("crm", Lists, Actor.System, Ct)).Value!, (await world.Credentials.CreateAsync("erp", Lists, Actor.System, Ct)).Value!);
        Assert.Equal(HttpStatusCode.OK, (await world.AskAsync(Basic(crm))).Status);
        var guesses = await Task.WhenAll(Enumerable.Range(0, 150).Select(i => world.AskAsync(Basic($"nombre{i}", "x"))));
        Assert.Equal(GuessGuard.FailuresOfAddress, guesses.Count(g => g.Status == HttpStatusCode.Unauthorized));
        Assert.Equal(150 - GuessGuard.FailuresOfAddress, guesses.Count(g => g.Status == HttpStatusCode.TooManyRequests));
        Assert.Equal(HttpStatusCode.OK, (await world.AskAsync(Basic(crm))).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await world.AskAsync(Basic(erp))).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await world.AskAsync(Basic("crm", "x"))).Status);
    }

    [Fact]
    public async Task What_is_over_a_credentials_rate_waits_for_its_turn_and_what_would_wait_too_long_is_told_when_to_come_again()
    {
        await using var world = await WorldAsync();
        var made = (await world.Credentials.CreateAsync("crm", Lists with { RatePerSecond = 2 }, Actor.System, Ct)).Value!;
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => world.AskAsync(Basic(made))));
        // Two at once, and those of the next two seconds; where the requests came in more slowly, one second's more.
        Assert.InRange(answers.Count(a => a.Status == HttpStatusCode.OK), 6, 8);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a =>
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, a.Status);
            Assert.Equal("2", Assert.Single(a.Headers["Retry-After"]));
        });
        // They are no failures, and a change of the rate counts for those who wait.
        var waiting = Enumerable.Range(0, 3).Select(_ => world.AskAsync(Basic(made))).ToArray();
        Assert.Null(await world.Credentials.ChangeAsync(made.Id, Lists, Actor.System, Ct));
        await Task.WhenAll(waiting);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => world.AskAsync(Basic(made)))), a => Assert.Equal(HttpStatusCode.OK, a.Status));
    }

    [Theory]
    [InlineData("crm:secreto", "crm", "secreto")]
    [InlineData("crm:con:dos:puntos", "crm", "con:dos:puntos")]
    [InlineData("crm:", "crm", "")]
    [InlineData("señor:contraseña€", "señor", "contraseña€")]
    public void A_header_is_UTF8_and_its_password_may_hold_colons(string text, string name, string password)
    {
        Assert.True(BasicHeader.TryParse("Basic " + Base64(Encoding.UTF8.GetBytes(text)), out var shown));
        Assert.Equal((name, password), (shown.Name, Encoding.UTF8.GetString(shown.Password)));
    }

    [Fact]
    public void Random_headers_are_read_or_not_and_nothing_else() =>
        Gen.Byte.Array[0, 1200].Sample(bytes =>
        {
            if (BasicHeader.TryParse("Basic " + Base64(bytes), out var shown)) Assert.True(shown.Name.Length > 0 && shown.Shown.Length <= ApiCredential.UsernameLength);
            Assert.False(BasicHeader.TryParse(Encoding.Latin1.GetString(bytes), out _));
        }, iter: 2_000);

    private static string Basic(string username, string password) => "Basic " + Base64(Encoding.UTF8.GetBytes($"{username}:{password}"));

    private static string Basic(NewCredential made) => Basic(made.Username, made.Password);

    private static string Base64(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes);

    /// <summary>Everything in an answer but what tells one request from another in the log.</summary>
    private static string Timeless(Answered answer)
    {
        var body = JsonNode.Parse(answer.Body)!.AsObject();
        Assert.True(body.Remove("traceId"));
        return $"{answer.Status} {string.Join(';', answer.Headers.Where(h => h.Key != "Date").OrderBy(h => h.Key).Select(h => $"{h.Key}={string.Join(',', h.Value)}"))} {body.ToJsonString()}";
    }

    private static void MapProbe(WebApplication app) => app.MapRest("/probe", scope: "lists", tag: "Probe").MapGet("", (ClaimsPrincipal user) =>
        TypedResults.Text(string.Join(';', user.Claims.Select(c => $"{(c.Type == ClaimTypes.Name ? "name" : c.Type)}={c.Value}"))));

    private static async Task<Answered> AskAsync(ServerHost host, string? header)
    {
        using var http = new HttpClient { BaseAddress = new Uri(host.Url), Timeout = TimeSpan.FromSeconds(20) };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Probe, UriKind.Relative));
        if (header is not null) Assert.True(request.Headers.TryAddWithoutValidation("Authorization", header));
        using var answer = await http.SendAsync(request, Ct);
        return new(answer.StatusCode, answer.Headers.Concat(answer.Content.Headers).ToDictionary(h => h.Key, h => h.Value.ToArray()), await answer.Content.ReadAsStringAsync(Ct));
    }

    private async Task<World> WorldAsync(TimeProvider? clock = null)
    {
        var database = await databases.NewAsync();
        var pbx = new ScriptedPbx();
        return new World(database, pbx, await ServerHost.StartAsync(database, pbx, clock: clock, map: MapProbe));
    }

    private sealed record Answered(HttpStatusCode Status, Dictionary<string, string[]> Headers, string Body);

    private sealed record World(string Database, ScriptedPbx Pbx, ServerHost Host) : IAsyncDisposable
    {
        public ApiCredentials Credentials => Host.Get<ApiCredentials>();

        public Task<Answered> AskAsync(string? header) => BasicAuthenticationTests.AskAsync(Host, header);

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            await Pbx.DisposeAsync();
        }
    }
}
