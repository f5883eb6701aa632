using System.Collections.Concurrent;

namespace Expand.Server.Agents;

/// <summary>Actions on one agent, or at one device, take turns on this host.</summary>
internal sealed class AgentTurns
{
    /// <summary>Never more than there are agents and devices: both are known before a turn is asked for.</summary>
    private readonly ConcurrentDictionary<string, SemaphoreSlim> turns = new(StringComparer.Ordinal);

    /// <summary>Waits for the turn of that agent or device; disposing the answer ends it.</summary>
    public async Task<IDisposable> TakeAsync(string what, CancellationToken ct)
    {
        var turn = turns.GetOrAdd(what, static _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(ct);
        return new Taken(turn);
    }

    private sealed class Taken(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
