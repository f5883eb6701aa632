using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Expand.Server.Tests.Sms;

/// <summary>A request that the gateway got.</summary>
internal sealed record GatewayRequest(string Method, Uri Url, string Body, string ContentType, string? Key)
{
    /// <summary>A parameter of the query.</summary>
    public string this[string name] => System.Web.HttpUtility.ParseQueryString(Url.Query, Encoding.UTF8)[name] ?? "";

    public string To => this["to"];

    /// <summary>Where the test reports this one to, path and query.</summary>
    public string Report(int status) => new Uri(this["dlr-url"].Replace("%d", status.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("%A", "ACK", StringComparison.Ordinal).Replace("%F", "id", StringComparison.Ordinal)).PathAndQuery;
}

/// <summary>An HTTP gateway of the test's own: counts what it gets, and answers what it is told.</summary>
internal sealed class ScriptedGateway : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly Task serving;

    public ScriptedGateway()
    {
        // A port that is free now may be taken a moment later: then another one.
        while (true)
        {
            Port = Random.Shared.Next(20_000, 32_000);
            listener.Prefixes.Clear();
            listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
            try
            {
                listener.Start();
                break;
            }
            catch (HttpListenerException)
            {
                // The next one.
            }
        }

        serving = ServeAsync();
    }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}/cgi-bin/sendsms";

    public ConcurrentQueue<GatewayRequest> Requests { get; } = new();

    /// <summary>What is answered; null: the connection is broken without an answer.</summary>
    public Func<GatewayRequest, (int Status, string Body)?> Answer { get; set; } = _ => (202, "0: Accepted for delivery");

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await serving;
        listener.Close();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true) _ = AnswerAsync(await listener.GetContextAsync());
        }
        catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        var request = new GatewayRequest(
            context.Request.HttpMethod, new Uri(listener.Prefixes.First().TrimEnd('/') + context.Request.RawUrl), await reader.ReadToEndAsync(), context.Request.ContentType ?? "", context.Request.Headers["X-Key"]);
        Requests.Enqueue(request);
        if (Answer(request) is not { } answer)
        {
            // Of an answer that breaks off, nothing is to be believed.
            context.Response.ContentLength64 = 100;
            await context.Response.OutputStream.WriteAsync("0: Acc"u8.ToArray());
            context.Response.Abort();
            return;
        }

        context.Response.StatusCode = answer.Status;
        await using (var writer = new StreamWriter(context.Response.OutputStream)) await writer.WriteAsync(answer.Body);
        context.Response.Close();
    }
}
