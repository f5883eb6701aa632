namespace Expand.Simulator.Calls;

/// <summary>Device states, hints and what follows from them; announces changes only.</summary>
internal sealed class DeviceStates(Pbx pbx)
{
    public string Of(SimPhone phone)
    {
        var behaviour = phone.Extension.Behaviour;
        if (phone.IsTrunk)
        {
            if (phone.Channels.Count == 0) return pbx.World.TrunkRegistered ? "NOT_INUSE" : "UNAVAILABLE";
            return pbx.World.DeviceStateBusyAtOne ? "BUSY" : "INUSE";
        }
        if (!behaviour.Registered) return "UNAVAILABLE";
        var busy = false;
        var ringing = false;
        foreach (var channel in phone.Channels)
        {
            // A channel that was made and whose phone has not rung yet does not count.
            if (channel.State == ChannelState.Ringing) ringing = true;
            else if (channel.State is ChannelState.Up or ChannelState.Ring) busy = true;
        }
        // With device_state_busy_at = 1 generation 22 is busy as soon as it rings, 16 only in the call.
        if (pbx.World.DeviceStateBusyAtOne && (busy || (ringing && pbx.Options.Generation >= 22))) return "BUSY";
        if (behaviour.OffHook || busy) return ringing ? "RINGINUSE" : "INUSE";
        return ringing ? "RINGING" : "NOT_INUSE";
    }

    /// <summary>Whether a queue may ring the device (ringinuse = no).</summary>
    public bool IsFree(string device) => pbx.Phones.ByDevice(device) is { } phone && phone.Channels.Count == 0 && Of(phone) == "NOT_INUSE";

    public void Changed(SimPhone phone)
    {
        var state = Of(phone);
        if (state == phone.Announced) return;
        phone.Announced = state;
        pbx.Events.DeviceStateChange(phone.Device, state);
        if (phone.Extension.Hint && !phone.IsTrunk) pbx.Events.ExtensionStatus(phone.Extension.Number, phone.Device, state);
        pbx.Queues.DeviceChanged(phone.Device);
    }

    /// <summary>Status and text of a hint for a device state.</summary>
    public static (int Status, string Text) Hint(string state) => state switch
    {
        "NOT_INUSE" => (0, "Idle"),
        "INUSE" => (1, "InUse"),
        "BUSY" => (2, "Busy"),
        "UNAVAILABLE" => (4, "Unavailable"),
        "RINGING" => (8, "Ringing"),
        "RINGINUSE" => (9, "InUse&Ringing"),
        _ => (-1, "Unknown"),
    };

    /// <summary>Status of a queue's member for a device state (AST_DEVICE_*).</summary>
    public static int Member(string state) => state switch
    {
        "NOT_INUSE" => 1,
        "INUSE" => 2,
        "BUSY" => 3,
        "UNAVAILABLE" => 5,
        "RINGING" => 6,
        "RINGINUSE" => 7,
        _ => 0,
    };
}
