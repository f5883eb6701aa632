using System.Globalization;
using Expand.Asterisk.Ami;

namespace Expand.Server.Pbx;

/// <summary>A call of the dialer to be made: ring the contact, then hand it to a queue or an extension.</summary>
/// <param name="ChannelId">The Uniqueid that the contact's channel will have; the call is known by it from the first event to the CDR.</param>
/// <param name="Channel">What is rung: the trunk's channel with the number.</param>
/// <param name="Exten">The queue, or the extension, that the contact comes to when it answers.</param>
/// <param name="Number">The contact's number: what queue, agents and records see as the caller.</param>
/// <param name="Name">The contact's name, as displays take it.</param>
/// <param name="CallerId">What the contact's phone shows; empty: what the trunk says.</param>
/// <param name="RingSeconds">How long the contact's phone rings at most.</param>
/// <param name="WaitSeconds">How long the contact waits for an agent at most.</param>
/// <param name="DetectsMachines">Whether it is listened for answering machines.</param>
internal sealed record DialOrder(
    string ChannelId, string Channel, string Exten, string Number, string Name, string CallerId, int RingSeconds, int WaitSeconds, bool DetectsMachines);

/// <summary>
/// Such an order as AMI's Originate. The caller ID of the channel is the contact's from the beginning, so that queue_log, events and CDR have it; what the
/// contact's phone shows is the connected line's. Measured on Asterisk 16 and 22.
/// </summary>
internal static class DialAction
{
    /// <summary>The dialplan's context for contacts who answered (deploy/asterisk).</summary>
    public const string Context = "expand-dialer";

    /// <summary>What the dialplan notes as the cause where a machine answered: none of Q.850.</summary>
    public const int MachineCause = 200;

    public static AmiAction Make(DialOrder order)
    {
        var action = new AmiAction("Originate")
        {
            { "Channel", order.Channel },
            { "Context", Context },
            { "Exten", order.Exten },
            { "Priority", "1" },
            { "Timeout", (order.RingSeconds * 1000).ToString(CultureInfo.InvariantCulture) },
            { "Async", "true" },
            { "ChannelId", order.ChannelId },
        };
        OriginateAction.Set(action, "CALLERID(name)", order.Name.Length > 0 ? order.Name : order.Number);
        OriginateAction.Set(action, "CALLERID(num)", order.Number);
        if (order.CallerId.Length > 0)
        {
            OriginateAction.Set(action, "CONNECTEDLINE(name,i)", order.CallerId);
            OriginateAction.Set(action, "CONNECTEDLINE(num,i)", order.CallerId);
        }

        // Runs when the channel ends without having been answered, and notes in the record what that does not tell by itself.
        OriginateAction.Set(action, "CHANNEL(hangup_handler_push)", $"expand-dialer-end,{order.Exten},1");
        OriginateAction.Set(action, "EXPAND_WAIT", order.WaitSeconds.ToString(CultureInfo.InvariantCulture));
        if (order.DetectsMachines) OriginateAction.Set(action, "EXPAND_MACHINES", "yes");
        return action;
    }
}
