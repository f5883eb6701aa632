namespace Expand.Server.Pbx;

/// <summary>Names of Asterisk's channels: the device, a hyphen and a number, such as <c>PJSIP/701-0000004d</c>.</summary>
internal static class ChannelName
{
    /// <summary>The device of a channel: <c>PJSIP/701</c> of <c>PJSIP/701-0000004d</c>.</summary>
    public static string DeviceOf(string channel) => channel.LastIndexOf('-') is > 0 and var hyphen ? channel[..hyphen] : channel;
}
