using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Expand.Server.Tests.Host;

/// <summary>Keeps what a host logs.</summary>
internal sealed class LogCollector : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(int Id, string Text)> entries = new();

    /// <summary>The texts of that event, in order.</summary>
    public IReadOnlyList<string> Of(int id) => [.. entries.Where(e => e.Id == id).Select(e => e.Text)];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        entries.Enqueue((eventId.Id, formatter(state, exception)));

    public void Dispose()
    {
    }
}
