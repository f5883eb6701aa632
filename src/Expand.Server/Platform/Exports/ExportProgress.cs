using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Expand.Server.Platform.Exports;

/// <summary>How an export stands.</summary>
internal enum ExportState
{
    /// <summary>The browser has not come for it yet.</summary>
    Waiting,
    Running,
    Done,
    Cancelled,
    Failed,
}

/// <summary>
/// Exports that a page follows: the page makes a ticket, the browser downloads with it, and the page shows how many rows went out and can end
/// it. A download without a ticket, or with one of another host's, is served all the same.
/// </summary>
internal sealed class ExportProgress(TimeProvider clock)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<string, ExportTicket> tickets = new(StringComparer.Ordinal);

    /// <summary>A ticket for one download of that user's.</summary>
    public ExportTicket Begin(string user)
    {
        var now = clock.GetUtcNow();
        foreach (var old in tickets.Values.Where(t => t.MadeAt + KeptFor < now)) Forget(old);
        var ticket = new ExportTicket(RandomNumberGenerator.GetHexString(32, lowercase: true), user, now);
        tickets[ticket.Id] = ticket;
        return ticket;
    }

    /// <summary>The page does not follow it any more; a download that runs goes on.</summary>
    public void Forget(ExportTicket ticket)
    {
        tickets.TryRemove(ticket.Id, out _);
        if (ticket.State != ExportState.Running) ticket.Dispose();
    }

    /// <summary>A download begins, with the ticket where it has one of that user's that was not used yet.</summary>
    public ExportRun Start(string? ticketId, string user, CancellationToken aborted)
    {
        var ticket = ticketId is not null && tickets.TryGetValue(ticketId, out var found) && found.User == user && found.Take() ? found : null;
        return new ExportRun(ticket, aborted);
    }
}

/// <summary>An export as its page sees it.</summary>
internal sealed class ExportTicket(string id, string user, DateTimeOffset madeAt) : IDisposable
{
    private readonly CancellationTokenSource cancelled = new();
    private long rows;
    private int state;

    public string Id => id;

    public string User => user;

    public DateTimeOffset MadeAt => madeAt;

    public ExportState State => (ExportState)Volatile.Read(ref state);

    /// <summary>Rows that went out.</summary>
    public long Rows => Interlocked.Read(ref rows);

    public CancellationToken Cancelled => cancelled.Token;

    /// <summary>Ends the export; one that is over stays what it is.</summary>
    public void Cancel()
    {
        cancelled.Cancel();
        Interlocked.CompareExchange(ref state, (int)ExportState.Cancelled, (int)ExportState.Waiting);
    }

    public bool Take() => Interlocked.CompareExchange(ref state, (int)ExportState.Running, (int)ExportState.Waiting) == (int)ExportState.Waiting;

    public void Count() => Interlocked.Increment(ref rows);

    public void Dispose() => cancelled.Dispose();

    public void End(ExportState end) => Interlocked.CompareExchange(ref state, (int)end, (int)ExportState.Running);
}

/// <summary>A download while it runs.</summary>
internal sealed class ExportRun(ExportTicket? ticket, CancellationToken aborted) : IDisposable
{
    private readonly CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(aborted, ticket?.Cancelled ?? CancellationToken.None);

    /// <summary>Cancelled by the page, or by a browser that went away.</summary>
    public CancellationToken Token => either.Token;

    public void Row() => ticket?.Count();

    public void Done() => ticket?.End(ExportState.Done);

    public void Failed() => ticket?.End(ExportState.Failed);

    /// <summary>What neither ended nor failed was cancelled.</summary>
    public void Dispose()
    {
        ticket?.End(ExportState.Cancelled);
        either.Dispose();
    }
}
