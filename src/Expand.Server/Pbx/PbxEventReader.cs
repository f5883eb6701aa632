using System.Collections.Frozen;
using System.Globalization;
using Expand.Asterisk.Ami;

namespace Expand.Server.Pbx;

/// <summary>AMI events to facts. Header names as Asterisk 16 to 22 send them; those of the queues are read by <see cref="QueueEventReader"/>.</summary>
internal static class PbxEventReader
{
    /// <summary>The events that become facts.</summary>
    public static readonly IReadOnlySet<string> Events = new HashSet<string>(
        ["Newchannel", "DialBegin", "DialEnd", "Hangup", "OriginateResponse", "MixMonitorStart", "DeviceStateChange", "Reload", .. QueueEventReader.Events],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Their names in upper case, however Asterisk writes them.</summary>
    private static readonly FrozenDictionary<string, string> Names =
        Events.ToFrozenDictionary(name => name, name => name.ToUpperInvariant(), StringComparer.OrdinalIgnoreCase);

    public static PbxFact? Read(AmiMessage message, DateTimeOffset at) => Read(message.AsPacket(), at);

    /// <summary>An event in the receive buffer.</summary>
    public static PbxFact? Read(scoped in AmiPacket message, DateTimeOffset at) => Names.GetValueOrDefault(message.Name) switch
    {
        "NEWCHANNEL" when message["Uniqueid"] is { } id => new ChannelStarted(
            at, id, message["Linkedid"] ?? id, message["Channel"] ?? "", AmiText.Known(message["CallerIDNum"]),
            // State 4: the channel dials us. A leg that is dialled begins in state 0, with an extension that says nothing.
            AmiText.Number(message["ChannelState"]) == 4 ? AmiText.Known(message["Exten"]) : ""),
        "DIALBEGIN" when message["DestUniqueid"] is { } to => new DialStarted(
            at, message["Uniqueid"], to, message["DestLinkedid"] ?? to, message["Channel"] ?? "", AmiText.Known(message["Exten"])),
        "DIALEND" when message["DestUniqueid"] is { } to =>
            new DialEnded(at, message["Uniqueid"], to, message["DestLinkedid"] ?? to, message["DialStatus"] ?? ""),
        "HANGUP" when message["Uniqueid"] is { } id => new ChannelEnded(at, id, message["Linkedid"] ?? id, AmiText.Number(message["Cause"])),
        "ORIGINATERESPONSE" when message["Uniqueid"] is { } id =>
            new OriginateEnded(at, id, string.Equals(message["Response"], "Success", StringComparison.OrdinalIgnoreCase), AmiText.Number(message["Reason"])),
        "MIXMONITORSTART" when message["Uniqueid"] is { } id => new RecordingStarted(at, id),
        "DEVICESTATECHANGE" when message["Device"] is { } device => new DeviceChanged(at, device, State(message["State"])),
        "RELOAD" => new PbxReloaded(at),
        { } name => QueueEventReader.Read(name, message, at),
        null => null,
    };

    /// <summary>An item of <c>CoreShowChannels</c>.</summary>
    public static LiveChannel? Channel(AmiMessage message) =>
        message["Uniqueid"] is { } id
            ? new LiveChannel(id, message["Linkedid"] ?? id, message["Channel"] ?? "", AmiText.Number(message["ChannelState"]), message["BridgeId"] ?? "")
            {
                Number = AmiText.Known(message["CallerIDNum"]),
                CallerName = AmiText.Known(message["CallerIDName"]),
                Dialled = AmiText.Known(message["Exten"]),
                Application = message["Application"] ?? "",
                Data = message["ApplicationData"] ?? "",
                Age = AmiText.Duration(message["Duration"]),
            }
            : null;

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

    /// <summary>What headers mean as text: AMI has no types.</summary>
    internal static class AmiText
    {
        public static int Number(string? text) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : 0;

        /// <summary>Asterisk's word for a caller ID that it does not have becomes the empty text.</summary>
        public static string Known(string? text) => text is null or "<unknown>" ? "" : text;

        /// <summary>Whole seconds since 1970; null where there was no such instant (0).</summary>
        public static DateTimeOffset? Seconds(string? text) =>
            long.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 253_402_300_800
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : null;

        /// <summary>The <c>Timestamp</c> header: seconds since 1970 with microseconds; null where <c>timestampevents</c> is off.</summary>
        public static DateTimeOffset? Instant(scoped in AmiPacket message) =>
            message.TryGetValue("Timestamp", out var text)
            && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 253_402_300_800
                ? DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond))
                : null;

        /// <summary><c>HH:MM:SS</c>, where the hours go on beyond 24.</summary>
        public static TimeSpan Duration(string? text)
        {
            var parts = (text ?? "").Split(':');
            return parts.Length == 3 ? new TimeSpan(Number(parts[0]), Number(parts[1]), Number(parts[2])) : TimeSpan.Zero;
        }
    }
}
