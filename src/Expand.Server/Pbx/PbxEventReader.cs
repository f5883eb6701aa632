using System.Globalization;
using Expand.Asterisk.Ami;

namespace Expand.Server.Pbx;

/// <summary>AMI events to facts. Header names as Asterisk 16 to 22 send them.</summary>
internal static class PbxEventReader
{
    public static PbxFact? Read(AmiMessage message, DateTimeOffset at) => message.Name.ToUpperInvariant() switch
    {
        "NEWCHANNEL" when message["Uniqueid"] is { } id => new ChannelStarted(at, id, message["Linkedid"] ?? id, message["Channel"] ?? ""),
        "DIALBEGIN" when message["DestUniqueid"] is { } to => new DialStarted(at, message["Uniqueid"], to, message["DestLinkedid"] ?? to),
        "DIALEND" when message["DestUniqueid"] is { } to =>
            new DialEnded(at, message["Uniqueid"], to, message["DestLinkedid"] ?? to, message["DialStatus"] ?? ""),
        "HANGUP" when message["Uniqueid"] is { } id => new ChannelEnded(at, id, message["Linkedid"] ?? id, Number(message["Cause"])),
        "ORIGINATERESPONSE" when message["Uniqueid"] is { } id =>
            new OriginateEnded(at, id, string.Equals(message["Response"], "Success", StringComparison.OrdinalIgnoreCase), Number(message["Reason"])),
        "DEVICESTATECHANGE" when message["Device"] is { } device => new DeviceChanged(at, device, State(message["State"])),
        "RELOAD" => new PbxReloaded(at),
        _ => null,
    };

    public static LiveChannel? Channel(AmiMessage message) =>
        message["Uniqueid"] is { } id
            ? new LiveChannel(id, message["Linkedid"] ?? id, message["Channel"] ?? "", Number(message["ChannelState"]), message["BridgeId"] ?? "")
            : null;

    private static int Number(string? text) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static DeviceState State(string? text) => text switch
    {
        "NOT_INUSE" => DeviceState.NotInUse,
        "INUSE" => DeviceState.InUse,
        "BUSY" => DeviceState.Busy,
        "INVALID" => DeviceState.Invalid,
        "UNAVAILABLE" => DeviceState.Unavailable,
        "RINGING" => DeviceState.Ringing,
        "RINGINUSE" => DeviceState.RingInUse,
        "ONHOLD" => DeviceState.OnHold,
        _ => DeviceState.Unknown,
    };
}
