using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Expand.Server.Access;
using Expand.Server.Lists;
using Expand.Server.Platform.Rest;
using Expand.Server.Tests.Host;

namespace Expand.Server.Tests.Lists;

/// <summary>An answer of the API.</summary>
internal sealed record Reply(HttpStatusCode Status, string Text, string? ETag, Uri? Location)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public IReadOnlyList<JsonNode> Lines => [.. Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!)];
}

/// <summary>A server with its API, and a client that may use the lists.</summary>
internal sealed class ListsDesk(string database, ServerHost host, HttpClient client) : IAsyncDisposable
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public string Database => database;

    public ServerHost Host => host;

    public ValueLists Lists => host.Get<ValueLists>();

    public static async Task<ListsDesk> StartAsync(Databases databases)
    {
        var database = await databases.NewAsync();
        // No PBX listens there: lists do not need one.
        var host = await ServerHost.StartUnheardAsync(database, 1);
        return new ListsDesk(database, host, await host.RestAsync("lists"));
    }

    /// <summary>A list of its own for a test; its address.</summary>
    public async Task<string> NewAsync(ListKind kind)
    {
        var name = $"lista-{Guid.NewGuid():N}";
        await ListAsync(kind, name);
        return $"/{kind.Word()}/{name}";
    }

    public async Task<int> ListAsync(ListKind kind, string name, string alias = "", string description = "")
    {
        var made = await Lists.AddAsync(kind, name, alias, description, Actor.System, Ct);
        Assert.Null(made.Failure);
        return made.Value;
    }

    public Task<Reply> GetAsync(string path) => SendAsync("GET", path);

    /// <summary>Sends a request whose path stays as it is written.</summary>
    public async Task<Reply> SendAsync(string method, string path, object? body = null, string? ifMatch = null, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(
            $"{host.Url}{RestRoutes.Root}/external/lists{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Content = body switch
        {
            null => null,
            string text => new StringContent(text, Encoding.UTF8, path.EndsWith("/bulk", StringComparison.Ordinal) ? Bulk.ContentType : "application/json"),
            _ => JsonContent.Create(body),
        };
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (idempotencyKey is not null) request.Headers.Add(Idempotency.Header, idempotencyKey);
        using var answer = await client.SendAsync(request, Ct);
        return new Reply(answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct), answer.Headers.ETag?.ToString(), answer.Headers.Location);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }
}

/// <summary>A server for the tests of a class, each of which makes lists of its own.</summary>
public sealed class SharedListsDesk(Databases databases) : IAsyncLifetime
{
    private ListsDesk? desk;

    internal ListsDesk Desk => desk ?? throw new InvalidOperationException("the server is not started");

    public async ValueTask InitializeAsync() => desk = await ListsDesk.StartAsync(databases);

    public ValueTask DisposeAsync() => desk?.DisposeAsync() ?? ValueTask.CompletedTask;
}
