using Expand.Simulator.Calls;
using Expand.Simulator.Engine;

namespace Expand.Simulator.Queues;

/// <summary>Queue(): a caller waits, agents are rung one after another, one answers, they talk.</summary>
internal sealed class QueueCall(Pbx pbx, QueueState queue, SimChannel caller) : ICallPart
{
    private readonly HashSet<QueueMember> tried = [];
    private DateTimeOffset entered;
    private DateTimeOffset rang;
    private DateTimeOffset connected;
    private SimTimer? patience;
    private SimTimer? retry;
    private SimTimer? ringing;
    private QueueMember? member;
    private SimChannel? agent;
    private bool talking;
    private bool dialledBefore;

    public QueueState Queue => queue;

    public SimChannel Caller => caller;

    public int Position => queue.Waiting.IndexOf(this) + 1;

    public int OriginalPosition { get; private set; }

    public long Waited => Text.Seconds(pbx.Now) - Text.Seconds(entered);

    public void Start(TimeSpan? maxWait)
    {
        caller.Part = this;
        entered = pbx.Now;
        queue.Waiting.Add(this);
        OriginalPosition = Position;
        if (queue.Waiting.Count == 1) pbx.Events.DeviceStateChange($"Queue:{queue.Name}", "RINGING");
        pbx.Queues.Events.CallerJoin(this);
        pbx.QueueLog.Write(caller.UniqueId, queue.Name, "NONE", "ENTERQUEUE", "", caller.CallerNum, Text.Number(OriginalPosition));
        if (maxWait is { } wait) patience = pbx.After(wait, ExitWithTimeout);
        Try();
    }

    public void HangupAsked(SimChannel channel, int cause, HangupBy by)
    {
        if (talking) EndTalk(channel, by);
        else if (channel == caller) Abandon(by);
        else RingFailed(agent!, cause, null);
    }

    public bool Transfer(SimChannel transferer, string context, string exten, HangupBy by)
    {
        if (!talking || transferer != agent || !pbx.Dialplan.Exists(context, exten)) return false;
        pbx.Events.BlindTransfer(transferer, caller, caller.Bridge!, context, exten);
        Bridging.Part(pbx, transferer, caller);
        // Seen: a transfer by AMI moves the caller before its record is closed.
        if (by == HangupBy.Pbx && caller.Records?.Open is { } open) (open.Destination, open.DestinationContext) = (exten, context);
        pbx.QueueLog.Write(caller.UniqueId, queue.Name, member!.Name, "BLINDTRANSFER", exten, context,
            Text.Number(Hold), Text.Number(Talk), Text.Number(OriginalPosition));
        var talked = Talk;
        CountTalk();
        EndRecord(null);
        pbx.End(transferer, Causes.Normal);
        pbx.Queues.Events.AgentComplete(this, transferer, member, Hold, talked, "transfer");
        pbx.Dialplan.Run(caller, context, exten);
        return true;
    }

    /// <summary>Rings the next free agent, if it is this caller's turn; else looks again a little later.</summary>
    private void Try()
    {
        if (caller.Gone || agent is not null) return;
        var free = queue.Members.Count(pbx.Queues.IsFree);
        var before = free == 0 ? 0 : queue.Waiting.TakeWhile(c => c != this).Count(c => c.agent is null);
        if (before < free && Next() is { } next)
        {
            Ring(next);
            return;
        }
        tried.Clear();
        retry = pbx.After(queue.Settings.Retry, Try);
    }

    /// <summary>rrmemory: the lowest penalty, from where the last round stopped.</summary>
    private QueueMember? Next()
    {
        QueueMember? best = null;
        var at = 0;
        for (var i = 0; i < queue.Members.Count; i++)
        {
            var index = (queue.NextMember + i) % queue.Members.Count;
            var candidate = queue.Members[index];
            if (tried.Contains(candidate) || !pbx.Queues.IsFree(candidate)) continue;
            if (best is not null && candidate.Penalty >= best.Penalty) continue;
            (best, at) = (candidate, index);
        }
        if (best is not null) queue.NextMember = at + 1;
        return best;
    }

    private void Ring(QueueMember next)
    {
        var phone = pbx.Phones.ByDevice(next.Interface)!;
        tried.Add(next);
        (member, rang) = (next, pbx.Now);
        var leg = agent = pbx.NewPhoneChannel(phone, pbx.NextUniqueId(), caller.LinkedId, pbx.World.Context, "s", ChannelState.Down);
        (leg.App, leg.AppData, leg.Part) = ("AppQueue", "(Outgoing Line)", this);
        pbx.NextSequence();
        pbx.Add(leg);
        leg.Exten = caller.Exten;
        (leg.ConnectedNum, leg.ConnectedName) = (caller.CallerNum, caller.CallerName);
        pbx.Queues.Events.AgentCalled(this, leg, next);
        pbx.Events.DialBegin(caller, leg, next.Interface);
        pbx.Events.Connect(caller, leg.CallerNum, leg.CallerName);
        BeginRecord(leg);
        leg.State = ChannelState.Ringing;
        pbx.Events.NewState(leg);
        pbx.Events.NewConnectedLine(leg);
        pbx.Events.DialState(caller, leg);
        pbx.Devices.Changed(phone);
        ringing = pbx.After(queue.Settings.RingTimeout, () => RingTimedOut(leg));
        pbx.Phones.Ring(leg, () => Answered(leg), (cause, sip) =>
        {
            pbx.Events.HangupRequest(leg, cause, sip);
            RingFailed(leg, cause, sip);
        }, forQueue: true);
    }

    /// <summary>The first dial goes into the record that the call has had from its start; each later one makes its own.</summary>
    private void BeginRecord(SimChannel leg)
    {
        var record = dialledBefore ? null : caller.Records?.Open;
        record ??= pbx.OpenRecord(caller);
        record.DestinationChannel = leg.Name;
        dialledBefore = true;
    }

    private void EndRecord(string? dialStatus)
    {
        if (caller.Records?.Open is not { } record) return;
        record.End = pbx.Now;
        if (dialStatus is not null) record.Disposition = Causes.Disposition(dialStatus, pbx.Options.Generation);
    }

    private void Answered(SimChannel leg)
    {
        ringing?.Cancel();
        patience?.Cancel();
        talking = true;
        connected = pbx.Now;
        var hold = Waited;
        var ring = Text.Seconds(pbx.Now) - Text.Seconds(rang);
        pbx.Answer(leg);
        pbx.Events.DialEnd(caller, leg, "ANSWER");
        LeaveQueue();
        queue.HoldTime = QueueState.Mean(queue.HoldTime, hold, queue.Completed + queue.Abandoned == 0);
        member!.InCall = true;
        pbx.QueueLog.Write(caller.UniqueId, queue.Name, member.Name, "CONNECT", Text.Number(hold), leg.UniqueId, Text.Number(ring));
        pbx.Queues.Events.AgentConnect(this, leg, member, hold, ring);
        Bridging.Join(pbx, leg, caller);
        if (pbx.Phones.TalkOf(leg) is not { } talk) return;
        var first = pbx.Random.Next(2) == 0 ? leg : caller;
        leg.PhoneTimers.Add(pbx.After(talk, () => HangupAsked(first, Causes.Normal, HangupBy.Phone)));
    }

    private void RingTimedOut(SimChannel leg)
    {
        if (leg.Gone) return;
        pbx.Queues.Events.AgentRingNoAnswer(this, leg, member!, Milliseconds());
        pbx.QueueLog.Write(caller.UniqueId, queue.Name, member!.Name, "RINGNOANSWER", Text.Number(Milliseconds()));
        pbx.Events.DialEnd(caller, leg, "NOANSWER");
        // Seen: app_queue ends the same dial twice.
        pbx.Events.DialEnd(caller, leg, "CANCEL");
        StopRinging(leg, 0, null, "NOANSWER");
        tried.Clear();
        retry = pbx.After(queue.Settings.Retry, Try);
    }

    private void RingFailed(SimChannel leg, int cause, int? sip)
    {
        if (leg.Gone) return;
        pbx.Events.DialEnd(caller, leg, Causes.DialStatus(cause));
        pbx.Queues.Events.AgentRingNoAnswer(this, leg, member!, Milliseconds());
        pbx.QueueLog.Write(caller.UniqueId, queue.Name, member!.Name, "RINGNOANSWER", Text.Number(Milliseconds()));
        StopRinging(leg, cause, sip, Causes.DialStatus(cause));
        Try();
    }

    /// <summary>Seen: the ring time of RINGNOANSWER is whole seconds of the clock, in milliseconds.</summary>
    private long Milliseconds() => (Text.Seconds(pbx.Now) - Text.Seconds(rang)) * 1000;

    private void StopRinging(SimChannel leg, int cause, int? sip, string status)
    {
        ringing?.Cancel();
        EndRecord(status);
        agent = null;
        pbx.End(leg, cause, sip);
    }

    private void Abandon(HangupBy by)
    {
        if (by == HangupBy.Phone) pbx.Events.HangupRequest(caller, null);
        var leg = CancelRing();
        Leave("ABANDON", abandoned: true);
        pbx.Events.SoftHangupRequest(caller);
        if (leg is not null) pbx.End(leg, 0);
        pbx.End(caller, pbx.Options.Generation >= 22 ? 0 : Causes.Normal);
    }

    private SimChannel? CancelRing()
    {
        patience?.Cancel();
        retry?.Cancel();
        ringing?.Cancel();
        if (agent is not { } leg) return null;
        agent = null;
        pbx.Events.DialEnd(caller, leg, "CANCEL");
        pbx.Events.DialEnd(caller, leg, "CANCEL");
        pbx.QueueLog.Write(caller.UniqueId, queue.Name, member!.Name, "RINGCANCELED", Text.Number((long)(pbx.Now - rang).TotalMilliseconds));
        EndRecord("CANCEL");
        return leg;
    }

    private void ExitWithTimeout()
    {
        if (caller.Gone || talking) return;
        var leg = CancelRing();
        if (leg is not null) pbx.End(leg, 0);
        Leave("EXITWITHTIMEOUT", abandoned: false);
        caller.Priority += 2;
        pbx.RunApp(caller, "Hangup", "");
        pbx.Dialplan.Finish(caller, Causes.Normal, null);
    }

    private void Leave(string activity, bool abandoned)
    {
        var hold = Waited;
        if (abandoned)
        {
            queue.Abandoned++;
            if (hold <= queue.Settings.ServiceLevel) queue.AbandonedInTime++;
        }
        pbx.QueueLog.Write(caller.UniqueId, queue.Name, "NONE", activity, Text.Number(Position), Text.Number(OriginalPosition), Text.Number(hold));
        // Seen: EXITWITHTIMEOUT also shows as QueueCallerAbandon.
        pbx.Queues.Events.CallerAbandon(this, hold);
        LeaveQueue();
    }

    private void LeaveQueue()
    {
        var position = Position;
        queue.Waiting.Remove(this);
        if (queue.Waiting.Count == 0) pbx.Events.DeviceStateChange($"Queue:{queue.Name}", "NOT_INUSE");
        pbx.Queues.Events.CallerLeave(this, position);
    }

    private void EndTalk(SimChannel first, HangupBy by)
    {
        var leg = agent!;
        var byAgent = first == leg;
        if (by == HangupBy.Phone) pbx.Events.HangupRequest(first, null);
        Bridging.Part(pbx, first, byAgent ? caller : leg);
        Complete(byAgent ? "COMPLETEAGENT" : "COMPLETECALLER");
        if (!byAgent) pbx.Events.SoftHangupRequest(caller);
        EndRecord(null);
        pbx.End(leg, Causes.Normal);
        pbx.Queues.Events.AgentComplete(this, byAgent && pbx.Options.Generation >= 22 ? null : leg, member!, Hold, Talk, byAgent ? "agent" : "caller");
        if (byAgent) pbx.Events.SoftHangupRequest(caller);
        pbx.End(caller, Causes.Normal);
    }

    private long Hold => Text.Seconds(connected) - Text.Seconds(entered);

    private long Talk => Text.Seconds(pbx.Now) - Text.Seconds(connected);

    private void Complete(string activity)
    {
        pbx.QueueLog.Write(caller.UniqueId, queue.Name, member!.Name, activity, Text.Number(Hold), Text.Number(Talk), Text.Number(OriginalPosition));
        CountTalk();
    }

    private void CountTalk()
    {
        queue.TalkTime = QueueState.Mean(queue.TalkTime, Talk, queue.Completed == 0);
        queue.Completed++;
        if (Hold <= queue.Settings.ServiceLevel) queue.CompletedInTime++;
        member!.InCall = false;
        member.CallsTaken++;
        member.LastCall = Text.Seconds(pbx.Now);
        member.RestsUntil = pbx.Now + queue.Settings.WrapUp;
    }
}
