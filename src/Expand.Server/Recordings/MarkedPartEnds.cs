using System.Collections.Concurrent;
using System.Data.Common;
using System.Threading.Channels;
using Expand.Server.Pbx;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Expand.Server.Recordings;

/// <summary>
/// Hears when recordings begin and end, and writes down their ends, also of those that ended while nobody listened: with their call, or with the PBX.
/// Every host hears it; the first one writes.
/// </summary>
internal sealed class MarkedPartEnds(
    NpgsqlDataSource database, IOptions<PbxOptions> pbx, TimeProvider clock, ILogger<MarkedPartEnds> log)
    : BackgroundService, IPbxListener
{
    /// <summary>What the Uniqueids of channels that record begin with.</summary>
    public const string Prefix = "part-";

    /// <summary>What was asked this short a time ago may have no channel yet.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> awaited = new(StringComparer.Ordinal);
    private readonly Channel<Ended> ended = Channel.CreateUnbounded<Ended>(new() { SingleReader = true });

    /// <summary>Completes when the PBX says that this channel writes.</summary>
    public Task StartOf(string writer) => awaited.GetOrAdd(writer, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Nobody waits for it any more.</summary>
    public void Forget(string writer) => awaited.TryRemove(writer, out _);

    public void Heard(PbxFact fact)
    {
        switch (fact)
        {
            case RecordingStarted started when awaited.TryRemove(started.UniqueId, out var waiter):
                waiter.TrySetResult();
                break;
            case ChannelEnded end when end.UniqueId.StartsWith(Prefix, StringComparison.Ordinal):
                ended.Writer.TryWrite(new Ended(end.At, [end.UniqueId], null));
                break;
            case PbxSnapshot snapshot:
                ended.Writer.TryWrite(new Ended(snapshot.At, null, [.. snapshot.Channels.Select(c => c.UniqueId).Where(id => id.StartsWith(Prefix, StringComparison.Ordinal))]));
                break;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var end in ended.Reader.ReadAllAsync(stoppingToken))
            {
                while (!await TryWriteAsync(end, stoppingToken)) await Task.Delay(BetweenTries, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; at its next start the PBX's channels tell the rest.
        }
    }

    private async Task<bool> TryWriteAsync(Ended end, CancellationToken ct)
    {
        try
        {
            await using var command = database.CreateCommand(end.Gone is not null
                ? "update marked_parts set ended_at = $1 where ended_at is null and pbx = $2 and channel_id = any($3)"
                : "update marked_parts set ended_at = $1 where ended_at is null and pbx = $2 and not channel_id = any($3) and asked_at < $4");
            command.Parameters.Add(new() { Value = end.At.UtcDateTime });
            command.Parameters.Add(new() { Value = pbx.Value.Name });
            command.Parameters.Add(new() { Value = end.Gone ?? end.Left });
            if (end.Gone is null) command.Parameters.Add(new() { Value = (end.At - Fresh).UtcDateTime });
            await command.ExecuteNonQueryAsync(ct);
            return true;
        }
        catch (Exception away) when (away is DbException or TimeoutException)
        {
            log.PartEndsWait(away.Message);
            return false;
        }
    }

    /// <summary>These channels are gone, or of all only those are left.</summary>
    private sealed record Ended(DateTimeOffset At, string[]? Gone, string[]? Left);
}
