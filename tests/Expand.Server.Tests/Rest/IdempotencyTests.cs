using System.Globalization;
using System.Net;
using System.Text;
using Expand.Server.Access;
using Expand.Server.Lists;
using Expand.Server.Platform.Rest;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Server.Tests.Rest;

/// <summary>A POST with an Idempotency-Key does what it does once, whatever the network does to its answers.</summary>
public sealed class IdempotencyTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repeat_gets_the_first_answer_and_creates_nothing()
    {
        await using var world = await WorldAsync();
        var first = await world.AddAsync("k-1", "100");
        var again = await world.AddAsync("k-1", "100");
        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal(first with { Replayed = true }, again);
        Assert.False(first.Replayed);
        Assert.Equal(1, await world.ElementsAsync());
    }

    [Fact]
    public async Task Many_at_once_are_one()
    {
        await using var world = await WorldAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => world.AddAsync("k-1", "100")));
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.Created, a.Status));
        Assert.Single(answers.Select(a => a.Body).Distinct());
        Assert.Single(answers, a => !a.Replayed);
        Assert.Equal(1, await world.ElementsAsync());
    }

    [Fact]
    public async Task The_key_of_another_request_is_a_conflict_and_another_credentials_key_is_its_own()
    {
        await using var world = await WorldAsync();
        await world.AddAsync("k-1", "100");
        Assert.Equal(HttpStatusCode.Conflict, (await world.AddAsync("k-1", "101")).Status);
        using var other = await world.Host.RestAsync("lists");
        var theirs = await World.AddAsync(other, "k-1", "101");
        Assert.Equal((HttpStatusCode.Created, false), (theirs.Status, theirs.Replayed));
        Assert.Equal(2, await world.ElementsAsync());
    }

    [Fact]
    public async Task A_refusal_is_kept_too_and_bad_input_is_not()
    {
        await using var world = await WorldAsync();
        await world.AddAsync("k-1", "100");
        Assert.Equal(HttpStatusCode.Conflict, (await world.AddAsync("k-2", "100")).Status);
        using var removed = await world.Http.DeleteAsync(new Uri("/expandweb3/api/external/lists/simple/cartera/elements/100", UriKind.Relative), Ct);
        Assert.Equal(HttpStatusCode.OK, removed.StatusCode);
        // What was told that it did not happen does not happen now.
        var again = await world.AddAsync("k-2", "100");
        Assert.Equal((HttpStatusCode.Conflict, true), (again.Status, again.Replayed));
        Assert.Equal(HttpStatusCode.BadRequest, (await world.AddAsync("k-3", "")).Status);
        Assert.Equal(HttpStatusCode.Created, (await world.AddAsync("k-3", "200")).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\tb")]
    [InlineData("x", 201)]
    public async Task A_key_that_is_none_is_refused_by_name(string key, int times = 1)
    {
        await using var world = await WorldAsync();
        var answer = await world.AddAsync(string.Concat(Enumerable.Repeat(key, times)), "100");
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(Idempotency.Header, answer.Body, StringComparison.Ordinal);
        Assert.Equal(0, await world.ElementsAsync());
    }

    [Fact]
    public async Task After_a_day_the_key_is_free_and_the_answer_forgotten()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var world = await WorldAsync(clock);
        await world.AddAsync("k-1", "100");
        await world.AddAsync("k-2", "101");
        clock.Advance(Idempotency.Kept - TimeSpan.FromMinutes(1));
        Assert.True((await world.AddAsync("k-1", "100")).Replayed);
        clock.Advance(TimeSpan.FromMinutes(2));
        // It is a request of its own now, and the element is there.
        var anew = await world.AddAsync("k-1", "100");
        Assert.Equal((HttpStatusCode.Conflict, false), (anew.Status, anew.Replayed));
        await world.Host.Get<IEnumerable<IHostedService>>().OfType<IdempotencySweep>().Single().SweepAsync(Ct);
        await using var db = Databases.Open(world.Database);
        Assert.Equal(["k-1"], await db.Set<IdempotencyKey>().Select(k => k.Key).ToListAsync(Ct));
    }

    private async Task<World> WorldAsync(TimeProvider? clock = null)
    {
        var database = await databases.NewAsync();
        var pbx = new ScriptedPbx();
        var host = await ServerHost.StartAsync(database, pbx, clock: clock);
        await using var scope = host.Scope();
        await scope.ServiceProvider.GetRequiredService<ValueLists>().AddAsync(ListKind.Simple, "cartera", "Cartera", "", Actor.System, Ct);
        return new World(database, pbx, host, await host.RestAsync("lists"));
    }

    private sealed record Told(HttpStatusCode Status, string Body, string? Location, string? ETag, bool Replayed);

    private sealed class World(string database, ScriptedPbx pbx, ServerHost host, HttpClient http) : IAsyncDisposable
    {
        public string Database => database;

        public ServerHost Host => host;

        public HttpClient Http => http;

        public Task<Told> AddAsync(string key, string element) => AddAsync(http, key, element);

        public static async Task<Told> AddAsync(HttpClient http, string key, string element)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/expandweb3/api/external/lists/simple/cartera/elements");
            request.Headers.TryAddWithoutValidation(Idempotency.Header, key);
            request.Content = new StringContent(string.Create(CultureInfo.InvariantCulture, $$"""{"key":"{{element}}","value":"112"}"""), Encoding.UTF8, "application/json");
            using var answer = await http.SendAsync(request, Ct);
            return new Told(answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct), answer.Headers.Location?.ToString(), answer.Headers.ETag?.ToString(),
                answer.Headers.Contains(Idempotency.ReplayedHeader));
        }

        public async Task<int> ElementsAsync()
        {
            await using var db = Databases.Open(database);
            return await db.Set<ListElement>().CountAsync(Ct);
        }

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            await host.DisposeAsync();
            await pbx.DisposeAsync();
        }
    }
}
