using Expand.Simulator.Ami;
using Expand.Simulator.Engine;

namespace Expand.Simulator.Calls;

/// <summary>What an Originate asks for, checked.</summary>
internal sealed record OriginateOrder(
    string ActionId, string Channel, string Context, string Exten, string App, string Data, TimeSpan Timeout,
    string CallerNum, string CallerName, IReadOnlyList<KeyValuePair<string, string>> Variables,
    string ChannelId, string OtherChannelId, bool Async)
{
    /// <summary>Hears the outcome of an Originate that is not asynchronous.</summary>
    public Action<bool>? Finished { get; init; }
}

/// <summary>The source leg of an Originate, until it answers and the dialplan takes over.</summary>
internal sealed class OriginateCall(Pbx pbx, OriginateOrder order) : ICallPart
{
    private SimTimer? timeout;
    private bool over;

    public void Start()
    {
        if (order.ChannelId.Length > 0 && pbx.HasUniqueId(order.ChannelId)) Refuse();
        else if (order.Channel.StartsWith("Local/", StringComparison.OrdinalIgnoreCase)) StartLocal(order.Channel[6..]);
        else if (order.Channel.StartsWith("PJSIP/", StringComparison.OrdinalIgnoreCase)) StartPhone(order.Channel[6..]);
        else Refuse();
    }

    public void HangupAsked(SimChannel channel, int cause, HangupBy by)
    {
        if (over) return;
        // The other half of a Local channel ended before it answered: its cause tells why.
        var reason = by == HangupBy.Phone && channel.LocalPeer is { Cause: Causes.Busy } ? 5 : 0;
        pbx.Events.DialEnd(null, channel, reason == 5 ? "BUSY" : "NOANSWER");
        Conclude(channel, false, reason);
        if (channel.Records?.Open is { } record) record.Disposition = reason == 5 ? "BUSY" : "NO ANSWER";
        pbx.End(channel, by == HangupBy.Phone ? channel.LocalPeer?.Cause ?? cause : cause);
    }

    public void Answered(SimChannel channel)
    {
        if (over) return;
        pbx.After(TimeSpan.Zero, () =>
        {
            if (!over && !channel.Gone) Connect(channel);
        });
    }

    private void StartPhone(string resource)
    {
        if (pbx.Phones.Dialable(resource) is not { } phone)
        {
            Refuse();
            return;
        }
        var id = order.ChannelId.Length > 0 ? order.ChannelId : pbx.NextUniqueId();
        var channel = pbx.NewPhoneChannel(phone, id, null, pbx.World.Context, "s", ChannelState.Down);
        if (phone.IsTrunk) channel.CallerNum = "";
        channel.Behaviour = pbx.Phones.Outside(resource);
        Begin(channel);
        Identify(channel);
        pbx.Events.DialBegin(null, channel, resource);
        channel.State = ChannelState.Ringing;
        pbx.Events.NewState(channel);
        pbx.Devices.Changed(phone);
        pbx.Events.DialState(null, channel);
        StartTimeout(channel);
        pbx.Phones.Ring(channel, () => Connect(channel), (cause, sip) => Refused(channel, cause, sip));
    }

    private void StartLocal(string resource)
    {
        var slash = resource.IndexOf('/', StringComparison.Ordinal);
        var place = slash >= 0 ? resource[..slash] : resource;
        var at = place.IndexOf('@', StringComparison.Ordinal);
        var (exten, context) = at >= 0 ? (place[..at], place[(at + 1)..]) : (place, "default");
        if (!pbx.Dialplan.Exists(context, exten))
        {
            Refuse();
            return;
        }
        var name = $"Local/{exten}@{context}-{pbx.NextLocalName()}";
        var one = LocalHalf(name + ";1", order.ChannelId, null, context, exten, ChannelState.Down);
        var two = LocalHalf(name + ";2", order.OtherChannelId.Length > 0 ? order.OtherChannelId
            : order.ChannelId.Length > 0 ? order.ChannelId + ";2" : "", one.LinkedId, context, exten, ChannelState.Ring);
        (one.LocalPeer, two.LocalPeer) = (two, one);
        Begin(one);
        pbx.OpenRecord(two);
        pbx.Add(two);
        Identify(one);
        (two.CallerNum, two.CallerName) = (one.ConnectedNum, one.ConnectedName);
        (two.ConnectedNum, two.ConnectedName) = (one.CallerNum, one.CallerName);
        if (order.CallerNum.Length + order.CallerName.Length > 0)
        {
            pbx.Events.NewCallerId(two);
            pbx.Events.NewConnectedLine(two);
        }
        LocalBridge(one, two, context, exten, slash >= 0 && resource[slash..].Contains('n', StringComparison.Ordinal));
        pbx.Events.DialBegin(null, one, resource);
        StartTimeout(one);
        two.Part = new StayCall(pbx, two);
        pbx.After(TimeSpan.Zero, () =>
        {
            if (!two.Gone) pbx.Dialplan.Run(two, context, exten);
        });
    }

    private SimChannel LocalHalf(string name, string id, string? linkedId, string context, string exten, ChannelState state)
    {
        var unique = id.Length > 0 ? id : pbx.NextUniqueId();
        return new SimChannel
        {
            Name = name,
            UniqueId = unique,
            LinkedId = linkedId ?? unique,
            Device = name,
            Context = context,
            Exten = exten,
            State = state,
            Created = pbx.Now,
        };
    }

    private void Begin(SimChannel channel)
    {
        channel.Part = this;
        (channel.App, channel.AppData) = ("AppDial2", "(Outgoing Line)");
        pbx.OpenRecord(channel);
        pbx.Add(channel);
    }

    /// <summary>First the variables, then the header CallerID, which wins: it becomes the caller and the connected line.</summary>
    private void Identify(SimChannel channel)
    {
        Originating.SetVariables(pbx, channel, order.Variables);
        if (order.CallerNum.Length + order.CallerName.Length == 0) return;
        if (channel.CallerNum != order.CallerNum || channel.CallerName != order.CallerName)
        {
            (channel.CallerNum, channel.CallerName) = (order.CallerNum, order.CallerName);
            pbx.Events.NewCallerId(channel);
        }
        pbx.Events.Connect(channel, order.CallerNum, order.CallerName);
    }

    private void LocalBridge(SimChannel one, SimChannel two, string context, string exten, bool kept)
    {
        if (!pbx.HasListeners()) return;
        PbxEvents.Snapshot(pbx.Events.Start("LocalBridge", EventClass.Call), "LocalOne", one);
        PbxEvents.Snapshot(pbx.Events.Encoder, "LocalTwo", two)
            .Add("Context", context).Add("Exten", exten).Add("LocalOptimization", kept ? "No" : "Yes");
        pbx.Events.Send(EventClass.Call);
    }

    private void StartTimeout(SimChannel channel) => timeout = pbx.After(order.Timeout, () =>
    {
        if (over) return;
        var modern = pbx.Options.Generation >= 22;
        if (channel.Records?.Open is { } record) record.Disposition = modern ? "NO ANSWER" : "FAILED";
        pbx.End(channel, modern ? Causes.NoAnswer : 0, modern && !channel.IsLocal ? 480 : null);
        Conclude(channel, false, 3);
    });

    private void Refused(SimChannel channel, int cause, int sip)
    {
        if (over) return;
        pbx.Events.HangupRequest(channel, cause, sip);
        var status = Causes.DialStatus(cause);
        pbx.Events.DialEnd(null, channel, status);
        Conclude(channel, false, 0);
        var disposition = Causes.Disposition(status, pbx.Options.Generation);
        if (channel.Records?.Open is { } record) (record.Disposition, record.End) = (disposition, pbx.Now);
        pbx.Dialplan.AfterFailedOriginate(channel, disposition, cause);
        pbx.End(channel, cause, sip);
    }

    private void Connect(SimChannel channel)
    {
        if (over) return;
        pbx.Answer(channel);
        pbx.Events.DialEnd(null, channel, "ANSWER");
        Conclude(channel, true, 4);
        if (order.App.Length > 0) pbx.Dialplan.RunApplication(channel, order.App, order.Data);
        else if (order.Exten.Length > 0) pbx.Dialplan.Run(channel, order.Context, order.Exten);
        else pbx.Dialplan.Finish(channel, Causes.Normal, null);
    }

    /// <summary>Fails before there is a channel.</summary>
    private void Refuse() => Conclude(null, false, 0);

    private void Conclude(SimChannel? channel, bool success, int reason)
    {
        if (over) return;
        over = true;
        timeout?.Cancel();
        order.Finished?.Invoke(success);
        if (!order.Async || !pbx.HasListeners()) return;
        var e = pbx.Events.Start("OriginateResponse", EventClass.Call).AddIf(order.ActionId.Length > 0, "ActionID", order.ActionId)
            .Add("Response", success ? "Success" : "Failure").Add("Channel", success ? channel!.Name : order.Channel)
            .Add("Context", order.Context).Add("Exten", order.Exten).Add("Reason", reason)
            .Add("Uniqueid", channel?.UniqueId ?? (order.ChannelId.Length > 0 ? order.ChannelId : "<null>"))
            .Add("CallerIDNum", PbxEvents.Known(order.CallerNum)).Add("CallerIDName", PbxEvents.Known(order.CallerName));
        pbx.Broadcast(EventClass.Call, e.End());
    }
}

/// <summary>The variables of an Originate, among them the functions CALLERID() and CONNECTEDLINE().</summary>
internal static class Originating
{
    public static void SetVariables(Pbx pbx, SimChannel channel, IReadOnlyList<KeyValuePair<string, string>> variables)
    {
        var (number, name) = (channel.CallerNum, channel.CallerName);
        var (connectedNumber, connectedName) = (channel.ConnectedNum, channel.ConnectedName);
        foreach (var (key, value) in variables)
        {
            switch (Function(key))
            {
                case "CALLERID(NUM)": number = value; break;
                case "CALLERID(NAME)": name = value; break;
                case "CALLERID(ALL)": (number, name) = AmiValues.CallerId(value); break;
                case "CONNECTEDLINE(NUM)": connectedNumber = value; break;
                case "CONNECTEDLINE(NAME)": connectedName = value; break;
                case "CONNECTEDLINE(ALL)": (connectedNumber, connectedName) = AmiValues.CallerId(value); break;
                // A leading _ or __ only says that called legs inherit it.
                default: channel.Variables[key.TrimStart('_')] = value; break;
            }
        }
        if (number != channel.CallerNum || name != channel.CallerName)
        {
            (channel.CallerNum, channel.CallerName) = (number, name);
            pbx.Events.NewCallerId(channel);
        }
        pbx.Events.Connect(channel, connectedNumber, connectedName);
    }

    /// <summary>CONNECTEDLINE(name,i) without its options, in capitals.</summary>
    private static string Function(string key)
    {
        var comma = key.IndexOf(',', StringComparison.Ordinal);
        return (comma > 0 && key.EndsWith(')') ? key[..comma] + ")" : key).Replace("name-", "", StringComparison.Ordinal).ToUpperInvariant();
    }
}
