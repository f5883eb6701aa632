using System.Globalization;
using System.Text;
using Expand.Asterisk.Ami;

namespace Expand.Server.Pbx;

/// <summary>
/// An order as AMI's Originate. Both caller IDs go as variables: the <c>CallerID</c> header would show the source its own name.
/// Measured on Asterisk 16 and 22 (docs/decisions/0007-originate.md).
/// </summary>
internal static class OriginateAction
{
    public static AmiAction Make(CallOrder order, Extension? source, PbxOptions pbx)
    {
        var action = new AmiAction("Originate")
        {
            // A number that is no extension goes out as an extension would dial it; /n keeps the pair, and with it our id, alive.
            { "Channel", source?.Channel ?? $"Local/{order.Source}@{pbx.Context}/n" },
            { "Context", pbx.Context },
            { "Exten", order.Destination },
            { "Priority", "1" },
            { "Timeout", (order.RingSeconds * 1000).ToString(CultureInfo.InvariantCulture) },
            { "Async", "true" },
            { "ChannelId", order.ChannelId },
        };
        if (source is null) action.Add("OtherChannelId", OtherHalf(order.ChannelId));

        // "i": no re-INVITE for what the first INVITE already shows.
        Set(action, "CALLERID(name)", order.SourceName.Length > 0 ? order.SourceName : order.Source);
        Set(action, "CALLERID(num)", order.Source);
        Set(action, "CONNECTEDLINE(name,i)", order.DestinationName.Length > 0 ? order.DestinationName : order.Destination);
        Set(action, "CONNECTEDLINE(num,i)", order.Destination);
        // What our dialplan's Dial takes: how long the destination rings, and that the source's display stays as it is.
        Set(action, "EXPAND_RINGTIME", order.RingSeconds.ToString(CultureInfo.InvariantCulture));
        Set(action, "EXPAND_DIALOPTIONS", "I");
        return action;
    }

    /// <summary>The Uniqueid of a Local channel's second half.</summary>
    public static string OtherHalf(string channelId) => channelId + "-2";

    internal static void Set(AmiAction action, string variable, string value) => action.Add("Variable", $"{variable}={Escaped(value)}");

    /// <summary>Asterisk splits a Variable header into arguments: these seven characters mean something there, and only there.</summary>
    internal static string Escaped(string value)
    {
        var text = new StringBuilder(value.Length + 8);
        foreach (var c in value)
        {
            if (c is '\\' or '"' or ',' or '(' or ')' or '[' or ']') text.Append('\\');
            text.Append(c);
        }

        return text.ToString();
    }
}
