using Expand.Simulator.Calls;
using Expand.Simulator.Engine;

namespace Expand.Simulator.Queues;

/// <summary>The queues, their members and what is logged and told about them.</summary>
internal sealed class QueueRoom
{
    private readonly Pbx pbx;
    private readonly Dictionary<string, QueueState> queues = new(StringComparer.Ordinal);
    private readonly MembersFile kept;
    private bool bootedBefore;

    public QueueRoom(Pbx pbx)
    {
        this.pbx = pbx;
        kept = new MembersFile(pbx.Options.MembersFile);
        foreach (var queue in pbx.World.Queues) queues[queue.Name] = new QueueState(queue);
        Events = new QueueEvents(pbx);
    }

    public QueueEvents Events { get; }

    public IEnumerable<QueueState> All => queues.Values;

    public bool Has(string name) => queues.ContainsKey(name);

    public QueueState? Find(string name) => queues.GetValueOrDefault(name);

    public void Enter(SimChannel caller, string queue, int? seconds, bool lab)
    {
        var state = queues[queue];
        // The transcripts' dialplan always gives a limit, the product's only where the queue has one.
        seconds ??= lab ? 60 : state.Settings.MaxWait is { } wait ? (int)wait.TotalSeconds : null;
        pbx.RunApp(caller, "Queue", seconds is { } limit ? $"{queue},tT,,,{limit}" : $"{queue},tT");
        new QueueCall(pbx, state, caller).Start(seconds is { } s ? TimeSpan.FromSeconds(s) : null);
    }

    /// <summary>Logs a member in. Null when done, else why not, in the words of the AMI action.</summary>
    public string? Add(string queue, string device, string name, int penalty, bool paused, string reason, string callId)
    {
        if (!queues.TryGetValue(queue, out var state)) return "Unable to add interface to queue: No such queue";
        if (state.Find(device) is not null) return "Unable to add interface: Already there";
        var member = new QueueMember(device, name.Length > 0 ? name : device, penalty)
        {
            Paused = paused,
            Reason = paused ? reason : "",
            LoginTime = Text.Seconds(pbx.Now),
        };
        state.Members.Add(member);
        pbx.QueueLog.Write(callId, queue, member.Name, "ADDMEMBER", paused ? "PAUSED" : "");
        pbx.Events.DeviceStateChange($"Queue:{queue}_pause_{device}", paused ? "INUSE" : "NOT_INUSE");
        Events.Member("QueueMemberAdded", state, member);
        FreeChanged(state);
        Keep();
        return null;
    }

    /// <summary>Logs a member out. Null when done, else why not.</summary>
    public string? Remove(string queue, string device, string callId)
    {
        if (!queues.TryGetValue(queue, out var state)) return "Unable to remove interface from queue: No such queue";
        if (state.Find(device) is not { } member) return "Unable to remove interface: Not there";
        state.Members.Remove(member);
        pbx.QueueLog.Write(callId, queue, member.Name, "REMOVEMEMBER", "");
        Events.Member("QueueMemberRemoved", state, member);
        FreeChanged(state);
        Keep();
        return null;
    }

    /// <summary>Pauses a member in one queue or, without one, in all its queues. False when it is a member of none.</summary>
    public bool Pause(string? queue, string device, bool paused, string reason)
    {
        var places = queues.Values.Where(q => string.IsNullOrEmpty(queue) || q.Name == queue)
            .Select(q => (Queue: q, Member: q.Find(device))).Where(p => p.Member is not null).ToList();
        if (places.Count == 0) return false;
        if (string.IsNullOrEmpty(queue))
            pbx.QueueLog.Write("NONE", "NONE", places[0].Member!.Name, paused ? "PAUSEALL" : "UNPAUSEALL", reason);
        foreach (var (state, member) in places)
        {
            var changed = member!.Paused != paused;
            member.Paused = paused;
            member.Reason = paused ? reason : "";
            if (paused) member.LastPause = Text.Seconds(pbx.Now);
            pbx.QueueLog.Write("NONE", state.Name, member.Name, paused ? "PAUSE" : "UNPAUSE", reason);
            if (changed) pbx.Events.DeviceStateChange($"Queue:{state.Name}_pause_{device}", paused ? "INUSE" : "NOT_INUSE");
            FreeChanged(state);
            Events.Member("QueueMemberPause", state, member, pauseReason: true);
        }
        Keep();
        return true;
    }

    public bool SetPenalty(string? queue, string device, int penalty)
    {
        var found = false;
        foreach (var state in queues.Values)
        {
            if (!string.IsNullOrEmpty(queue) && state.Name != queue) continue;
            if (state.Find(device) is not { } member) continue;
            found = true;
            member.Penalty = penalty;
            pbx.QueueLog.Write("NONE", state.Name, device, "PENALTY", Text.Number(penalty));
            Events.Member("QueueMemberPenalty", state, member);
        }
        if (found) Keep();
        return found;
    }

    /// <summary>The device of a member changed its state.</summary>
    public void DeviceChanged(string device)
    {
        foreach (var state in queues.Values)
        {
            if (state.Find(device) is not { } member) continue;
            Events.Member("QueueMemberStatus", state, member);
            FreeChanged(state);
        }
    }

    public bool IsFree(QueueMember member) =>
        !member.Paused && member.RestsUntil <= pbx.Now && pbx.Devices.IsFree(member.Interface);

    public int Status(QueueMember member) =>
        pbx.Phones.ByDevice(member.Interface) is { } phone ? DeviceStates.Member(pbx.Devices.Of(phone)) : 4;

    public void FreeChanged(QueueState state)
    {
        var free = state.Members.Exists(IsFree);
        if (free == state.AnnouncedFree) return;
        state.AnnouncedFree = free;
        pbx.Events.DeviceStateChange($"Queue:{state.Name}_avail", free ? "NOT_INUSE" : "INUSE");
    }

    /// <summary>Members come back as they were (persistentmembers): no ADDMEMBER is logged. At the very first start the world's
    /// agents log in.</summary>
    public void Boot()
    {
        foreach (var state in queues.Values) state.ForgetStatistics();
        if (!bootedBefore && kept.Read() is { } members)
        {
            foreach (var (queue, member) in members)
                if (queues.TryGetValue(queue, out var state) && state.Find(member.Interface) is null) state.Members.Add(member);
        }
        else if (!bootedBefore)
        {
            foreach (var agent in pbx.World.Agents)
                foreach (var queue in agent.LoggedInTo) Add(queue, $"PJSIP/{agent.Extension}", agent.Number, 0, false, "", "MANAGER");
        }
        bootedBefore = true;
        foreach (var state in queues.Values)
        {
            foreach (var member in state.Members) member.LoginTime = Text.Seconds(pbx.Now);
            state.AnnouncedFree = state.Members.Exists(IsFree);
        }
    }

    public void ForgetCalls()
    {
        foreach (var state in queues.Values) state.ForgetStatistics();
    }

    private void Keep() => kept.Write(queues.Values.SelectMany(q => q.Members.Select(m => (q.Name, m))));
}
