using System.Globalization;
using Expand.Simulator.Calls;

namespace Expand.Simulator.Ami;

/// <summary>Actions that answer with a list of events: channels, devices, hints and endpoints.</summary>
internal sealed class ListActions(AmiDesk desk, Pbx pbx)
{
    public void Register(Dictionary<string, Action<AmiSession, AmiRequest>> actions)
    {
        actions["CoreShowChannels"] = CoreShowChannels;
        actions["Status"] = Status;
        actions["DeviceStateList"] = DeviceStateList;
        actions["ExtensionStateList"] = ExtensionStateList;
        actions["PJSIPShowEndpoints"] = ShowEndpoints;
        actions["PJSIPShowEndpoint"] = ShowEndpoint;
    }

    private AmiEncoder Item(AmiRequest request, string name) =>
        pbx.Events.Encoder.Start("Event", name).AddIf(request.ActionId.Length > 0, "ActionID", request.ActionId);

    private void CoreShowChannels(AmiSession session, AmiRequest request)
    {
        desk.StartList(session, request, "Channels will follow");
        foreach (var channel in pbx.Channels)
        {
            var up = pbx.Now - channel.Created;
            desk.Send(session, PbxEvents.Snapshot(Item(request, "CoreShowChannel"), "", channel)
                .Add("Application", channel.App).Add("ApplicationData", channel.AppData)
                .Add("Duration", string.Create(CultureInfo.InvariantCulture, $"{(int)up.TotalHours:D2}:{up.Minutes:D2}:{up.Seconds:D2}"))
                .Add("BridgeId", channel.Bridge?.Id ?? ""));
        }
        desk.EndList(session, request, "CoreShowChannelsComplete", pbx.ChannelCount);
    }

    private void Status(AmiSession session, AmiRequest request)
    {
        var name = request["Channel"];
        var one = name.Length > 0 ? pbx.Find(name) : null;
        if (name.Length > 0 && one is null)
        {
            desk.Reply(session, request, "Error", "No such channel");
            return;
        }
        desk.StartList(session, request, "Channel status will follow");
        var count = 0;
        foreach (var channel in one is null ? pbx.Channels : [one])
        {
            count++;
            desk.Send(session, StatusOf(channel).AddIf(request.ActionId.Length > 0, "ActionID", request.ActionId));
        }
        desk.EndList(session, request, "StatusComplete", count, e => e.Add("Items", count));
    }

    private AmiEncoder StatusOf(SimChannel channel) =>
        PbxEvents.Snapshot(pbx.Events.Encoder.Start("Event", "Status").Add("Privilege", "Call"), "", channel)
            .Add("Type", channel.IsLocal ? "Local" : "PJSIP").Add("DNID", "")
            .Add("EffectiveConnectedLineNum", PbxEvents.Known(channel.ConnectedNum))
            .Add("EffectiveConnectedLineName", PbxEvents.Known(channel.ConnectedName))
            .Add("TimeToHangup", "0").Add("BridgeID", channel.Bridge?.Id ?? "").Add("Application", channel.App).Add("Data", channel.AppData)
            .Add("Nativeformats", "(ulaw)").Add("Readformat", "ulaw").Add("Readtrans", "").Add("Writeformat", "ulaw").Add("Writetrans", "")
            .Add("Callgroup", "0").Add("Pickupgroup", "0").Add("Seconds", (long)(pbx.Now - channel.Created).TotalSeconds);

    private void DeviceStateList(AmiSession session, AmiRequest request)
    {
        desk.StartList(session, request, "Device State Changes will follow");
        var count = 0;
        foreach (var phone in pbx.Phones.All.Append(pbx.Phones.Trunk)) Device(phone.Device, pbx.Devices.Of(phone));
        foreach (var queue in pbx.Queues.All) Device($"Queue:{queue.Name}_avail", queue.AnnouncedFree ? "NOT_INUSE" : "INUSE");
        desk.EndList(session, request, "DeviceStateListComplete", count);

        void Device(string device, string state)
        {
            count++;
            desk.Send(session, Item(request, "DeviceStateChange").Add("Device", device).Add("State", state));
        }
    }

    private void ExtensionStateList(AmiSession session, AmiRequest request)
    {
        desk.StartList(session, request, "Extension Statuses will follow");
        var count = 0;
        foreach (var phone in pbx.Phones.All)
        {
            if (!phone.Extension.Hint) continue;
            count++;
            var (status, text) = DeviceStates.Hint(pbx.Devices.Of(phone));
            desk.Send(session, Item(request, "ExtensionStatus").Add("Exten", phone.Extension.Number).Add("Context", pbx.World.HintContext)
                .Add("Hint", phone.Device).Add("Status", status).Add("StatusText", text));
        }
        desk.EndList(session, request, "ExtensionStateListComplete", count);
    }

    private void ShowEndpoints(AmiSession session, AmiRequest request)
    {
        if (!pbx.Options.SystemRights)
        {
            desk.Reply(session, request, "Error", "Permission denied");
            return;
        }
        desk.StartList(session, request, "A listing of Endpoints follows, presented as EndpointList events");
        var count = 0;
        foreach (var phone in pbx.Phones.All.Append(pbx.Phones.Trunk))
        {
            count++;
            desk.Send(session, Item(request, "EndpointList").Add("ObjectType", "endpoint").Add("ObjectName", phone.Extension.Number)
                .Add("Transport", "").Add("Aor", phone.Extension.Number).Add("Auths", "").Add("OutboundAuths", "")
                .Add("Contacts", Contact(phone) is { Length: > 0 } contact ? contact + "," : "")
                .Add("DeviceState", Spoken(pbx.Devices.Of(phone))).Add("ActiveChannels", phone.Channels.Count));
        }
        desk.EndList(session, request, "EndpointListComplete", count);
    }

    private void ShowEndpoint(AmiSession session, AmiRequest request)
    {
        if (!pbx.Options.SystemRights)
        {
            desk.Reply(session, request, "Error", "Permission denied");
            return;
        }
        if (pbx.Phones.Find(request["Endpoint"]) is not { } phone)
        {
            desk.Reply(session, request, "Error", $"Unable to retrieve endpoint {request["Endpoint"]}");
            return;
        }
        desk.StartList(session, request, "Following are Events for each object associated with the Endpoint");
        var number = phone.Extension.Number;
        desk.Send(session, Item(request, "EndpointDetail").Add("ObjectType", "endpoint").Add("ObjectName", number).Add("Aors", number)
            .Add("Context", pbx.World.Context).Add("Callerid", $"\"{phone.Extension.Name}\" <{number}>")
            .Add("DeviceState", Spoken(pbx.Devices.Of(phone))).Add("ActiveChannels", phone.Channels.Count));
        desk.Send(session, Item(request, "AorDetail").Add("ObjectType", "aor").Add("ObjectName", number).Add("Contacts", Contact(phone))
            .Add("TotalContacts", Contact(phone).Length > 0 ? 1 : 0).Add("EndpointName", number));
        desk.EndList(session, request, "EndpointDetailComplete", 2);
    }

    private static string Contact(SimPhone phone) =>
        phone.IsTrunk || phone.Extension.Behaviour.Registered ? $"{phone.Extension.Number}/sip:{phone.Extension.Number}@127.0.0.1" : "";

    private static string Spoken(string state) => state switch
    {
        "NOT_INUSE" => "Not in use",
        "INUSE" => "In use",
        "BUSY" => "Busy",
        "RINGING" => "Ringing",
        "RINGINUSE" => "Ring+Inuse",
        _ => "Unavailable",
    };
}
