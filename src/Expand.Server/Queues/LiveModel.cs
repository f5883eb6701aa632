using Expand.Server.Pbx;

namespace Expand.Server.Queues;

/// <summary>
/// The picture's matter: queues, members, calls, offers and agents, and what one fact changed of them. Putting what is there already
/// changes nothing. For one thread at a time.
/// </summary>
internal sealed class LiveModel
{
    private readonly Dictionary<string, LiveQueueEntry> queues = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LiveAgentEntry> agents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<LiveMember>> atDevice = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, LiveOffer> offers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LiveCall> connected = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LiveCall> outgoing = new(StringComparer.Ordinal);

    /// <summary>What has to be counted and judged anew when the fact is through.</summary>
    private readonly HashSet<string> touchedQueues = new(StringComparer.Ordinal);
    private readonly HashSet<string> touchedAgents = new(StringComparer.Ordinal);
    private List<LiveChange> changes = [];

    public IReadOnlyDictionary<string, LiveQueueEntry> Queues => queues;

    public IReadOnlyDictionary<string, LiveAgentEntry> Agents => agents;

    /// <summary>Offers by the leg that rings.</summary>
    public IReadOnlyDictionary<string, LiveOffer> Offers => offers;

    /// <summary>Incoming calls that are talked on, by the agent's leg.</summary>
    public IReadOnlyDictionary<string, LiveCall> Connected => connected;

    /// <summary>Outgoing calls by the agent's channel.</summary>
    public IReadOnlyDictionary<string, LiveCall> Outgoing => outgoing;

    public IReadOnlyList<LiveMember> AtDevice(string device) => atDevice.GetValueOrDefault(device) ?? [];

    public LiveMember? Member(string queue, string device) => queues.GetValueOrDefault(queue)?.Members.GetValueOrDefault(device);

    public LiveQueueEntry AddQueue(string name)
    {
        if (queues.TryGetValue(name, out var known)) return known;
        touchedQueues.Add(name);
        return queues[name] = new LiveQueueEntry();
    }

    /// <summary>Takes an empty queue away.</summary>
    public void RemoveQueue(string name)
    {
        if (!queues.Remove(name, out var gone)) return;
        touchedQueues.Remove(name);
        if (gone.Totals is { } totals) Note(LiveEventKind.QueueTotals, name, "", "", totals, null);
    }

    public void Put(LiveMember member)
    {
        var members = AddQueue(member.Queue).Members;
        members.TryGetValue(member.Device, out var before);
        if (before == member) return;
        if (before is not null && before.Agent != member.Agent)
        {
            Remove(before);
            before = null;
        }

        if (before is not null) Unindex(before);
        members[member.Device] = member;
        Agent(member.Agent).Members.Add(member);
        if (!atDevice.TryGetValue(member.Device, out var there)) atDevice[member.Device] = there = [];
        there.Add(member);
        var paused = before is not null && (before.Paused, before.PauseReason, before.PausedAt) != (member.Paused, member.PauseReason, member.PausedAt);
        var kind = before is null ? LiveEventKind.Membership : paused ? LiveEventKind.Pause : LiveEventKind.MemberState;
        Note(kind, member.Queue, member.Agent, "", before, member);
        if (kind != LiveEventKind.MemberState) touchedQueues.Add(member.Queue);
    }

    public void Remove(LiveMember member)
    {
        if (Member(member.Queue, member.Device) is not { } known) return;
        queues[known.Queue].Members.Remove(known.Device);
        Unindex(known);
        Note(LiveEventKind.Membership, known.Queue, known.Agent, "", known, null);
        touchedQueues.Add(known.Queue);
    }

    /// <summary>A caller waits.</summary>
    public void PutWaiting(LiveCall call)
    {
        if (!AddQueue(call.Queue).Waiting.TryAdd(call.UniqueId, call)) return;
        Note(LiveEventKind.CallWaiting, call.Queue, "", call.UniqueId, null, call);
        touchedQueues.Add(call.Queue);
    }

    /// <summary>
    /// Takes a caller out of those who wait, without a word about why: the caller's connection or end follows and tells it
    /// (<see cref="PutConnected"/>, <see cref="Ended"/>).
    /// </summary>
    public LiveCall? TakeWaiting(string queue, string uniqueId)
    {
        if (queues.GetValueOrDefault(queue)?.Waiting.Remove(uniqueId, out var call) is not true) return null;
        touchedQueues.Add(queue);
        return call;
    }

    public void PutOffer(LiveOffer offer)
    {
        if (!offers.TryAdd(offer.RingId, offer)) return;
        AddQueue(offer.Queue);
        Agent(offer.Agent).Ringing++;
        Note(LiveEventKind.Ringing, offer.Queue, offer.Agent, offer.UniqueId, null, offer);
    }

    public LiveOffer? RemoveOffer(string ringId)
    {
        if (!offers.Remove(ringId, out var offer)) return null;
        Agent(offer.Agent).Ringing--;
        Note(LiveEventKind.Ringing, offer.Queue, offer.Agent, offer.UniqueId, offer, null);
        return offer;
    }

    /// <summary>They talk; <paramref name="before"/> is the call as it waited, where it was seen.</summary>
    public void PutConnected(LiveCall call, LiveCall? before)
    {
        if (!connected.TryAdd(call.RingId, call)) return;
        AddQueue(call.Queue).Talking++;
        Agent(call.Agent).Talking++;
        Note(LiveEventKind.CallConnected, call.Queue, call.Agent, call.UniqueId, before, call);
        touchedQueues.Add(call.Queue);
    }

    /// <summary>More is known of a call that is talked on.</summary>
    public void Correct(LiveCall call)
    {
        var before = connected[call.RingId];
        connected[call.RingId] = call;
        Note(LiveEventKind.CallConnected, call.Queue, call.Agent, call.UniqueId, before, call);
    }

    public void RemoveConnected(string ringId)
    {
        if (!connected.Remove(ringId, out var call)) return;
        queues[call.Queue].Talking--;
        Agent(call.Agent).Talking--;
        Ended(call);
        touchedQueues.Add(call.Queue);
    }

    /// <summary>An outgoing call began, or is answered.</summary>
    public void PutOutgoing(LiveCall call)
    {
        outgoing.TryGetValue(call.UniqueId, out var before);
        if (before == call) return;
        outgoing[call.UniqueId] = call;
        Count(before, -1);
        Count(call, 1);
        Note(call.ConnectedAt is null ? LiveEventKind.CallDialled : LiveEventKind.CallConnected, call.Queue, call.Agent, call.UniqueId, before, call);
    }

    public void RemoveOutgoing(string uniqueId)
    {
        if (!outgoing.Remove(uniqueId, out var call)) return;
        Count(call, -1);
        Ended(call);
    }

    /// <summary>Tells that a call is over for its queue.</summary>
    public void Ended(LiveCall call) => Note(LiveEventKind.CallEnded, call.Queue, call.Agent, call.UniqueId, call, null);

    /// <summary>Tells something of the picture as a whole.</summary>
    public void Tell(LiveEventKind kind, LiveState before, LiveState after) => Note(kind, "", "", "", before, after);

    /// <summary>
    /// Judges the status of every agent and counts every queue that the fact touched, and hands over all changes in their order.
    /// <paramref name="first"/> tells since when an agent that was never seen before is what it is.
    /// </summary>
    public IReadOnlyList<LiveChange> Settle(DateTimeOffset at, Func<string, DateTimeOffset?>? first = null)
    {
        foreach (var number in touchedAgents)
        {
            var entry = agents[number];
            var status = entry.Judge();
            var before = entry.Now;
            if (before?.Status == status || (before is null && status == AgentStatus.Offline)) continue;
            entry.Now = new LiveAgent(number, status, before is null && first is not null ? first(number) ?? at : at);
            changes.Add(new(LiveEventKind.AgentStatus, "", number, "", before, entry.Now));
        }

        foreach (var name in touchedQueues)
        {
            var entry = queues[name];
            var before = entry.Totals;
            entry.Totals = entry.CountOf(name);
            if (before != entry.Totals) changes.Add(new(LiveEventKind.QueueTotals, name, "", "", before, entry.Totals));
        }

        touchedAgents.Clear();
        touchedQueues.Clear();
        if (changes.Count == 0) return [];
        var settled = changes;
        changes = [];
        return settled;
    }

    private LiveAgentEntry Agent(string number)
    {
        touchedAgents.Add(number);
        if (!agents.TryGetValue(number, out var entry)) agents[number] = entry = new LiveAgentEntry();
        return entry;
    }

    private void Unindex(LiveMember member)
    {
        Agent(member.Agent).Members.Remove(member);
        var there = atDevice[member.Device];
        there.Remove(member);
        if (there.Count == 0) atDevice.Remove(member.Device);
    }

    /// <summary>Counts an outgoing call for its queue and its agent, or takes it back.</summary>
    private void Count(LiveCall? call, int one)
    {
        if (call is null) return;
        var (queue, agent) = (AddQueue(call.Queue), Agent(call.Agent));
        if (call.ConnectedAt is null) agent.Dialling += one;
        else (queue.Talking, agent.TalkingOut) = (queue.Talking + one, agent.TalkingOut + one);
        touchedQueues.Add(call.Queue);
    }

    private void Note(LiveEventKind kind, string queue, string agent, string uniqueId, LiveState? before, LiveState? after) =>
        changes.Add(new(kind, queue, agent, uniqueId, before, after));
}

/// <summary>A queue of the model.</summary>
internal sealed class LiveQueueEntry
{
    /// <summary>By device.</summary>
    public Dictionary<string, LiveMember> Members { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>By the caller's channel.</summary>
    public Dictionary<string, LiveCall> Waiting { get; } = new(StringComparer.Ordinal);

    /// <summary>Calls talked on, incoming and outgoing.</summary>
    public int Talking { get; set; }

    public QueueTotals? Totals { get; set; }

    public QueueTotals CountOf(string name) => new(name, Waiting.Count, Talking, Members.Count, Members.Values.Count(m => m.Paused));
}

/// <summary>An agent of the model.</summary>
internal sealed class LiveAgentEntry
{
    public List<LiveMember> Members { get; } = [];

    /// <summary>Queue's calls that ring at the agent.</summary>
    public int Ringing { get; set; }

    /// <summary>Queue's calls that the agent talks on.</summary>
    public int Talking { get; set; }

    /// <summary>Outgoing calls that are answered.</summary>
    public int TalkingOut { get; set; }

    /// <summary>Outgoing calls that are not answered yet.</summary>
    public int Dialling { get; set; }

    public LiveAgent? Now { get; set; }

    public AgentStatus Judge()
    {
        if (Members.Count == 0) return AgentStatus.Offline;
        if (Ringing > 0 || Members.Exists(m => m.State == MemberState.Ringing)) return AgentStatus.Ringing;
        if (Dialling > 0) return AgentStatus.Originate;
        if (Talking > 0 || TalkingOut > 0 || Members.Exists(m => m.State == MemberState.Busy)) return AgentStatus.Busy;
        return Members.TrueForAll(m => m.Paused) ? AgentStatus.BusyOut : AgentStatus.Available;
    }
}
