using System.Collections.Concurrent;
using System.Net;

namespace Expand.RealTime.Crm;

/// <summary>A customer's CRM that speaks REST.</summary>
internal sealed class RestCrm : IDisposable
{
    private readonly HttpListener listener = new();

    public RestCrm(int port)
    {
        Url = $"http://127.0.0.1:{port}/";
        listener.Prefixes.Add(Url);
        listener.Start();
        _ = ServeAsync();
    }

    public string Url { get; }

    /// <summary>It takes what it is asked, and never answers.</summary>
    public bool Hangs { get; set; }

    /// <summary>Path with query and body of each request.</summary>
    public ConcurrentQueue<(string Path, string Body)> Asked { get; } = new();

    public void Dispose() => listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true) await AnswerAsync(await listener.GetContextAsync());
        }
        catch (Exception end) when (end is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(HttpListenerContext http)
    {
        using var reader = new StreamReader(http.Request.InputStream);
        var path = http.Request.RawUrl ?? "";
        Asked.Enqueue((path, await reader.ReadToEndAsync()));
        // What hangs is closed when the test is over.
        if (Hangs) return;
        http.Response.ContentType = "application/json";
        var answer = path.StartsWith("/name", StringComparison.Ordinal) ? "{\"customer\":{\"name\":\"Sofía García\"}}" : path == "/code" ? "{\"add\":\",plan=oro\"}" : "true";
        await http.Response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(answer));
        http.Response.Close();
    }
}
