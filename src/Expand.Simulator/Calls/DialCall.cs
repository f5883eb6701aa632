using Expand.Simulator.Engine;

namespace Expand.Simulator.Calls;

/// <summary>Dial(): a channel calls a phone, and talks with it when it answers.</summary>
internal sealed class DialCall(Pbx pbx, SimChannel caller, string target, int ringSeconds) : ICallPart
{
    private SimChannel? called;
    private SimTimer? ringing;
    private bool talking;

    private CallRecord? Record => caller.Records?.Open;

    public void Start()
    {
        caller.Part = this;
        var options = DialplanRunner.DialOptions(caller);
        pbx.RunApp(caller, "Dial", $"PJSIP/{target},{ringSeconds},{options}");
        if (pbx.Phones.Dialable(target) is not { } phone)
        {
            pbx.Dialplan.AfterFailedDial(caller, "CHANUNAVAIL", Causes.NoRoute, dialled: false);
            return;
        }
        var leg = called = pbx.NewPhoneChannel(phone, pbx.NextUniqueId(), caller.LinkedId, pbx.World.Context, "s", ChannelState.Down);
        if (phone.IsTrunk) leg.CallerNum = target.Split('@')[0];
        leg.Behaviour = pbx.Phones.Outside(target);
        (leg.App, leg.AppData, leg.Part) = ("AppDial", "(Outgoing Line)", this);
        pbx.NextSequence();
        pbx.Add(leg);
        leg.Exten = caller.Exten;
        pbx.Events.Connect(leg, caller.CallerNum, caller.CallerName);
        pbx.Events.DialBegin(caller, leg, target);
        // "I" ignores connected line updates: the caller's phone keeps what it shows.
        if (!options.EndsWith('I')) pbx.Events.Connect(caller, leg.CallerNum, leg.CallerName);
        leg.State = ChannelState.Ringing;
        pbx.Events.NewState(leg);
        pbx.Devices.Changed(phone);
        pbx.Events.DialState(caller, leg);
        if (Record is { } record) record.DestinationChannel = leg.Name;
        RingLocalPeer();
        ringing = pbx.After(TimeSpan.FromSeconds(ringSeconds), () => Failed("NOANSWER", 0, null));
        pbx.Phones.Ring(leg, Answered, (cause, sip) =>
        {
            pbx.Events.HangupRequest(leg, cause, sip);
            Failed(Causes.DialStatus(cause), cause, sip);
        });
    }

    public void HangupAsked(SimChannel channel, int cause, HangupBy by)
    {
        if (talking) EndTalk(channel, by);
        else if (channel == caller) Cancel(cause, by);
        else Failed("NOANSWER", cause, null);
    }

    public bool Transfer(SimChannel transferer, string context, string exten, HangupBy by)
    {
        if (!talking || transferer != called || !pbx.Dialplan.Exists(context, exten)) return false;
        pbx.Events.BlindTransfer(transferer, caller, caller.Bridge!, context, exten);
        Bridging.Part(pbx, transferer, caller);
        // Seen: a transfer by AMI moves the caller before its record is closed.
        if (by == HangupBy.Pbx && caller.Records?.Open is { } open) (open.Destination, open.DestinationContext) = (exten, context);
        if (Record is { } record) record.End = pbx.Now;
        pbx.End(transferer, Causes.Normal);
        pbx.Dialplan.Run(caller, context, exten);
        return true;
    }

    private void RingLocalPeer()
    {
        if (caller.State == ChannelState.Up || caller.LocalPeer is not { State: ChannelState.Down } peer) return;
        peer.State = ChannelState.Ringing;
        pbx.Events.NewState(peer);
        pbx.Events.DialState(null, peer);
    }

    private void Answered()
    {
        var leg = called!;
        ringing?.Cancel();
        talking = true;
        pbx.Answer(leg);
        leg.Exten = "";
        pbx.Events.DialEnd(caller, leg, "ANSWER");
        pbx.Answer(caller);
        if (Record is { } record)
        {
            record.Answer ??= pbx.Now;
            // MASTER_CHANNEL: the record of the job's own channel.
            if (DialplanRunner.NotesConnection(caller) && caller.UniqueId == caller.LinkedId) record.Connected = pbx.Now;
        }

        Bridging.Join(pbx, leg, caller);
        if (pbx.Phones.TalkOf(leg) is { } talk)
            leg.PhoneTimers.Add(pbx.After(talk, () => HangupAsked(leg, Causes.Normal, HangupBy.Phone)));
    }

    private void EndTalk(SimChannel first, HangupBy by)
    {
        var leg = called!;
        if (by == HangupBy.Phone) pbx.Events.HangupRequest(first, Causes.Normal);
        Bridging.Part(pbx, first, first == leg ? caller : leg);
        pbx.Events.SoftHangupRequest(caller);
        if (Record is { } record) record.End = pbx.Now;
        pbx.End(first == leg ? leg : caller, Causes.Normal);
        pbx.End(first == leg ? caller : leg, Causes.Normal);
    }

    private void Cancel(int cause, HangupBy by)
    {
        var leg = called!;
        ringing?.Cancel();
        if (by == HangupBy.Phone) pbx.Events.HangupRequest(caller, Causes.Normal);
        pbx.Events.DialEnd(caller, leg, "CANCEL");
        pbx.Events.SoftHangupRequest(caller);
        CloseRecord("CANCEL");
        pbx.End(leg, cause);
        pbx.End(caller, cause);
    }

    private void Failed(string status, int cause, int? sip)
    {
        if (called is not { Gone: false } leg) return;
        ringing?.Cancel();
        pbx.Events.DialEnd(caller, leg, status);
        CloseRecord(status);
        pbx.End(leg, cause, sip);
        pbx.Dialplan.AfterFailedDial(caller, status, cause, dialled: true);
    }

    private void CloseRecord(string status)
    {
        if (Record is not { } record) return;
        record.End = pbx.Now;
        record.Disposition = Causes.Disposition(status, pbx.Options.Generation);
    }
}

/// <summary>Two channels that talk.</summary>
internal static class Bridging
{
    public static void Join(Pbx pbx, SimChannel first, SimChannel second)
    {
        Span<byte> id = stackalloc byte[16];
        pbx.Random.NextBytes(id);
        var bridge = new Bridge(new Guid(id).ToString());
        pbx.Events.BridgeCreate(bridge);
        Enter(pbx, bridge, first);
        Enter(pbx, bridge, second);
        CallRecording.Begin(pbx, second);
    }

    public static void Part(Pbx pbx, SimChannel first, SimChannel second)
    {
        var bridge = first.Bridge!;
        Leave(pbx, bridge, first);
        Leave(pbx, bridge, second);
        pbx.Events.BridgeDestroy(bridge);
    }

    private static void Enter(Pbx pbx, Bridge bridge, SimChannel channel)
    {
        bridge.Channels.Add(channel);
        channel.Bridge = bridge;
        pbx.Events.BridgeEnter(bridge, channel);
    }

    private static void Leave(Pbx pbx, Bridge bridge, SimChannel channel)
    {
        bridge.Channels.Remove(channel);
        channel.Bridge = null;
        pbx.Events.BridgeLeave(bridge, channel);
    }
}
