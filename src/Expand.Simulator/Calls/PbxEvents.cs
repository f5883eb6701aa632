using Expand.Simulator.Ami;
using Expand.Simulator.Engine;

namespace Expand.Simulator.Calls;

/// <summary>Events of channels, dials, bridges and devices, with Asterisk's header names and order.</summary>
internal sealed class PbxEvents(Pbx pbx)
{
    public AmiEncoder Encoder { get; } = new();

    private bool Silent => !pbx.HasListeners();

    public AmiEncoder Start(string name, EventClass kind) =>
        Encoder.Start("Event", name).Add("Privilege", Privilege(kind)).Add("Timestamp", Text.Epoch(pbx.Now));

    public void Send(EventClass kind) => pbx.Broadcast(kind, Encoder.End());

    public static AmiEncoder Snapshot(AmiEncoder e, string prefix, SimChannel c) => e
        .Add(prefix, "Channel", c.Name)
        .Add(prefix, "ChannelState", Text.Number((int)c.State))
        .Add(prefix, "ChannelStateDesc", c.StateText)
        .Add(prefix, "CallerIDNum", Known(c.CallerNum))
        .Add(prefix, "CallerIDName", Known(c.CallerName))
        .Add(prefix, "ConnectedLineNum", Known(c.ConnectedNum))
        .Add(prefix, "ConnectedLineName", Known(c.ConnectedName))
        .Add(prefix, "Language", "en")
        .Add(prefix, "AccountCode", "")
        .Add(prefix, "Context", c.Context)
        .Add(prefix, "Exten", c.Exten)
        .Add(prefix, "Priority", Text.Number(c.Priority))
        .Add(prefix, "Uniqueid", c.UniqueId)
        .Add(prefix, "Linkedid", c.LinkedId);

    public static string Known(string value) => value.Length == 0 ? Text.Unknown : value;

    public void NewChannel(SimChannel c) => Simple("Newchannel", c);

    public void NewState(SimChannel c) => Simple("Newstate", c);

    public void NewConnectedLine(SimChannel c) => Simple("NewConnectedLine", c);

    public void NewCallerId(SimChannel c)
    {
        if (Silent) return;
        Snapshot(Start("NewCallerid", EventClass.Call), "", c).Add("CID-CallingPres", "0 (Presentation Allowed, Not Screened)");
        Send(EventClass.Call);
    }

    /// <summary>Sets whom a channel is connected to; an event only when that changes something.</summary>
    public void Connect(SimChannel c, string number, string name)
    {
        if (c.ConnectedNum == number && c.ConnectedName == name) return;
        (c.ConnectedNum, c.ConnectedName) = (number, name);
        NewConnectedLine(c);
    }

    public void DialBegin(SimChannel? from, SimChannel to, string dialString) => Dial("DialBegin", from, to, "DialString", dialString);

    public void DialState(SimChannel? from, SimChannel to) => Dial("DialState", from, to, "DialStatus", "RINGING");

    public void DialEnd(SimChannel? from, SimChannel to, string status) => Dial("DialEnd", from, to, "DialStatus", status);

    public void HangupRequest(SimChannel c, int? cause, int? techCause = null)
    {
        if (Silent) return;
        Snapshot(Start("HangupRequest", EventClass.Call), "", c);
        if (cause is { } q850) Encoder.Add("Cause", q850);
        if (techCause is { } sip && pbx.Options.HasTechCause) Encoder.Add("TechCause", sip);
        Send(EventClass.Call);
    }

    public void SoftHangupRequest(SimChannel c)
    {
        if (Silent) return;
        Snapshot(Start("SoftHangupRequest", EventClass.Call), "", c).Add("Cause", Causes.Normal);
        Send(EventClass.Call);
    }

    public void Hangup(SimChannel c)
    {
        if (Silent) return;
        Snapshot(Start("Hangup", EventClass.Call), "", c).Add("Cause", c.Cause).Add("Cause-txt", Causes.Text(c.Cause));
        if (c.TechCause is { } sip && pbx.Options.HasTechCause) Encoder.Add("TechCause", sip);
        Send(EventClass.Call);
    }

    public void BridgeCreate(Bridge b) => BridgeEvent("BridgeCreate", b, null);

    public void BridgeEnter(Bridge b, SimChannel c) => BridgeEvent("BridgeEnter", b, c);

    public void BridgeLeave(Bridge b, SimChannel c) => BridgeEvent("BridgeLeave", b, c);

    public void BridgeDestroy(Bridge b) => BridgeEvent("BridgeDestroy", b, null);

    public static AmiEncoder BridgeSnapshot(AmiEncoder e, Bridge b) => e
        .Add("BridgeUniqueid", b.Id).Add("BridgeType", "basic").Add("BridgeTechnology", "simple_bridge")
        .Add("BridgeCreator", Text.Unknown).Add("BridgeName", Text.Unknown).Add("BridgeNumChannels", b.Channels.Count)
        .Add("BridgeVideoSourceMode", "none");

    public void BlindTransfer(SimChannel transferer, SimChannel transferee, Bridge bridge, string context, string exten)
    {
        if (Silent) return;
        Snapshot(Start("BlindTransfer", EventClass.Call).Add("Result", "Success"), "Transferer", transferer);
        BridgeSnapshot(Snapshot(Encoder, "Transferee", transferee), bridge)
            .Add("IsExternal", "Yes").Add("Context", context).Add("Extension", exten);
        Send(EventClass.Call);
    }

    public void ChanSpyStart(SimChannel spyer, SimChannel spyee)
    {
        if (Silent) return;
        Snapshot(Snapshot(Start("ChanSpyStart", EventClass.Call), "Spyer", spyer), "Spyee", spyee);
        Send(EventClass.Call);
    }

    public void ChanSpyStop(SimChannel spyer, SimChannel spyee)
    {
        if (Silent) return;
        Snapshot(Snapshot(Start("ChanSpyStop", EventClass.Call), "Spyer", spyer), "Spyee", spyee);
        Send(EventClass.Call);
    }

    public void DeviceStateChange(string device, string state)
    {
        if (Silent) return;
        Start("DeviceStateChange", EventClass.Call).Add("Device", device).Add("State", state);
        Send(EventClass.Call);
    }

    public void ExtensionStatus(string number, string device, string state)
    {
        if (Silent) return;
        var (status, text) = DeviceStates.Hint(state);
        Start("ExtensionStatus", EventClass.Call).Add("Exten", number).Add("Context", pbx.World.HintContext).Add("Hint", device)
            .Add("Status", status).Add("StatusText", text);
        Send(EventClass.Call);
    }

    public void FullyBooted(bool toAll)
    {
        if (toAll && Silent) return;
        FullyBootedPacket(withTimestamp: true);
        Send(EventClass.System);
    }

    /// <summary>The packet that greets a login; without the timestamp of a live event, as in Asterisk.</summary>
    public AmiEncoder FullyBootedPacket(bool withTimestamp)
    {
        var uptime = Text.Number((long)(pbx.Now - pbx.Started).TotalSeconds);
        var reload = Text.Number((long)(pbx.Now - pbx.Reloaded).TotalSeconds);
        Encoder.Start("Event", "FullyBooted").Add("Privilege", "system,all");
        if (withTimestamp) return Encoder.Add("Timestamp", Text.Epoch(pbx.Now)).Add("Status", "Fully Booted").Add("Uptime", uptime).Add("LastReload", reload);
        return Encoder.Add("Uptime", uptime).Add("LastReload", reload).Add("Status", "Fully Booted");
    }

    public void Reload(string module)
    {
        pbx.Reloaded = pbx.Now;
        if (Silent) return;
        Start("Reload", EventClass.System).Add("Module", module).Add("Status", "0");
        Send(EventClass.System);
    }

    public void Shutdown()
    {
        if (Silent) return;
        Start("Shutdown", EventClass.System).Add("Shutdown", "Cleanly").Add("Restart", "False");
        Send(EventClass.System);
    }

    private void Simple(string name, SimChannel c)
    {
        if (Silent) return;
        Snapshot(Start(name, EventClass.Call), "", c);
        Send(EventClass.Call);
    }

    private void Dial(string name, SimChannel? from, SimChannel to, string header, string value)
    {
        if (Silent) return;
        Start(name, EventClass.Call);
        if (from is not null) Snapshot(Encoder, "", from);
        Snapshot(Encoder, "Dest", to).Add(header, value);
        Send(EventClass.Call);
    }

    private void BridgeEvent(string name, Bridge b, SimChannel? c)
    {
        if (Silent) return;
        BridgeSnapshot(Start(name, EventClass.Call), b);
        if (c is not null) Snapshot(Encoder, "", c);
        Send(EventClass.Call);
    }

    private static string Privilege(EventClass kind) => kind switch
    {
        EventClass.Agent => "agent,all",
        EventClass.System => "system,all",
        EventClass.Cdr => "cdr,all",
        _ => "call,all",
    };
}
