using System.Globalization;
using Expand.Simulator.Calls;
using Expand.Simulator.Queues;

namespace Expand.Simulator.Ami;

/// <summary>The actions of app_queue.</summary>
internal sealed class QueueActions(AmiDesk desk, Pbx pbx)
{
    public void Register(Dictionary<string, Action<AmiSession, AmiRequest>> actions)
    {
        actions["QueueStatus"] = Status;
        actions["QueueSummary"] = Summary;
        actions["QueueAdd"] = Add;
        actions["QueueRemove"] = Remove;
        actions["QueuePause"] = Pause;
        actions["QueuePenalty"] = Penalty;
        actions["QueueLog"] = Log;
    }

    private void Add(AmiSession session, AmiRequest request)
    {
        if (!Has(session, request, "Queue", "Interface")) return;
        _ = int.TryParse(request["Penalty"], NumberStyles.Integer, CultureInfo.InvariantCulture, out var penalty);
        Answer(session, request, "Added interface to queue", () => pbx.Queues.Add(request["Queue"], request["Interface"], request["MemberName"],
            Math.Max(0, penalty), request.IsTrue("Paused"), request["Reason"], "MANAGER"));
    }

    private void Remove(AmiSession session, AmiRequest request)
    {
        if (!Has(session, request, "Queue", "Interface")) return;
        Answer(session, request, "Removed interface from queue", () => pbx.Queues.Remove(request["Queue"], request["Interface"], "MANAGER"));
    }

    private void Pause(AmiSession session, AmiRequest request)
    {
        if (!Has(session, request, "Interface", "Paused")) return;
        var paused = request.IsTrue("Paused");
        Answer(session, request, paused ? "Interface paused successfully" : "Interface unpaused successfully",
            () => pbx.Queues.Pause(request["Queue"], request["Interface"], paused, request["Reason"]) ? null : "Interface not found");
    }

    private void Penalty(AmiSession session, AmiRequest request)
    {
        if (!Has(session, request, "Interface", "Penalty")) return;
        _ = int.TryParse(request["Penalty"], NumberStyles.Integer, CultureInfo.InvariantCulture, out var penalty);
        Answer(session, request, "Interface penalty set successfully",
            () => pbx.Queues.SetPenalty(request["Queue"], request["Interface"], penalty) ? null : "Invalid interface, queuename or penalty");
    }

    private void Log(AmiSession session, AmiRequest request)
    {
        if (!Has(session, request, "Queue", "Event")) return;
        var id = request["Uniqueid"] is { Length: > 0 } given ? given : "NONE";
        var agent = request["Interface"] is { Length: > 0 } device ? device : "NONE";
        pbx.QueueLog.Write(id, request["Queue"], agent, request["Event"], request["Message"]);
        desk.Reply(session, request, "Success", "Event added successfully");
    }

    private void Answer(AmiSession session, AmiRequest request, string done, Func<string?> act) => desk.AnswerFirst(act,
        refusal => desk.Reply(session, request, refusal is null ? "Success" : "Error", refusal ?? done));

    private bool Has(AmiSession session, AmiRequest request, params ReadOnlySpan<string> headers)
    {
        foreach (var header in headers)
        {
            if (request[header].Length > 0) continue;
            desk.Reply(session, request, "Error", $"Need '{header}' parameter.");
            return false;
        }
        return true;
    }

    private void Status(AmiSession session, AmiRequest request)
    {
        desk.StartList(session, request, "Queue status will follow");
        var count = 0;
        foreach (var queue in Asked(request))
        {
            Send(Params(queue));
            foreach (var member in queue.Members)
            {
                if (request["Member"].Length > 0 && request["Member"] != member.Interface) continue;
                Send(Member(queue, member));
            }
            if (request["Member"].Length > 0) continue;
            foreach (var call in queue.Waiting) Send(Entry(queue, call));
        }
        desk.EndList(session, request, "QueueStatusComplete", count);

        void Send(AmiEncoder e)
        {
            count++;
            desk.Send(session, e.AddIf(request.ActionId.Length > 0, "ActionID", request.ActionId));
        }
    }

    private AmiEncoder Params(QueueState queue)
    {
        static string Percent(int part, int all) => (all == 0 ? 0 : 100.0 * part / all).ToString("F1", CultureInfo.InvariantCulture);
        return pbx.Events.Encoder.Start("Event", "QueueParams").Add("Queue", queue.Name).Add("Max", "0").Add("Strategy", "rrmemory")
            .Add("Calls", queue.Waiting.Count).Add("Holdtime", queue.HoldTime).Add("TalkTime", queue.TalkTime)
            .Add("Completed", queue.Completed).Add("Abandoned", queue.Abandoned).Add("ServiceLevel", queue.Settings.ServiceLevel)
            .Add("ServicelevelPerf", Percent(queue.CompletedInTime, queue.Completed))
            .Add("ServicelevelPerf2", Percent(queue.CompletedInTime + queue.AbandonedInTime, queue.Completed + queue.Abandoned))
            .Add("Weight", "0");
    }

    private AmiEncoder Member(QueueState queue, QueueMember member) =>
        pbx.Events.Encoder.Start("Event", "QueueMember").Add("Queue", queue.Name).Add("Name", member.Name).Add("Location", member.Interface)
            .Add("StateInterface", member.Interface).Add("Membership", "dynamic").Add("Penalty", member.Penalty)
            .Add("CallsTaken", member.CallsTaken).Add("LastCall", member.LastCall).Add("LastPause", member.LastPause)
            .Add("LoginTime", member.LoginTime).Add("InCall", member.InCall ? 1 : 0).Add("Status", pbx.Queues.Status(member))
            .Add("Paused", member.Paused ? 1 : 0).Add("PausedReason", member.Reason)
            .Add("Wrapuptime", (long)queue.Settings.WrapUp.TotalSeconds);

    private AmiEncoder Entry(QueueState queue, QueueCall call) =>
        pbx.Events.Encoder.Start("Event", "QueueEntry").Add("Queue", queue.Name).Add("Position", call.Position)
            .Add("Channel", call.Caller.Name).Add("Uniqueid", call.Caller.UniqueId)
            .Add("CallerIDNum", PbxEvents.Known(call.Caller.CallerNum)).Add("CallerIDName", PbxEvents.Known(call.Caller.CallerName))
            .Add("ConnectedLineNum", PbxEvents.Known(call.Caller.ConnectedNum))
            .Add("ConnectedLineName", PbxEvents.Known(call.Caller.ConnectedName)).Add("Wait", call.Waited).Add("Priority", "0");

    private void Summary(AmiSession session, AmiRequest request)
    {
        desk.StartList(session, request, "Queue summary will follow");
        var count = 0;
        foreach (var queue in Asked(request))
        {
            count++;
            desk.Send(session, pbx.Events.Encoder.Start("Event", "QueueSummary").Add("Queue", queue.Name)
                .Add("LoggedIn", queue.Members.Count(m => pbx.Queues.Status(m) is not (4 or 5 or 0)))
                .Add("Available", queue.Members.Count(pbx.Queues.IsFree)).Add("Callers", queue.Waiting.Count)
                .Add("HoldTime", queue.HoldTime).Add("TalkTime", queue.TalkTime)
                .Add("LongestHoldTime", queue.Waiting.Count == 0 ? 0 : queue.Waiting.Max(c => c.Waited))
                .AddIf(request.ActionId.Length > 0, "ActionID", request.ActionId));
        }
        desk.EndList(session, request, "QueueSummaryComplete", count);
    }

    private IEnumerable<QueueState> Asked(AmiRequest request) =>
        pbx.Queues.All.Where(q => request["Queue"].Length == 0 || q.Name == request["Queue"]);
}
