using Expand.Server.Pbx;

namespace Expand.Server.Tests.Queues;

/// <summary>
/// A PBX on paper: what is asked of it by number happens, is told as Asterisk tells it, and can be read as a snapshot at any time. It knows
/// nothing of the picture.
/// </summary>
/// <param name="reasonless">Whether some pauses have no reason.</param>
internal sealed class ModelPbx(bool reasonless = true)
{
    private static readonly string[] QueueNames = ["q_a", "q_b", "q_c"];
    private readonly List<PbxMember> members = [];
    private readonly List<Caller> callers = [];
    private readonly List<Out> outs = [];
    private readonly Dictionary<string, Phone> phones = Enumerable.Range(1, 4).Select(i => new Phone($"15{i}", $"PJSIP/70{i}")).ToDictionary(p => p.Agent);
    private readonly List<PbxFact> told = [];
    private int channels;

    public DateTimeOffset Now { get; private set; } = LivePictures.Start;

    /// <summary>Does the thing of that number, where the moment allows it; the facts that tell it.</summary>
    public IReadOnlyList<PbxFact> Do(int number)
    {
        Now += TimeSpan.FromSeconds(1 + (number % 3));
        told.Clear();
        var phone = phones.Values.ElementAt(number / 16 % phones.Count);
        var queue = QueueNames[number / 64 % QueueNames.Length];
        var caller = callers.Count == 0 ? null : callers[number / 192 % callers.Count];
        switch (number % 16)
        {
            case 0 or 1: Login(phone, queue); break;
            case 2: Logout(phone, queue); break;
            case 3: Pause(phone, queue, reasonless && number % 5 == 0 ? "" : $"r{number % 3}"); break;
            case 4: Unpause(phone, queue); break;
            case 5 or 6: Enter(queue, (number % 7 == 0 ? phone.Device : "PJSIP/trunk") + "-0000000" + number % 10); break;
            case 7 or 8 when caller is not null: Ring(caller, phone); break;
            case 9 when caller is { Rings.Count: > 0 }: Answer(caller, caller.Rings[number % caller.Rings.Count]); break;
            case 10 when caller is { Rings.Count: > 0 }: Miss(caller, caller.Rings[number % caller.Rings.Count]); break;
            case 11 when caller is { Talks: null }: GiveUp(caller); break;
            case 12 when caller is { Talks: not null }: Complete(caller, number % 2 == 0); break;
            case 13: Dial(phone); break;
            case 14: if (outs.Find(o => o.Phone == phone) is { } call) AnswerOrEnd(call, number % 3 == 0); break;
            case 15 when phone.Leg is not null && caller?.Talks?.Phone == phone: Consult(phone); break;
        }

        return [.. told];
    }

    public QueuesSnapshot Snapshot() => new(Now, QueueNames, [.. members],
        [.. callers.Where(c => c.Talks is null).Select(c => new PbxCaller(c.Queue, c.Id, c.Number, "", c.At))],
        [.. callers.SelectMany(ChannelsOf), .. outs.SelectMany(ChannelsOf)]);

    private void Login(Phone phone, string queue)
    {
        if (Find(phone, queue) is not null) return;
        members.Add(new PbxMember(queue, phone.Agent, phone.Device, phone.State, false, "", Now));
        told.Add(new MemberAdded(Now, members[^1]));
    }

    private void Logout(Phone phone, string queue)
    {
        if (phone.Leg is not null || Find(phone, queue) is not { } member) return;
        members.Remove(member);
        told.Add(new MemberRemoved(Now, member));
    }

    private void Pause(Phone phone, string queue, string reason)
    {
        // A second pause for the same reason is no news to the picture, but to Asterisk's LastPause.
        if (Find(phone, queue) is not { } member || (member.Paused && member.PauseReason == reason)) return;
        Change(member, member with { Paused = true, PauseReason = reason, PausedAt = Now });
    }

    private void Unpause(Phone phone, string queue)
    {
        if (Find(phone, queue) is { Paused: true } member) Change(member, member with { Paused = false, PauseReason = "" });
    }

    private void Change(PbxMember before, PbxMember after)
    {
        members[members.IndexOf(before)] = after;
        told.Add(new MemberPaused(Now, after));
    }

    private void Enter(string queue, string channel)
    {
        if (callers.Count >= 6) return;
        callers.Add(new Caller(NewId(), queue, $"09{channels}", channel, Now));
        told.Add(new ChannelStarted(Now, callers[^1].Id, callers[^1].Id, channel));
        told.Add(new CallerJoined(Now, new PbxCaller(queue, callers[^1].Id, callers[^1].Number, "", Now)));
    }

    private void Ring(Caller caller, Phone phone)
    {
        if (caller.Talks is not null || phone.Leg is not null || Find(phone, caller.Queue) is not { Paused: false }) return;
        var leg = new Leg(NewId(), phone, Now);
        caller.Rings.Add(leg);
        told.Add(new ChannelStarted(Now, leg.Id, caller.Id, phone.Device + "-00000007"));
        told.Add(new AgentRung(Now, caller.Queue, caller.Id, phone.Agent, phone.Device, leg.Id));
        told.Add(new DialStarted(Now, caller.Id, leg.Id, caller.Id, caller.Channel));
        // A phone that takes one call at a time is "busy" as soon as it rings.
        Use(phone, leg.Id, channels % 2 == 0 ? MemberState.Ringing : MemberState.Busy);
    }

    private void Answer(Caller caller, Leg leg)
    {
        told.Add(new DialEnded(Now, caller.Id, leg.Id, caller.Id, "ANSWER"));
        told.Add(new CallerLeft(Now, caller.Queue, caller.Id));
        Use(leg.Phone, leg.Id, MemberState.Busy);
        foreach (var other in caller.Rings.Where(r => r != leg).ToList()) EndRing(caller, other);
        told.Add(new AgentConnected(Now, caller.Queue, caller.Id, leg.Phone.Agent, leg.Phone.Device, leg.Id));
        caller.Rings.Clear();
        caller.Talks = leg;
    }

    private void Miss(Caller caller, Leg leg)
    {
        told.Add(new AgentMissed(Now, caller.Queue, caller.Id, leg.Phone.Agent, leg.Id));
        EndRing(caller, leg);
    }

    private void GiveUp(Caller caller)
    {
        told.Add(new CallerAbandoned(Now, caller.Queue, caller.Id));
        foreach (var ring in caller.Rings.ToList()) EndRing(caller, ring);
        told.Add(new CallerLeft(Now, caller.Queue, caller.Id));
        told.Add(new ChannelEnded(Now, caller.Id, caller.Id, 16));
        callers.Remove(caller);
    }

    private void EndRing(Caller caller, Leg leg)
    {
        caller.Rings.Remove(leg);
        told.Add(new DialEnded(Now, caller.Id, leg.Id, caller.Id, "NOANSWER"));
        told.Add(new ChannelEnded(Now, leg.Id, caller.Id, 26));
        Use(leg.Phone, null, MemberState.Free);
    }

    private void Complete(Caller caller, bool byAgent)
    {
        var leg = caller.Talks!;
        if (byAgent) told.Add(new ChannelEnded(Now, leg.Id, caller.Id, 16));
        told.Add(new AgentCompleted(Now, caller.Queue, caller.Id, leg.Phone.Agent, leg.Id, byAgent ? "agent" : "caller"));
        told.Add(new ChannelEnded(Now, caller.Id, caller.Id, 16));
        if (!byAgent) told.Add(new ChannelEnded(Now, leg.Id, caller.Id, 16));
        Use(leg.Phone, null, MemberState.Free);
        callers.Remove(caller);
    }

    private void Dial(Phone phone)
    {
        // Of somebody logged in: a login during the call would not make it the queue's.
        if (phone.Leg is not null || !members.Exists(m => m.Agent == phone.Agent)) return;
        var call = new Out(NewId(), NewId(), phone, $"2{channels}", Now);
        outs.Add(call);
        Use(phone, call.Id, MemberState.Busy);
        told.Add(new ChannelStarted(Now, call.Id, call.Id, phone.Device + "-00000008", phone.Agent, call.Number));
        told.Add(new DialStarted(Now, call.Id, call.LegId, call.Id, phone.Device + "-00000008", call.Number));
    }

    private void AnswerOrEnd(Out call, bool end)
    {
        if (!end && !call.Answered)
        {
            call.Answered = true;
            told.Add(new DialEnded(Now, call.Id, call.LegId, call.Id, "ANSWER"));
            return;
        }

        if (!call.Answered) told.Add(new DialEnded(Now, call.Id, call.LegId, call.Id, "CANCEL"));
        told.Add(new ChannelEnded(Now, call.LegId, call.Id, 16));
        told.Add(new ChannelEnded(Now, call.Id, call.Id, 16));
        outs.Remove(call);
        Use(call.Phone, null, MemberState.Free);
    }

    /// <summary>The agent asks a colleague and hangs up again.</summary>
    private void Consult(Phone phone)
    {
        var (id, leg) = (NewId(), NewId());
        told.Add(new DialStarted(Now, id, leg, id, phone.Device + "-00000009", "200"));
        told.Add(new DialEnded(Now, id, leg, id, "ANSWER"));
        told.Add(new ChannelEnded(Now, id, id, 16));
    }

    private PbxMember? Find(Phone phone, string queue) => members.Find(m => m.Agent == phone.Agent && m.Queue == queue);

    private void Use(Phone phone, string? leg, MemberState state)
    {
        (phone.Leg, phone.State) = (leg, state);
        for (var i = 0; i < members.Count; i++)
        {
            if (members[i].Agent != phone.Agent) continue;
            members[i] = members[i] with { State = state };
            told.Add(new MemberChanged(Now, members[i]));
        }
    }

    private IEnumerable<LiveChannel> ChannelsOf(Caller caller)
    {
        var bridge = caller.Talks is null ? "" : "bridge" + caller.Id;
        yield return new(caller.Id, caller.Id, caller.Channel, 6, bridge) { Application = "Queue", Data = caller.Queue + ",tT", Number = caller.Number, Age = Now - caller.At };
        foreach (var leg in caller.Talks is { } one ? [one] : caller.Rings)
            yield return new(leg.Id, caller.Id, leg.Phone.Device + "-00000007", caller.Talks is null ? 5 : 6, bridge) { Application = "AppQueue", Data = "(Outgoing Line)", Age = Now - leg.At };
    }

    private IEnumerable<LiveChannel> ChannelsOf(Out call)
    {
        var bridge = call.Answered ? "bridge" + call.Id : "";
        yield return new(call.Id, call.Id, call.Phone.Device + "-00000008", 6, bridge) { Application = "Dial", Dialled = call.Number, Age = Now - call.At };
        yield return new(call.LegId, call.Id, "PJSIP/trunk-00000009", call.Answered ? 6 : 5, bridge) { Application = "AppDial", Age = Now - call.At };
    }

    private string NewId() => $"{Now.ToUnixTimeSeconds()}.{++channels}";

    private sealed class Phone(string agent, string device)
    {
        public string Agent => agent;

        public string Device => device;

        public string? Leg { get; set; }

        public MemberState State { get; set; }
    }

    private sealed record Leg(string Id, Phone Phone, DateTimeOffset At);

    private sealed record Caller(string Id, string Queue, string Number, string Channel, DateTimeOffset At)
    {
        public List<Leg> Rings { get; } = [];

        public Leg? Talks { get; set; }
    }

    private sealed record Out(string Id, string LegId, Phone Phone, string Number, DateTimeOffset At)
    {
        public bool Answered { get; set; }
    }
}
