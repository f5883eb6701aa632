using Expand.Asterisk.Ami;
using AmiText = Expand.Server.Pbx.PbxEventReader.AmiText;

namespace Expand.Server.Pbx;

/// <summary>
/// AMI events of queues and transfers to facts, and the items of <c>QueueStatus</c>. Their instant is Asterisk's own where the event
/// tells it: they are compared with what Asterisk wrote to its files.
/// </summary>
internal static class QueueEventReader
{
    /// <summary>Events that become facts here.</summary>
    public static readonly IReadOnlyList<string> Events =
    [
        "QueueMemberAdded", "QueueMemberRemoved", "QueueMemberPause", "QueueMemberStatus", "QueueMemberPenalty", "QueueMemberRinginuse",
        "QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon",
        "AgentCalled", "AgentConnect", "AgentComplete", "AgentRingNoAnswer", "BlindTransfer", "AttendedTransfer",
    ];

    /// <param name="name">The event's name in upper case.</param>
    /// <param name="message">The event.</param>
    /// <param name="heard">When this host got it.</param>
    public static PbxFact? Read(string name, scoped in AmiPacket message, DateTimeOffset heard)
    {
        var at = AmiText.Instant(message) ?? heard;
        return name switch
        {
            "QUEUEMEMBERADDED" when Member(message) is { } member => new MemberAdded(at, member),
            "QUEUEMEMBERREMOVED" when Member(message) is { } member => new MemberRemoved(at, member),
            "QUEUEMEMBERPAUSE" when Member(message) is { } member => new MemberPaused(at, member),
            "QUEUEMEMBERSTATUS" or "QUEUEMEMBERPENALTY" or "QUEUEMEMBERRINGINUSE" when Member(message) is { } member => new MemberChanged(at, member),
            "BLINDTRANSFER" when Succeeded(message) => new CallTransferred(
                at, message["TransfereeUniqueid"] ?? "", message["TransfererUniqueid"] ?? "", AmiText.Known(message["Extension"]), false),
            "ATTENDEDTRANSFER" when Succeeded(message) => new CallTransferred(
                at, message["TransfereeUniqueid"] ?? "", message["OrigTransfererUniqueid"] ?? "",
                AmiText.Known(message["SecondTransfererConnectedLineNum"]), true),
            _ when message["Queue"] is { } queue && message["Uniqueid"] is { } id => Read(name, message, at, queue, id),
            _ => null,
        };
    }

    /// <summary>A member, of an event about it or of <c>QueueStatus</c>, whose items name it otherwise.</summary>
    public static PbxMember? Member(AmiMessage message) => Member(message.AsPacket());

    /// <summary>A <c>QueueEntry</c> of <c>QueueStatus</c>; its wait is in whole seconds.</summary>
    public static PbxCaller? Caller(AmiMessage message, DateTimeOffset now) =>
        message["Queue"] is { } queue && message["Uniqueid"] is { } id
            ? Caller(message.AsPacket(), queue, id, now - TimeSpan.FromSeconds(AmiText.Number(message["Wait"])))
            : null;

    private static PbxMember? Member(scoped in AmiPacket message)
    {
        if (message["Queue"] is not { } queue || (message["Interface"] ?? message["Location"]) is not { } device) return null;
        return new PbxMember(
            queue, Agent(message) is { Length: > 0 } agent ? agent : device, device, State(message["Status"]), AmiText.Number(message["Paused"]) != 0,
            message["PausedReason"] ?? message["Reason"] ?? "",
            AmiText.Seconds(message["LoginTime"]), AmiText.Seconds(message["LastPause"]), AmiText.Seconds(message["LastCall"]));
    }

    private static PbxFact? Read(string name, scoped in AmiPacket message, DateTimeOffset at, string queue, string id) => name switch
    {
        "QUEUECALLERJOIN" => new CallerJoined(at, Caller(message, queue, id, at)),
        "QUEUECALLERLEAVE" => new CallerLeft(at, queue, id),
        "QUEUECALLERABANDON" => new CallerAbandoned(at, queue, id),
        "AGENTCALLED" => new AgentRung(at, queue, id, Agent(message), Device(message), Ring(message)),
        "AGENTCONNECT" => new AgentConnected(at, queue, id, Agent(message), Device(message), Ring(message))
        {
            Caller = Caller(message, queue, id, at - TimeSpan.FromSeconds(AmiText.Number(message["HoldTime"]))),
        },
        "AGENTCOMPLETE" => new AgentCompleted(at, queue, id, Agent(message), Ring(message), message["Reason"] ?? ""),
        "AGENTRINGNOANSWER" => new AgentMissed(at, queue, id, Agent(message), Ring(message)),
        _ => null,
    };

    private static PbxCaller Caller(scoped in AmiPacket message, string queue, string id, DateTimeOffset entered) =>
        new(queue, id, AmiText.Known(message["CallerIDNum"]), AmiText.Known(message["CallerIDName"]), entered);

    private static string Agent(scoped in AmiPacket message) => message["MemberName"] ?? message["Name"] ?? "";

    private static string Device(scoped in AmiPacket message) => message["Interface"] ?? "";

    private static string Ring(scoped in AmiPacket message) => message["DestUniqueid"] ?? "";

    private static bool Succeeded(scoped in AmiPacket message) => message["Result"] is null or "Success";

    /// <summary>Asterisk's device states by number; one that it does not know (0) would be rung.</summary>
    private static MemberState State(string? status) => AmiText.Number(status) switch
    {
        2 or 3 or 7 or 8 => MemberState.Busy,
        4 or 5 => MemberState.Unavailable,
        6 => MemberState.Ringing,
        _ => MemberState.Free,
    };
}
