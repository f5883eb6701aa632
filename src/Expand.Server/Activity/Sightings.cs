using Expand.Server.Pbx;

namespace Expand.Server.Activity;

/// <summary>
/// What AMI showed and the queue_log does not hold: when a call began to ring at an agent, whether a ring was rejected, where a call was
/// transferred to, at which device an agent is, and when the PBX was last alive. It only adds: whatever was not seen is derived.
/// </summary>
internal sealed class Sightings(TimeProvider clock) : IPbxListener
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(2);

    /// <summary>Asterisk stamps its log and its events on different occasions, and the log in whole seconds.</summary>
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(2);

    private readonly Lock guard = new();
    private readonly Dictionary<string, Ring> rings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Ring>> ringsOfCall = new(StringComparer.Ordinal);
    private readonly List<CallTransferred> transfers = [];
    private readonly List<DateTimeOffset> losses = [];
    private readonly SeenLogins logins = new();
    private DateTimeOffset lastPruned;
    private bool isUp;

    private sealed class Ring(AgentRung rung)
    {
        public AgentRung Rung => rung;

        public bool IsMissed { get; set; }

        /// <summary>The Q.850 cause of its leg's end.</summary>
        public int? Cause { get; set; }

        public bool IsTaken { get; set; }
    }

    /// <summary>The last list of members that the PBX gave on this connection; null before the first, and while there is no connection.</summary>
    public MemberList? Members { get; private set; }

    /// <summary>Whether the PBX is heard now.</summary>
    public bool IsUp
    {
        get
        {
            lock (guard) return isUp;
        }
    }

    /// <summary>The last time before an instant that the PBX was lost: it lived until then at least. Null where it was not lost here.</summary>
    public DateTimeOffset? LostBefore(DateTimeOffset instant)
    {
        lock (guard) return losses.LastOrDefault(l => l < instant) is var lost && lost != default ? lost : null;
    }

    /// <summary>The device at which the agent logged in to the queue at about that whole second; null where it was not seen.</summary>
    public string? DeviceOf(string queue, string agent, DateTimeOffset loggedInAt)
    {
        lock (guard) return logins.DeviceOf(queue, agent, loggedInAt, Near);
    }

    public void Heard(PbxFact fact)
    {
        lock (guard)
        {
            switch (fact)
            {
                case AgentRung rung:
                    Add(rung);
                    break;
                case AgentMissed missed:
                    if (rings.GetValueOrDefault(missed.RingId) is { } ring) ring.IsMissed = true;
                    break;
                case ChannelEnded ended:
                    if (rings.GetValueOrDefault(ended.UniqueId) is { } leg) leg.Cause = ended.Cause;
                    break;
                case CallTransferred transferred:
                    transfers.Add(transferred);
                    break;
                case QueuesSnapshot snapshot:
                    foreach (var member in snapshot.Members.Where(m => m.LoginAt is not null)) logins.Add(member, member.LoginAt!.Value, Near);
                    Members = new MemberList(snapshot.AskedAt, clock.GetUtcNow(), snapshot.Members);
                    isUp = true;
                    break;
                case MemberAdded { Member: var member } added:
                    logins.Add(member, added.At, Near);
                    break;
                case PbxLost lost:
                    if (isUp) losses.Add(lost.At);
                    isUp = false;
                    // Of a life that may be over.
                    Members = null;
                    break;
            }

            Prune();
        }
    }

    /// <summary>
    /// When the call began to ring at the agent, for the offer that ended at <paramref name="endedAt"/> after ringing for
    /// <paramref name="rang"/>; whole seconds, null where it was not seen. What was seen counts once: it is added to <paramref name="taken"/>,
    /// the rings of the same lines, and is spent for all once they are saved (<see cref="Take"/>).
    /// </summary>
    public DateTimeOffset? RangAt(string uniqueId, string agent, DateTimeOffset endedAt, TimeSpan rang, ISet<string> taken)
    {
        lock (guard) return Spend(Find(uniqueId, agent, endedAt, endedAt - rang, taken), endedAt, taken);
    }

    /// <summary>
    /// The same for the agent's last ring within an attempt of the queue that began so long before <paramref name="endedAt"/>: others may have
    /// been rung before.
    /// </summary>
    public DateTimeOffset? LastRangAt(string uniqueId, string agent, DateTimeOffset endedAt, TimeSpan attempt, ISet<string> taken)
    {
        var earliest = endedAt - attempt - Near;
        lock (guard)
        {
            var last = ringsOfCall.GetValueOrDefault(uniqueId)?.FindLast(r => IsFree(r, agent, endedAt, taken) && r.Rung.At >= earliest);
            return Spend(last, endedAt, taken);
        }
    }

    /// <summary>The same for the leg that was answered, which the line names.</summary>
    public DateTimeOffset? LegRangAt(string uniqueId, string ringId, DateTimeOffset endedAt, ISet<string> taken)
    {
        lock (guard) return rings.GetValueOrDefault(ringId) is { } ring && ring.Rung.UniqueId == uniqueId ? Spend(ring, endedAt, taken) : null;
    }

    /// <summary>
    /// Whether the offer that rang unanswered was rejected; null where AMI did not show it. Asked before <see cref="RangAt"/>.
    /// </summary>
    public bool? WasRejected(string uniqueId, string agent, DateTimeOffset endedAt, TimeSpan rang, ISet<string> taken)
    {
        lock (guard)
        {
            return Find(uniqueId, agent, endedAt, endedAt - rang, taken) is { IsMissed: true, Cause: { } cause } ? cause is not (0 or 18 or 19) : null;
        }
    }

    /// <summary>Rings that belong to lines that are saved.</summary>
    public void Take(IEnumerable<string> ringIds)
    {
        lock (guard)
        {
            foreach (var id in ringIds)
            {
                if (rings.GetValueOrDefault(id) is { } ring) ring.IsTaken = true;
            }
        }
    }

    /// <summary>Where the agent's leg, or the caller, was transferred to around that instant; null where it was not seen.</summary>
    public string? TransferredTo(string uniqueId, DateTimeOffset at)
    {
        lock (guard)
        {
            var legs = ringsOfCall.GetValueOrDefault(uniqueId, []).Select(r => r.Rung.RingId).ToHashSet(StringComparer.Ordinal);
            return transfers.FindLast(t => (t.UniqueId == uniqueId || legs.Contains(t.TransfererId)) && t.Destination.Length > 0 && (t.At - at).Duration() <= Near * 2)
                ?.Destination;
        }
    }

    /// <summary>The instant's whole second, as Asterisk's log would write it.</summary>
    public static DateTimeOffset WholeSecond(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds());

    private Ring? Find(string uniqueId, string agent, DateTimeOffset endedAt, DateTimeOffset derived, ISet<string> taken) =>
        ringsOfCall.GetValueOrDefault(uniqueId)?.Find(r => IsFree(r, agent, endedAt, taken) && (r.Rung.At - derived).Duration() <= Near);

    private static bool IsFree(Ring ring, string agent, DateTimeOffset endedAt, ISet<string> taken) =>
        !ring.IsTaken && !taken.Contains(ring.Rung.RingId) && ring.Rung.Agent == agent && ring.Rung.At <= endedAt + Near;

    private static DateTimeOffset? Spend(Ring? ring, DateTimeOffset endedAt, ISet<string> taken)
    {
        if (ring is null) return null;
        taken.Add(ring.Rung.RingId);
        var seen = WholeSecond(ring.Rung.At);
        return seen > endedAt ? endedAt : seen;
    }

    private void Add(AgentRung rung)
    {
        var ring = new Ring(rung);
        rings[rung.RingId] = ring;
        if (!ringsOfCall.TryGetValue(rung.UniqueId, out var ofCall)) ringsOfCall[rung.UniqueId] = ofCall = [];
        ofCall.Add(ring);
    }

    private void Prune()
    {
        var now = clock.GetUtcNow();
        if (now - lastPruned < TimeSpan.FromMinutes(1)) return;
        lastPruned = now;
        var old = now - Kept;
        foreach (var ring in rings.Values.Where(r => r.Rung.At < old).ToList())
        {
            rings.Remove(ring.Rung.RingId);
            ringsOfCall.Remove(ring.Rung.UniqueId);
        }

        transfers.RemoveAll(t => t.At < old);
        losses.RemoveAll(l => l < now.AddDays(-7));
    }
}

/// <summary>
/// The members that the PBX listed.
/// <c>AskedAt</c>: when it was asked, <c>At</c>: when this host had the list; they may be seconds apart.
/// </summary>
internal sealed record MemberList(DateTimeOffset AskedAt, DateTimeOffset At, IReadOnlyList<PbxMember> Members);
