using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace Expand.Server.Tests.Queues;

/// <summary>A client that follows the REST API's events, as .NET's own parser reads them.</summary>
internal sealed class EventsClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly HttpResponseMessage answer;
    private readonly SseParser<string> parser;
    private readonly IAsyncEnumerator<SseItem<string>> items;

    private EventsClient(HttpResponseMessage answer, Stream body)
    {
        this.answer = answer;
        parser = SseParser.Create(body, (_, data) => System.Text.Encoding.UTF8.GetString(data));
        items = parser.EnumerateAsync(Ct).GetAsyncEnumerator(Ct);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Where a client would go on from.</summary>
    public string LastId => parser.LastEventId;

    public TimeSpan Reconnection => parser.ReconnectionInterval;

    public HttpResponseHeaders Headers => answer.Headers;

    public HttpContentHeaders ContentHeaders => answer.Content.Headers;

    public static async Task<EventsClient> OpenAsync(HttpClient http, string query = "", string? lastEventId = null)
    {
        var answer = await AskAsync(http, query, lastEventId);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return new EventsClient(answer, await answer.Content.ReadAsStreamAsync(Ct));
    }

    public static async Task<HttpResponseMessage> AskAsync(HttpClient http, string query = "", string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/expandweb3/api/external/events" + query, UriKind.Relative));
        request.Headers.AcceptEncoding.ParseAdd("gzip, br");
        if (lastEventId is not null) Assert.True(request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId));
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
    }

    /// <summary>The next event; it fails where the stream ends.</summary>
    public async Task<EventSeen> NextAsync()
    {
        Assert.True(await MoveAsync(), "the stream has ended");
        return new EventSeen(parser.LastEventId, items.Current.EventType, items.Current.Data);
    }

    public async Task<List<EventSeen>> TakeAsync(int count)
    {
        var taken = new List<EventSeen>();
        while (taken.Count < count) taken.Add(await NextAsync());
        return taken;
    }

    /// <summary>Reads until the stream ends.</summary>
    public async Task EndAsync()
    {
        while (await MoveAsync())
        {
            // What was still on its way.
        }
    }

    public async ValueTask DisposeAsync()
    {
        answer.Dispose();
        try
        {
            await items.DisposeAsync();
        }
        catch (NotSupportedException)
        {
            // It was still waiting for the next event.
        }
    }

    private async Task<bool> MoveAsync() => await items.MoveNextAsync().AsTask().WaitAsync(Patience, Ct);
}

/// <summary>An event as a client has read it.</summary>
internal sealed record EventSeen(string Id, string Kind, string Data)
{
    public JsonNode Json => JsonNode.Parse(Data)!;

    public long Number => long.Parse(Id.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture);
}
