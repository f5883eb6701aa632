namespace Expand.Simulator.Tests;

/// <summary>Sorts events by what they are about (one channel, one dial, one bridge, one device …). Within a topic Asterisk's order is
/// fixed; between topics its threads race, and the recordings of one and the same scenario differ.</summary>
internal sealed class EventTopics
{
    private static readonly string[] Snapshot = ["ChannelState", "CallerIDNum", "CallerIDName", "ConnectedLineNum", "ConnectedLineName", "Context", "Exten", "Priority"];
    private readonly Dictionary<string, string> names = [];

    /// <summary>Topic to the events in order, each as one line of its telling fields.</summary>
    public SortedDictionary<string, List<string>> Topics { get; } = new(StringComparer.Ordinal);

    public EventTopics(IEnumerable<Packet> events)
    {
        var list = events.ToList();
        foreach (var e in list.Where(e => e.Event == "Newchannel"))
        {
            var alias = $"{e["Channel"].Split('-')[0]}#{names.Count}" + (e["Channel"].EndsWith(";2", StringComparison.Ordinal) ? ";2" : "");
            names.TryAdd(e["Channel"], alias);
            names.TryAdd(e["Uniqueid"], alias);
        }
        foreach (var e in list.Where(e => e.Event == "BridgeCreate")) names.TryAdd(e["BridgeUniqueid"], $"bridge#{names.Count}");
        foreach (var e in list) Sort(e);
    }

    /// <summary>A channel name or uniqueid as the place of its Newchannel.</summary>
    public string Alias(string name) => names.GetValueOrDefault(name, name);

    private void Sort(Packet e)
    {
        // Items of a list answer a question; they are no news.
        if (e.Has("ActionID") && e.Event != "OriginateResponse") return;
        switch (e.Event)
        {
            // A BYE comes with Cause 16 or without it, in one and the same scenario.
            case "HangupRequest" when e["Cause"] is "" or "16":
                Add($"channel {Alias(e["Uniqueid"])}", e, [.. Snapshot, "Linkedid"]);
                break;
            case "Newchannel" or "Newstate" or "NewCallerid" or "NewConnectedLine" or "Hangup" or "HangupRequest" or "SoftHangupRequest":
                Add($"channel {Alias(e["Uniqueid"])}", e, [.. Snapshot, "Linkedid", "Cause", "Cause-txt", "TechCause"]);
                break;
            case "DialBegin":
                // Whether the phone rings already when the dial is told is a race.
                Add($"dial of {Alias(e["DestUniqueid"])}", e, ["Uniqueid", "Priority", "DestCallerIDNum", "DestCallerIDName", "DialString"]);
                break;
            case "DialState":
                Add($"dial of {Alias(e["DestUniqueid"])}", e, ["Uniqueid", "ConnectedLineNum", "DestConnectedLineNum", "DialStatus"]);
                break;
            case "DialEnd":
                Add($"dial of {Alias(e["DestUniqueid"])}", e, ["Uniqueid", "DestChannelState", "DestConnectedLineNum", "DestExten", "DialStatus"]);
                break;
            case "BlindTransfer":
                Add("transfer", e, ["Result", "TransfererUniqueid", "TransfereeUniqueid", "IsExternal", "Context", "Extension"]);
                break;
            case "BridgeCreate" or "BridgeEnter" or "BridgeLeave" or "BridgeDestroy":
                Add(Alias(e["BridgeUniqueid"]), e, ["BridgeNumChannels", "Uniqueid"]);
                break;
            case "OriginateResponse":
                Add("originate", e, ["ActionID", "Response", "Channel", "Context", "Exten", "Reason", "Uniqueid", "CallerIDNum", "CallerIDName"]);
                break;
            case "QueueCallerJoin" or "QueueCallerLeave" or "QueueCallerAbandon":
                Add("caller in queue", e, ["Uniqueid", "CallerIDNum", "Queue", "Position", "OriginalPosition", "Count", "HoldTime"]);
                break;
            case "AgentCalled" or "AgentConnect" or "AgentRingNoAnswer" or "AgentComplete":
                Add("agent in queue", e, ["Uniqueid", "DestUniqueid", "Queue", "Interface", "MemberName", "HoldTime", "RingTime", "TalkTime", "Reason"]);
                break;
            case "QueueMemberAdded" or "QueueMemberRemoved" or "QueueMemberPause" or "QueueMemberStatus":
                Add($"member {e["Queue"]} {e["Interface"]}", e,
                    ["MemberName", "StateInterface", "Membership", "Penalty", "CallsTaken", "Status", "Paused", "PausedReason", "Ringinuse"]);
                break;
            case "DeviceStateChange" when !e["Device"].StartsWith("Local/", StringComparison.Ordinal) && !e["Device"].Contains("_pause_", StringComparison.Ordinal):
                Add($"device {e["Device"]}", e, ["State"]);
                break;
            case "ExtensionStatus":
                Add($"hint {e["Exten"]}", e, ["Context", "Hint", "Status", "StatusText"]);
                break;
            case "Cdr":
                Add("cdr", e, ["Source", "Destination", "DestinationContext", "CallerID", "Channel", "DestinationChannel", "LastApplication",
                    "LastData", "Disposition", "UniqueID", "LinkedID"]);
                break;
        }
    }

    private void Add(string topic, Packet e, IEnumerable<string> fields)
    {
        if (!Topics.TryGetValue(topic, out var list)) Topics[topic] = list = [];
        list.Add(e.Event + " " + string.Join(" ", fields.Where(e.Has).Select(f => $"{f}={Alias(e[f])}")));
    }
}
