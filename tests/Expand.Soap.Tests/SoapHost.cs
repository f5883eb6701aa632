using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Expand.Soap.Tests;

/// <summary>A real Kestrel on a free loopback port, with the sample service on two paths.</summary>
internal sealed class SoapHost : IAsyncDisposable
{
    public const string Path = "/apiws/2/apiws.php";

    private readonly WebApplication app;

    private SoapHost(WebApplication app, SampleService sample, LogLines log)
    {
        this.app = app;
        Sample = sample;
        Log = log.Lines;
        Base = new Uri(app.Urls.Single());
        Http = new HttpClient { BaseAddress = Base, Timeout = TimeSpan.FromSeconds(30) };
    }

    public SampleService Sample { get; }

    public ConcurrentQueue<string> Log { get; }

    public Uri Base { get; }

    public HttpClient Http { get; }

    public static async Task<SoapHost> StartAsync(
        SoapEndpointOptions? options = null, Action<IServiceCollection>? services = null, Action<WebApplication>? pipeline = null)
    {
        var log = new LogLines();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        services?.Invoke(builder.Services);
        var app = builder.Build();
        pipeline?.Invoke(app);
        var sample = new SampleService();
        app.MapSoap(Path, sample.Service, options);
        app.MapSoap("/apiws/1/apiws.php", sample.Service, options);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new SoapHost(app, sample, log);
    }

    public Task<Reply> PostAsync(string body, string contentType = "text/xml; charset=utf-8") =>
        PostAsync(Encoding.UTF8.GetBytes(body), contentType);

    public async Task<Reply> PostAsync(byte[] body, string contentType = "text/xml; charset=utf-8", string? contentEncoding = null)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (contentEncoding is not null) content.Headers.TryAddWithoutValidation("Content-Encoding", contentEncoding);
        using var response = await Http.PostAsync(Path, content, TestContext.Current.CancellationToken);
        return await Reply.ReadAsync(response);
    }

    /// <summary>Calls an operation with named arguments, as an rpc/literal client does.</summary>
    public Task<Reply> CallAsync(string operation, params (string Name, string Value)[] arguments) =>
        PostAsync(Envelope.Rpc(operation, arguments));

    public async Task<TcpClient> ConnectAsync(int? receiveBuffer = null)
    {
        var client = new TcpClient();
        if (receiveBuffer is { } size) client.ReceiveBufferSize = size;
        await client.ConnectAsync(IPAddress.Loopback, Base.Port, TestContext.Current.CancellationToken);
        return client;
    }

    /// <summary>Sends bytes as they are and reads what comes until the server closes, for at most 20 s.</summary>
    public async Task<string> RawAsync(string request, bool closeSending = false)
    {
        using var client = await ConnectAsync();
        var stream = client.GetStream();
        await client.Client.SendAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        if (closeSending) client.Client.Shutdown(SocketShutdown.Send);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        using var received = new MemoryStream();
        try
        {
            await stream.CopyToAsync(received, limit.Token);
        }
        catch (IOException)
        {
            // The server resets a connection whose request it did not read to the end; what it sent before counts.
        }

        return Encoding.UTF8.GetString(received.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
    }

    private sealed class LogLines : ILoggerProvider
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, Lines);

        public void Dispose()
        {
        }

        private sealed class Logger(string category, ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => category.StartsWith("Expand", StringComparison.Ordinal);

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (IsEnabled(logLevel)) lines.Enqueue($"{logLevel} {eventId.Id} {formatter(state, exception)} {exception?.Message}");
            }
        }
    }
}
