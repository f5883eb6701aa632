using System.Threading.Channels;

namespace Expand.Server.Calls;

/// <summary>
/// Status changes on their way to their rows: gathered, written together, and tried again until PostgreSQL takes them. What a crash
/// leaves unwritten the next life finds out anew from the PBX and its CDRs.
/// </summary>
internal sealed class CallJournal(CallRepository calls, TimeProvider clock, ILogger<CallJournal> log) : BackgroundService
{
    /// <summary>After a write the next changes are gathered for so long: where many calls move, fewer statements write them. What comes after a rest is written at once.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    private readonly Channel<CallChange> changes = Channel.CreateUnbounded<CallChange>(new() { SingleReader = true });

    /// <summary>A call's row ended as cancelled: another host had asked for its end, which the facts alone did not tell.</summary>
    public event Action<long>? EndedByCancel;

    public void Write(CallChange change) => changes.Writer.TryWrite(change);

    /// <summary>Writes changes before anything else goes on.</summary>
    public async Task WriteNowAsync(IReadOnlyList<CallChange> now, CancellationToken ct)
    {
        foreach (var id in await calls.WriteAsync(now, ct)) EndedByCancel?.Invoke(id);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await changes.Reader.WaitToReadAsync(stoppingToken))
            {
                await WriteWaitingAsync(stoppingToken);
                await Task.Delay(Gathering, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // What is left is written by StopAsync.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (changes.Reader.TryPeek(out _)) await WriteWaitingAsync(cancellationToken);
    }

    private async Task WriteWaitingAsync(CancellationToken ct)
    {
        // The last change of a call is the one that counts; it carries what the earlier ones said.
        var latest = new Dictionary<long, CallChange>();
        while (latest.Count < 1_000 && changes.Reader.TryRead(out var change)) latest[change.Id] = change;
        while (latest.Count > 0)
        {
            try
            {
                await WriteNowAsync([.. latest.Values], ct);
                return;
            }
#pragma warning disable CA1031 // A database that is away words it in many ways, and a journal that stopped would end the server.
            catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
            {
                log.ChangesWait(latest.Count, failure.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(500), clock, ct);
                while (changes.Reader.TryRead(out var change)) latest[change.Id] = change;
            }
        }
    }
}
