using Expand.Server.Pbx;

namespace Expand.Server.Queues;

/// <summary>
/// What a fact does to the picture. After a snapshot facts may come that it shows already: they are no news, or the facts that follow them
/// bring the picture to the same end.
/// </summary>
internal sealed class LiveMoves(LiveModel model)
{
    /// <summary>Asterisk tells when a pause began in whole seconds.</summary>
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Callers that the queue let go while they rang at somebody, by their channel: the connection follows within moments, or an end.
    /// </summary>
    private readonly Dictionary<string, LiveCall> leaving = new(StringComparer.Ordinal);

    /// <summary>The channels of those callers.</summary>
    public ICollection<string> Leaving => leaving.Keys;

    public void Move(PbxFact fact)
    {
        switch (fact)
        {
            case MemberAdded added: Put(added.Member, added.At, told: true); break;
            case MemberPaused paused: Put(paused.Member, paused.At, told: true); break;
            case MemberChanged changed: Put(changed.Member, changed.At, told: false); break;
            case MemberRemoved removed: Remove(removed.Member); break;
            case CallerJoined joined: model.PutWaiting(Waiting(joined.Caller)); break;
            case CallerLeft left: Leave(left.Queue, left.UniqueId); break;
            case CallerAbandoned abandoned: End(abandoned.Queue, abandoned.UniqueId); break;
            case AgentRung rung: model.PutOffer(new(rung.Queue, rung.UniqueId, rung.Agent, rung.Device, rung.RingId, rung.At)); break;
            case AgentConnected connected: Connect(connected); break;
            case AgentMissed missed: EndOffer(missed.RingId); break;
            case AgentCompleted completed: Complete(completed); break;
            case DialStarted dial: Dial(dial); break;
            case DialEnded { Result: "ANSWER", From: { } from } dial: Answer(from, dial.At); break;
            case ChannelEnded ended: EndChannel(ended.UniqueId); break;
        }
    }

    /// <summary>A member as the PBX has it now.</summary>
    public void Put(PbxMember member, DateTimeOffset at, bool told) =>
        model.Put(Merged(member, model.Member(member.Queue, member.Device), at, told));

    /// <summary>The caller is no longer the queue's, without having been connected.</summary>
    public void End(string queue, string uniqueId)
    {
        if (model.TakeWaiting(queue, uniqueId) is { } call) model.Ended(call);
        else EndLeaving(uniqueId);
    }

    /// <summary>It does not ring there any longer.</summary>
    public void EndOffer(string ringId)
    {
        if (model.RemoveOffer(ringId) is not { } offer || !leaving.ContainsKey(offer.UniqueId)) return;
        if (model.Offers.Values.All(o => o.UniqueId != offer.UniqueId)) EndLeaving(offer.UniqueId);
    }

    /// <summary>A caller who was let go is neither connected nor there any longer.</summary>
    public void EndLeaving(string uniqueId)
    {
        if (leaving.Remove(uniqueId, out var call)) model.Ended(call);
    }

    public static LiveCall Waiting(PbxCaller caller) =>
        new(caller.Queue, caller.UniqueId, IsOutgoing: false, "", "", caller.CallerId, caller.CallerName, caller.EnteredAt, null);

    /// <summary>The login that calls of that device count for: the oldest; of the same second, the first queue by name.</summary>
    public static LiveMember? FirstLogin(IEnumerable<LiveMember> members) =>
        members.OrderBy(m => m.LoginAt.ToUnixTimeSeconds()).ThenBy(m => m.Queue, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>
    /// Whether a pause that Asterisk tells no reason of is another one than that which is known since <paramref name="since"/>. One that it kept over
    /// its own restart it dates to that restart, like the login: that is the known one.
    /// </summary>
    public static bool IsAnotherPause(DateTimeOffset? pausedAt, DateTimeOffset? loginAt, DateTimeOffset? since) =>
        pausedAt > since + Near && !(pausedAt <= loginAt + Near);

    /// <summary>
    /// What is known here is kept where Asterisk's word is worse: instants to the whole second, and pause reasons, which it may lose
    /// (<paramref name="told"/>: the PBX tells of a pause that was asked for, so that no reason means none).
    /// </summary>
    private static LiveMember Merged(PbxMember now, LiveMember? known, DateTimeOffset at, bool told)
    {
        if (known?.Agent != now.Agent) known = null;
        var login = now.LoginAt ?? known?.LoginAt ?? at;
        if (known is not null && login < known.LoginAt.AddSeconds(2)) login = known.LoginAt;
        var (reason, since) = ("", (DateTimeOffset?)null);
        if (now.Paused)
        {
            var goesOn = known is { Paused: true } && (now.PauseReason == known.PauseReason
                || (!told && now.PauseReason.Length == 0 && !IsAnotherPause(now.PausedAt, now.LoginAt, known.PausedAt)));
            reason = goesOn ? known!.PauseReason : now.PauseReason;
            since = goesOn ? known!.PausedAt : told ? at : now.PausedAt ?? at;
        }

        return new LiveMember(now.Queue, now.Agent, now.Device, now.State, login, now.Paused, reason, since);
    }

    private void Remove(PbxMember member)
    {
        if (model.Member(member.Queue, member.Device) is { } known) model.Remove(known);
    }

    private void Leave(string queue, string uniqueId)
    {
        if (model.TakeWaiting(queue, uniqueId) is not { } call) return;
        if (model.Offers.Values.Any(o => o.UniqueId == uniqueId)) leaving[uniqueId] = call;
        else model.Ended(call);
    }

    private void Connect(AgentConnected connected)
    {
        var before = leaving.Remove(connected.UniqueId, out var left) ? left : model.TakeWaiting(connected.Queue, connected.UniqueId);
        model.RemoveOffer(connected.RingId);
        // A caller who left the queue before it was listed, and was connected after, was never seen waiting.
        var call = before ?? Waiting(connected.Caller);
        model.PutConnected(call with { Agent = connected.Agent, RingId = connected.RingId, ConnectedAt = connected.At }, before);
    }

    private void Complete(AgentCompleted completed)
    {
        if (completed.RingId.Length > 0) model.RemoveConnected(completed.RingId);
        else EndConnected(c => c.Queue == completed.Queue && c.UniqueId == completed.UniqueId);
    }

    /// <summary>
    /// An outgoing call: the phone of an agent dials, and it is neither a caller of a queue that is being connected nor a question while
    /// the agent talks on a queue's call.
    /// </summary>
    private void Dial(DialStarted dial)
    {
        if (dial.From is not { } from || model.Outgoing.ContainsKey(from)) return;
        var logins = model.AtDevice(ChannelName.DeviceOf(dial.FromChannel));
        if (FirstLogin(logins) is not { } login || model.Agents[login.Agent].Talking > 0 || IsQueueCaller(from)) return;
        model.PutOutgoing(new LiveCall(login.Queue, from, IsOutgoing: true, login.Agent, "", dial.Dialled, "", dial.At, null));
    }

    private bool IsQueueCaller(string uniqueId) =>
        leaving.ContainsKey(uniqueId)
        || model.Queues.Values.Any(q => q.Waiting.ContainsKey(uniqueId))
        || model.Connected.Values.Any(c => c.UniqueId == uniqueId);

    private void Answer(string from, DateTimeOffset at)
    {
        if (model.Outgoing.GetValueOrDefault(from) is { ConnectedAt: null } call) model.PutOutgoing(call with { ConnectedAt = at });
    }

    /// <summary>The facts that should have ended what this channel was part of may have been missed.</summary>
    private void EndChannel(string uniqueId)
    {
        EndOffer(uniqueId);
        model.RemoveConnected(uniqueId);
        model.RemoveOutgoing(uniqueId);
        EndConnected(c => c.UniqueId == uniqueId);
        foreach (var queue in model.Queues.Where(q => q.Value.Waiting.ContainsKey(uniqueId)).Select(q => q.Key).ToList()) End(queue, uniqueId);
        EndLeaving(uniqueId);
    }

    private void EndConnected(Func<LiveCall, bool> which)
    {
        foreach (var call in model.Connected.Values.Where(which).ToList()) model.RemoveConnected(call.RingId);
    }
}
