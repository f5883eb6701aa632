using System.Collections.Concurrent;
using System.Globalization;
using Expand.Server.Pbx;

namespace Expand.Server.Dialer.Engine;

/// <summary>What this host has heard of an attempt's channel.</summary>
internal sealed record LiveAttempt(DateTimeOffset SeenAt)
{
    /// <summary>When its side answered that was rung first.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>When both sides talked.</summary>
    public DateTimeOffset? ConnectedAt { get; init; }

    /// <summary>When the channel was gone.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Where it went while nothing was heard of the PBX: since when that was so.</summary>
    public DateTimeOffset? LostAt { get; init; }
}

/// <summary>
/// The channels of attempts as this host hears of them: for pacing and capacity, and to know when there is something to be looked up. What became of an
/// attempt is never decided by this alone.
/// </summary>
internal sealed class LiveAttempts : IPbxListener
{
    /// <summary>
    /// The ids in the Uniqueids of all calls that this server asks for begin here: those that agents make, preview among them, and beyond 2^32 the dialer's
    /// own (<see cref="AttemptClaims"/>). Asterisk counts its own from 0 and does not get here.
    /// </summary>
    private const long FirstId = 1L << 28;

    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(30);
    private readonly ConcurrentDictionary<string, LiveAttempt> attempts = new(StringComparer.Ordinal);
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset cleanedAt;
    private DateTimeOffset? lostAt;

    /// <summary>What is known of a channel; null: nothing was heard of it.</summary>
    public LiveAttempt? Find(string channelId) => attempts.GetValueOrDefault(channelId);

    /// <summary>Completes when something happens to an attempt.</summary>
    public Task NextChange() => Volatile.Read(ref changed).Task;

    public void Heard(PbxFact fact)
    {
        switch (fact)
        {
            case PbxSnapshot snapshot: Compare(snapshot); break;
            case PbxLost lost: lostAt ??= lost.At; break;
            case ChannelStarted started: Move(started.UniqueId, fact.At, a => a); break;
            case DialEnded { Result: "ANSWER" } dial:
                Move(dial.To, fact.At, a => a with { AnsweredAt = a.AnsweredAt ?? dial.At });
                if (dial.From is { } from) Move(from, fact.At, a => a with { ConnectedAt = a.ConnectedAt ?? dial.At });
                break;
            case OriginateEnded { Success: true } answered: Move(answered.UniqueId, fact.At, a => a with { AnsweredAt = a.AnsweredAt ?? answered.At }); break;
            case AgentConnected connected: Move(connected.UniqueId, fact.At, a => a with { ConnectedAt = a.ConnectedAt ?? connected.At }); break;
            case ChannelEnded ended: Move(ended.UniqueId, fact.At, a => a with { EndedAt = a.EndedAt ?? ended.At }); break;
        }
    }

    private void Compare(PbxSnapshot snapshot)
    {
        foreach (var channel in snapshot.Channels)
        {
            Move(channel.UniqueId, snapshot.At, a => a with
            {
                EndedAt = null,
                LostAt = null,
                AnsweredAt = a.AnsweredAt ?? (channel.IsUp ? snapshot.At : null),
                ConnectedAt = a.ConnectedAt ?? (channel is { IsUp: true, BridgeId.Length: > 0 } ? snapshot.At : null),
            });
        }

        var there = snapshot.Channels.Select(c => c.UniqueId).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in attempts.Where(a => a.Value.EndedAt is null && !there.Contains(a.Key)).Select(a => a.Key).ToList())
            Move(gone, snapshot.At, a => a with { EndedAt = snapshot.At, LostAt = lostAt });
        lostAt = null;
        Wake();
    }

    private void Move(string channelId, DateTimeOffset at, Func<LiveAttempt, LiveAttempt> move)
    {
        if (!IsOurs(channelId)) return;
        attempts[channelId] = move(attempts.GetValueOrDefault(channelId) ?? new LiveAttempt(at));
        Clean(at);
        Wake();
    }

    private void Wake() => Interlocked.Exchange(ref changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private void Clean(DateTimeOffset now)
    {
        if (now - cleanedAt < Kept / 10) return;
        cleanedAt = now;
        foreach (var old in attempts.Where(a => a.Value.EndedAt < now - Kept).Select(a => a.Key).ToList()) attempts.TryRemove(old, out _);
    }

    private static bool IsOurs(string uniqueId) =>
        uniqueId.LastIndexOf('.') is var dot and > 0
        && long.TryParse(uniqueId.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id >= FirstId;
}
