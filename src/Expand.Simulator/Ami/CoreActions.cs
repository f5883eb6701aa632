using System.Globalization;
using Expand.Simulator.Calls;

namespace Expand.Simulator.Ami;

/// <summary>Actions about Asterisk itself and its variables.</summary>
internal sealed class CoreActions(AmiDesk desk, Pbx pbx)
{
    private readonly Dictionary<string, string> globals = new(StringComparer.Ordinal);

    public void Register(Dictionary<string, Action<AmiSession, AmiRequest>> actions)
    {
        actions["CoreSettings"] = CoreSettings;
        actions["CoreStatus"] = CoreStatus;
        actions["Getvar"] = Getvar;
        actions["Setvar"] = Setvar;
        actions["ExtensionState"] = ExtensionState;
    }

    private void CoreSettings(AmiSession session, AmiRequest request)
    {
        var modern = pbx.Options.Generation >= 22;
        var e = desk.Response(request, "Success").Add("AMIversion", PbxSimulator.Banner(pbx.Options.Generation))
            .Add("AsteriskVersion", modern ? "22.10.1" : "16.28.0").Add("SystemName", "").Add("CoreMaxCalls", "0")
            .Add("CoreMaxLoadAvg", "0.000000").Add("CoreRunUser", "").Add("CoreRunGroup", "").Add("CoreMaxFilehandles", "65536")
            .Add("CoreRealTimeEnabled", "Yes").Add("CoreCDRenabled", "Yes").Add("CoreHTTPenabled", "No");
        if (modern) e.Add("SoundsSearchCustomDir", "No");
        desk.Send(session, e);
    }

    private void CoreStatus(AmiSession session, AmiRequest request)
    {
        static string Day(DateTimeOffset t) => t.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        static string Hour(DateTimeOffset t) => t.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        desk.Send(session, desk.Response(request, "Success").Add("CoreStartupDate", Day(pbx.Started)).Add("CoreStartupTime", Hour(pbx.Started))
            .Add("CoreReloadDate", Day(pbx.Reloaded)).Add("CoreReloadTime", Hour(pbx.Reloaded))
            .Add("CoreCurrentCalls", pbx.Channels.Count(c => c.Records is not null)).Add("CoreProcessedCalls", pbx.ProcessedCalls));
    }

    private void Getvar(AmiSession session, AmiRequest request)
    {
        var variable = request["Variable"];
        if (variable.Length == 0)
        {
            desk.Reply(session, request, "Error", "No variable specified");
            return;
        }
        if (CallActions.IsDangerous(variable) && !pbx.Options.SystemRights)
        {
            desk.Reply(session, request, "Error", "GetVar Access Forbidden: Variable");
            return;
        }
        var name = request["Channel"];
        var channel = name.Length > 0 ? pbx.Find(name) : null;
        if (name.Length > 0 && channel is null)
        {
            desk.Reply(session, request, "Error", "No such channel");
            return;
        }
        desk.Send(session, desk.Response(request, "Success").Add("Variable", variable).Add("Value", Value(channel, variable)));
    }

    private string Value(SimChannel? channel, string variable)
    {
        if (Argument(variable, "DEVICE_STATE") is { } device)
            return pbx.Phones.ByDevice(device) is { } phone ? pbx.Devices.Of(phone) : "INVALID";
        if (Argument(variable, "EXTENSION_STATE") is { } extension)
            return pbx.Phones.Find(extension.Split('@')[0]) is { } hinted ? pbx.Devices.Of(hinted) : "UNKNOWN";
        if (Argument(variable, "PJSIP_ENDPOINT") is { } endpoint) return EndpointField(endpoint);
        if (channel is null) return globals.GetValueOrDefault(variable, "");
        return variable.ToUpperInvariant() switch
        {
            "CALLERID(ALL)" => channel.CallerId,
            "CALLERID(NUM)" => channel.CallerNum,
            "CALLERID(NAME)" => channel.CallerName,
            "CONNECTEDLINE(NUM)" => channel.ConnectedNum,
            "CONNECTEDLINE(NAME)" => channel.ConnectedName,
            "CHANNEL(UNIQUEID)" or "UNIQUEID" => channel.UniqueId,
            "CHANNEL(LINKEDID)" => channel.LinkedId,
            "CHANNEL" => channel.Name,
            "EXTEN" => channel.Exten,
            "CONTEXT" => channel.Context,
            _ => channel.Variables.GetValueOrDefault(variable, ""),
        };
    }

    private string EndpointField(string argument)
    {
        var parts = argument.Split(',', 2);
        if (parts.Length < 2 || pbx.Phones.Find(parts[0]) is not { } phone) return "";
        return parts[1].Trim() switch
        {
            "callerid" => $"\"{phone.Extension.Name}\" <{phone.Extension.Number}>",
            "context" => pbx.World.Context,
            "aors" => phone.Extension.Number,
            _ => "",
        };
    }

    private static string? Argument(string variable, string function) =>
        variable.StartsWith(function + "(", StringComparison.OrdinalIgnoreCase) && variable.EndsWith(')') ? variable[(function.Length + 1)..^1] : null;

    private void Setvar(AmiSession session, AmiRequest request)
    {
        var name = request["Channel"];
        if (name.Length == 0) globals[request["Variable"]] = request["Value"];
        else if (pbx.Find(name) is { } channel) channel.Variables[request["Variable"]] = request["Value"];
        else
        {
            desk.Reply(session, request, "Error", "No such channel");
            return;
        }
        desk.Reply(session, request, "Success", "Variable Set");
    }

    private void ExtensionState(AmiSession session, AmiRequest request)
    {
        var phone = pbx.Phones.Find(request["Exten"]);
        var hinted = phone is { IsTrunk: false, Extension.Hint: true };
        var (status, text) = hinted ? DeviceStates.Hint(pbx.Devices.Of(phone!)) : (-1, "Unknown");
        desk.Send(session, desk.Response(request, "Success").Add("Message", "Extension Status").Add("Exten", request["Exten"])
            .Add("Context", request["Context"]).Add("Hint", hinted ? phone!.Device : "").Add("Status", status).Add("StatusText", text));
    }
}
