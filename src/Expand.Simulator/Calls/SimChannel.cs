using Expand.Simulator.Engine;

namespace Expand.Simulator.Calls;

/// <summary>A channel and what events show of it.</summary>
internal sealed class SimChannel
{
    public required string Name { get; init; }
    public required string UniqueId { get; init; }
    public required string LinkedId { get; set; }
    public required string Device { get; init; }
    public required string Context { get; set; }
    public required string Exten { get; set; }
    public required DateTimeOffset Created { get; init; }
    public int Priority { get; set; } = 1;
    public ChannelState State { get; set; }

    // Empty reads as <unknown> in events.
    public string CallerNum { get; set; } = "";
    public string CallerName { get; set; } = "";
    public string ConnectedNum { get; set; } = "";
    public string ConnectedName { get; set; } = "";

    public Dictionary<string, string> Variables { get; } = new(StringComparer.OrdinalIgnoreCase);
    public string App { get; set; } = "";
    public string AppData { get; set; } = "";
    public DateTimeOffset? Answered { get; set; }
    public Bridge? Bridge { get; set; }
    public int Cause { get; set; }
    public int? TechCause { get; set; }
    public bool Gone { get; set; }

    /// <summary>The endpoint at the far end; null for a Local channel.</summary>
    public SimPhone? Phone { get; init; }

    /// <summary>What its phone does: the endpoint's, or that of the number that is dialled outside.</summary>
    public ExtensionBehaviour? Behaviour { get; set; }

    /// <summary>The other half of a Local channel.</summary>
    public SimChannel? LocalPeer { get; set; }

    /// <summary>Who decides what a hangup of this channel means now.</summary>
    public ICallPart? Part { get; set; }

    /// <summary>Channels that listen to this one (ChanSpy): they end with it.</summary>
    public List<SimChannel> Listeners { get; } = [];

    /// <summary>Timers of the phone at the far end (answer, refuse, hang up).</summary>
    public List<SimTimer> PhoneTimers { get; } = [];

    /// <summary>Who hears this channel, and ends with it.</summary>
    public List<SimChannel> HeardBy { get; } = [];

    /// <summary>The recording of the call that this channel made; null while there is none.</summary>
    public Files.WaveFile? Recording { get; set; }

    /// <summary>The records that this channel is party A of; null for a called leg.</summary>
    public CallRecords? Records { get; set; }

    public string StateText => State switch
    {
        ChannelState.Down => "Down",
        ChannelState.Ring => "Ring",
        ChannelState.Ringing => "Ringing",
        _ => "Up",
    };

    public string CallerId => $"\"{CallerName}\" <{CallerNum}>";

    public bool IsLocal => Name.StartsWith("Local/", StringComparison.Ordinal);

    public void CancelPhoneTimers()
    {
        foreach (var timer in PhoneTimers) timer.Cancel();
        PhoneTimers.Clear();
    }
}

internal enum ChannelState
{
    Down = 0,
    Ring = 4,
    Ringing = 5,
    Up = 6,
}

/// <summary>Who asks for a hangup: an AMI action (and the PBX itself), or the phone (BYE, CANCEL or a refusal).</summary>
internal enum HangupBy
{
    Pbx,
    Phone,
}

/// <summary>The step of a call that a channel is in.</summary>
internal interface ICallPart
{
    /// <summary>The channel is to end; the part takes down what belongs to it.</summary>
    void HangupAsked(SimChannel channel, int cause, HangupBy by);

    /// <summary>The called party of a talk sends the caller on to an extension and leaves. False when it cannot.</summary>
    bool Transfer(SimChannel transferer, string context, string exten, HangupBy by) => false;
}

/// <summary>A two-party bridge.</summary>
internal sealed class Bridge(string id)
{
    public string Id { get; } = id;

    public List<SimChannel> Channels { get; } = [];
}

/// <summary>An endpoint while the PBX runs: its settings and the channels it has now.</summary>
internal sealed class SimPhone(SimulatorExtension extension, bool isTrunk)
{
    public SimulatorExtension Extension { get; set; } = extension;

    public bool IsTrunk { get; } = isTrunk;

    public string Device => $"PJSIP/{Extension.Number}";

    public HashSet<SimChannel> Channels { get; } = [];

    /// <summary>The device state last announced.</summary>
    public string Announced { get; set; } = "";
}
