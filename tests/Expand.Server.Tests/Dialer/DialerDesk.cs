using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Expand.Server.Access;
using Expand.Server.Dialer;
using Expand.Server.Platform;
using Expand.Server.Platform.Rest;
using Expand.Server.Queues;
using Expand.Server.Tests.Host;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Expand.Server.Tests.Dialer;

/// <summary>An answer of the API.</summary>
internal sealed record Reply(HttpStatusCode Status, string Text, string? ETag, string? Location)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public IReadOnlyList<JsonNode> Lines => [.. Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!)];

    /// <summary>The ids of a listing.</summary>
    public IReadOnlyList<long> Ids => [.. Json["data"]!.AsArray().Select(c => (long)c!["id"]!)];

    public long Total => (long)Json["recordsTotal"]!;

    /// <summary>The fields at fault of a refusal.</summary>
    public IReadOnlyList<string> Fields => Json["errors"] is JsonObject errors ? [.. errors.Select(e => e.Key)] : [];
}

/// <summary>A server with its API, a queue, and a client that may use the dialer.</summary>
internal sealed class DialerDesk(string database, ServerHost host, HttpClient client) : IAsyncDisposable
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public string Database => database;

    public ServerHost Host => host;

    public static async Task<DialerDesk> StartAsync(Databases databases)
    {
        var database = await databases.NewAsync();
        // No PBX listens there: the catalogue knows the queue.
        var host = await ServerHost.StartUnheardAsync(database, 1);
        Assert.Null(await host.Get<QueueCatalog>().SetDescriptionAsync("q_ventas", "Ventas", Actor.System, Ct));
        return new DialerDesk(database, host, await host.RestAsync("dialer"));
    }

    /// <summary>A form that has all that a campaign needs.</summary>
    public static CampaignForm Form(string name = "Renovaciones") => new(
        name, "", "q_ventas", DialingMode.Progressive, new DateOnly(2017, 7, 1), new DateOnly(9998, 12, 31), "America/Montevideo",
        [new(["mon", "tue"], "09:00", "18:00")], [new(AttemptOutcome.Busy, 300, 3)], 5);

    /// <summary>A campaign of its own for a test.</summary>
    public async Task<int> CampaignAsync(CampaignState state = CampaignState.Active, string name = "Renovaciones")
    {
        var made = await CampaignsAsync(c => c.CreateAsync(Form(name), Actor.System, Ct));
        Assert.Null(made.Failure);
        var id = made.Value!.Id;
        if (state >= CampaignState.Active) Assert.Null((await CampaignsAsync(c => c.ActivateAsync(id, ExpectedVersion.Any, Actor.System, Ct))).Failure);
        if (state >= CampaignState.Finalized) Assert.Null((await CampaignsAsync(c => c.FinalizeAsync(id, ExpectedVersion.Any, Actor.System, Ct))).Failure);
        if (state >= CampaignState.Stored) Assert.Null((await CampaignsAsync(c => c.StoreAsync(id, ExpectedVersion.Any, Actor.System, Ct))).Failure);
        return id;
    }

    /// <summary>The use cases as a request has them: in a scope of its own.</summary>
    public async Task<Result<Campaign>> CampaignsAsync(Func<Campaigns, Task<Result<Campaign>>> act)
    {
        await using var scope = host.Scope();
        return await act(scope.ServiceProvider.GetRequiredService<Campaigns>());
    }

    public async Task<T> ContactsAsync<T>(Func<Contacts, Task<T>> act)
    {
        await using var scope = host.Scope();
        return await act(scope.ServiceProvider.GetRequiredService<Contacts>());
    }

    public async Task<Contact> AddAsync(int campaign, string name, string numcall, bool enable = true)
    {
        var added = await ContactsAsync(c => c.AddAsync(campaign, new ContactForm(name, numcall, enable, ContactInfo.None, null), Ct));
        Assert.Null(added.Failure);
        return added.Value!;
    }

    public Task<Reply> GetAsync(string path) => SendAsync("GET", path);

    /// <summary>Sends a request to a path below <c>/campaigns</c>.</summary>
    public async Task<Reply> SendAsync(string method, string path, string? body = null, string? ifMatch = null, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"{host.Url}{RestRoutes.Root}/campaign/external/campaigns{path}"));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, path.EndsWith("/bulk", StringComparison.Ordinal) ? Bulk.ContentType : "application/json");
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (idempotencyKey is not null) request.Headers.Add(Idempotency.Header, idempotencyKey);
        using var answer = await client.SendAsync(request, Ct);
        return new Reply(answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct), answer.Headers.ETag?.ToString(), answer.Headers.Location?.ToString());
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = host.Get<NpgsqlDataSource>().CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(Ct))!;
    }

    /// <summary>The counters of every campaign against the contacts themselves: what differs, empty where nothing does.</summary>
    public Task<string> WrongCountsAsync() => ScalarAsync<string>(
        """
        select coalesce(string_agg(concat_ws(' ', campaign, state, kept, there), ', '), '') from
            (select campaign, state, sum(count) as kept from contact_counts group by campaign, state) k
            full join (select campaign, state, count(*) as there from contacts group by campaign, state) t using (campaign, state)
        where coalesce(kept, 0) <> coalesce(there, 0)
        """);

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }
}

/// <summary>A server for the tests of a class, each of which makes campaigns of its own.</summary>
public sealed class SharedDialerDesk(Databases databases) : IAsyncLifetime
{
    private DialerDesk? desk;

    internal Databases Databases => databases;

    internal DialerDesk Desk => desk ?? throw new InvalidOperationException("the server is not started");

    public async ValueTask InitializeAsync() => desk = await DialerDesk.StartAsync(databases);

    public ValueTask DisposeAsync() => desk?.DisposeAsync() ?? ValueTask.CompletedTask;
}
