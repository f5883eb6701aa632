using Expand.Simulator.Ami;
using Expand.Simulator.Calls;

namespace Expand.Simulator.Queues;

/// <summary>The events of app_queue.</summary>
internal sealed class QueueEvents(Pbx pbx)
{
    public void Member(string name, QueueState queue, QueueMember member, bool pauseReason = false)
    {
        if (!pbx.HasListeners()) return;
        var e = pbx.Events.Start(name, EventClass.Agent).Add("Queue", queue.Name).Add("MemberName", member.Name)
            .Add("Interface", member.Interface).Add("StateInterface", member.Interface).Add("Membership", "dynamic")
            .Add("Penalty", member.Penalty).Add("CallsTaken", member.CallsTaken).Add("LastCall", member.LastCall)
            .Add("LastPause", member.LastPause).Add("LoginTime", member.LoginTime).Add("InCall", member.InCall ? 1 : 0)
            .Add("Status", pbx.Queues.Status(member)).Add("Paused", member.Paused ? 1 : 0).Add("PausedReason", member.Reason)
            .Add("Ringinuse", "0").Add("Wrapuptime", (long)queue.Settings.WrapUp.TotalSeconds);
        // Dropped by 22 (lab).
        if (pauseReason && pbx.Options.Generation < 22) e.Add("Reason", member.Reason);
        pbx.Events.Send(EventClass.Agent);
    }

    public void CallerJoin(QueueCall call) => Caller("QueueCallerJoin", call, e => e.Add("Position", call.Position).Add("Count", call.Queue.Waiting.Count));

    public void CallerLeave(QueueCall call, int position) =>
        Caller("QueueCallerLeave", call, e => e.Add("Position", position).Add("Count", call.Queue.Waiting.Count));

    public void CallerAbandon(QueueCall call, long hold) => Caller("QueueCallerAbandon", call, e => e
        .Add("Position", call.Position).Add("OriginalPosition", call.OriginalPosition).Add("HoldTime", hold));

    public void AgentCalled(QueueCall call, SimChannel agent, QueueMember member) => Agent("AgentCalled", call, agent, member, _ => { });

    public void AgentConnect(QueueCall call, SimChannel agent, QueueMember member, long hold, long ring) =>
        Agent("AgentConnect", call, agent, member, e => e.Add("HoldTime", hold).Add("RingTime", ring));

    public void AgentRingNoAnswer(QueueCall call, SimChannel agent, QueueMember member, long milliseconds) =>
        Agent("AgentRingNoAnswer", call, agent, member, e => e.Add("RingTime", milliseconds));

    /// <summary>The end of a talk; when the agent hung up first, Asterisk no longer shows the agent's channel.</summary>
    public void AgentComplete(QueueCall call, SimChannel? agent, QueueMember member, long hold, long talk, string reason) =>
        Agent("AgentComplete", call, agent, member, e => e.Add("HoldTime", hold).Add("TalkTime", talk).Add("Reason", reason));

    private void Caller(string name, QueueCall call, Action<AmiEncoder> rest)
    {
        if (!pbx.HasListeners()) return;
        var e = PbxEvents.Snapshot(pbx.Events.Start(name, EventClass.Agent), "", call.Caller).Add("Queue", call.Queue.Name);
        rest(e);
        pbx.Events.Send(EventClass.Agent);
    }

    private void Agent(string name, QueueCall call, SimChannel? agent, QueueMember member, Action<AmiEncoder> rest)
    {
        if (!pbx.HasListeners()) return;
        var e = PbxEvents.Snapshot(pbx.Events.Start(name, EventClass.Agent), "", call.Caller);
        if (agent is not null) PbxEvents.Snapshot(e, "Dest", agent);
        e.Add("Queue", call.Queue.Name).Add("Interface", member.Interface).Add("MemberName", member.Name);
        rest(e);
        pbx.Events.Send(EventClass.Agent);
    }
}
