using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Expand.Server.Tests.Webhooks;

/// <summary>A message as it came.</summary>
internal sealed record Told(string Id, string Timestamp, string Signatures, string Body)
{
    public string Type => Json.GetProperty("type").GetString()!;

    public JsonElement Data => Json.GetProperty("data");

    private JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The check of the specification, by hand: HMAC-SHA256 of id, timestamp and body with the secret's bytes.</summary>
    public bool IsSignedBy(string secret)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.{Body}")));
        return Signatures.Split(' ').Contains(expected);
    }
}

/// <summary>Another system that is told: it keeps what comes and answers as the test says.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Told> told = new();

    private Receiver(WebApplication app) => this.app = app;

    public string Url => app.Urls.First() + "/eventos";

    public IReadOnlyList<Told> Told => [.. told];

    /// <summary>What it answers to a message; 204 where nothing else is said.</summary>
    public Func<Told, HttpContext, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build());
        receiver.app.MapPost("/eventos", receiver.TakeAsync);
        await receiver.app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    /// <summary>Answers with a status, and the seconds after which it wants to be asked again.</summary>
    public void AnswerWith(int status, int? retryAfter = null) => Answer = async (_, http) =>
    {
        http.Response.StatusCode = status;
        if (retryAfter is { } seconds) http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (status >= 400) await http.Response.WriteAsync("no hay lugar");
    };

    private async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var headers = http.Request.Headers;
        var message = new Told(headers["webhook-id"]!, headers["webhook-timestamp"]!, headers["webhook-signature"]!, await reader.ReadToEndAsync());
        Assert.Equal("application/json", http.Request.ContentType);
        told.Enqueue(message);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        await Answer(message, http);
    }
}
