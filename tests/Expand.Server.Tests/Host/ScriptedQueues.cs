using System.Globalization;
using System.Text;
using Expand.Server.Pbx;
using Expand.TestKit;

namespace Expand.Server.Tests.Host;

/// <summary>The queues of a scripted PBX: lists and answers as Asterisk words them.</summary>
internal sealed class ScriptedQueues(ScriptedPbx pbx)
{
    public FakeReply Status()
    {
        lock (pbx.Members)
        {
            return FakeReply.List("QueueStatusComplete",
            [
                .. pbx.Queues.Select(queue => $"Event: QueueParams\nQueue: {queue}\nMax: 0\nStrategy: rrmemory"),
                .. pbx.Members.Select(member => $"Event: QueueMember\nName: {member.Agent}\nLocation: {member.Device}\n{Headers(member)}"),
                .. pbx.Waiting.Select(caller => $"Event: QueueEntry\nQueue: {caller.Queue}\nUniqueid: {caller.UniqueId}\nCallerIDNum: {caller.CallerId}\n"
                    + $"CallerIDName: {caller.CallerName}\nWait: {(int)(TimeProvider.System.GetUtcNow() - caller.EnteredAt).TotalSeconds}"),
            ]);
        }
    }

    /// <summary>Does what was asked and tells it, or refuses it.</summary>
    public FakeReply Change(FakeAction action)
    {
        if (pbx.Queues.Count == 0) return FakeReply.Success();
        var events = new StringBuilder();
        lock (pbx.Members)
        {
            if (Change(action, events) is { } refusal) return FakeReply.Error(refusal);
        }

        return FakeReply.FromString("Response: Success\nActionID: {id}\nMessage: Done\n\n" + events);
    }

    /// <summary>An event about a member, such as QueueMemberStatus.</summary>
    public static string Event(string name, PbxMember member) =>
        $"Event: {name}\nMemberName: {member.Agent}\nInterface: {member.Device}\n{Headers(member)}\n\n";

    private string? Change(FakeAction action, StringBuilder events)
    {
        var (queue, device, now) = (action["Queue"] ?? "", action["Interface"] ?? "", TimeProvider.System.GetUtcNow());
        var there = pbx.Members.FirstOrDefault(m => m.Queue == queue && m.Device == device);
        switch (action.Name)
        {
            case "QueueAdd":
                if (!pbx.Queues.Contains(queue)) return "Unable to add interface to queue: No such queue";
                if (there is not null) return "Unable to add interface: Already there";
                there = new PbxMember(queue, action["MemberName"] ?? device, device, MemberState.Free, action["Paused"] == "true", "", now);
                pbx.Members.Add(there);
                events.Append(Event("QueueMemberAdded", there));
                return null;
            case "QueueRemove":
                if (!pbx.Queues.Contains(queue)) return "Unable to remove interface from queue: No such queue";
                if (there is null) return "Unable to remove interface: Not there";
                pbx.Members.Remove(there);
                events.Append(Event("QueueMemberRemoved", there));
                return null;
            default:
                var found = pbx.Members.Where(m => m.Device == device && (queue.Length == 0 || m.Queue == queue)).ToList();
                if (found.Count == 0) return "Interface not found";
                foreach (var member in found)
                {
                    var pause = action["Paused"] is "true" or "1";
                    if (!pause && !member.Paused) continue;
                    var after = member with { Paused = pause, PauseReason = pause ? action["Reason"] ?? "" : "", PausedAt = pause ? now : member.PausedAt };
                    pbx.Members[pbx.Members.IndexOf(member)] = after;
                    events.Append(Event("QueueMemberPause", after));
                }

                return null;
        }
    }

    private static string Headers(PbxMember member) =>
        $"Queue: {member.Queue}\nStateInterface: {member.Device}\nMembership: dynamic\nLastCall: {Seconds(member.LastCallAt)}\nLastPause: {Seconds(member.PausedAt)}\n"
        + $"LoginTime: {Seconds(member.LoginAt)}\nStatus: {Status(member.State)}\nPaused: {(member.Paused ? 1 : 0)}\nPausedReason: {member.PauseReason}";

    private static string Seconds(DateTimeOffset? at) => (at?.ToUnixTimeSeconds() ?? 0).ToString(CultureInfo.InvariantCulture);

    private static int Status(MemberState state) => state switch
    {
        MemberState.Free => 1,
        MemberState.Busy => 2,
        MemberState.Unavailable => 5,
        _ => 6,
    };
}
