using System.Globalization;
using Expand.Asterisk.Ami;

namespace Expand.Server.Pbx;

/// <summary>How somebody joins a call that others talk on.</summary>
public enum SpyMode
{
    /// <summary>Hears both sides, and is heard by nobody.</summary>
    Listen,

    /// <summary>Hears both sides, and is heard by the agent alone.</summary>
    Whisper,

    /// <summary>Hears both sides, and is heard by both.</summary>
    Barge,
}

/// <summary>A phone to be rung, to hear another channel when it is picked up.</summary>
/// <param name="ChannelId">The Uniqueid that the phone's channel will have.</param>
/// <param name="Phone">The extension that is rung.</param>
/// <param name="Target">The Uniqueid of the channel that is heard: that one and no other.</param>
/// <param name="Mode">Who hears the phone.</param>
/// <param name="ShownNumber">The number that the phone shows.</param>
/// <param name="ShownName">The name that the phone shows.</param>
/// <param name="RingSeconds">How long it may ring.</param>
internal sealed record SpyOrder(
    string ChannelId, Extension Phone, string Target, SpyMode Mode, string ShownNumber, string ShownName, int RingSeconds);

/// <summary>
/// A spying order as AMI's Originate with the application ChanSpy, which the class <c>originate</c> may run without <c>system</c> (measured on Asterisk 16
/// and 22). ChanSpy takes a prefix of names; with <c>u</c> it is a Uniqueid, and no other channel can be reached, neither by keys. <c>q</c>: no beep
/// and no name spoken, <c>E</c> and <c>S</c>: it ends with the channel, and at once where that is gone already.
/// </summary>
internal static class SpyAction
{
    public static AmiAction Make(SpyOrder order)
    {
        var options = "quES" + order.Mode switch { SpyMode.Whisper => "w", SpyMode.Barge => "B", _ => "" };
        var action = new AmiAction("Originate")
        {
            { "Channel", order.Phone.Channel },
            { "Application", "ChanSpy" },
            { "Data", $"{order.Target},{options}" },
            { "Timeout", (order.RingSeconds * 1000).ToString(CultureInfo.InvariantCulture) },
            { "Async", "true" },
            { "ChannelId", order.ChannelId },
        };
        // Nobody's call: it would stand in the reports as one from the phone to nowhere.
        Set(action, "CDR_PROP(disable)", "1");
        Set(action, "CONNECTEDLINE(name,i)", order.ShownName);
        Set(action, "CONNECTEDLINE(num,i)", order.ShownNumber);
        return action;
    }

    private static void Set(AmiAction action, string variable, string value) => action.Add("Variable", $"{variable}={OriginateAction.Escaped(value)}");
}

/// <summary>Commands about hearing the calls of others. Who may, and that it is written down before, is the use case's (<c>Calls/Listening</c>).</summary>
internal sealed class PbxSpying(PbxConnection connection, ILogger<PbxSpying> log)
{
    /// <summary>Asks for it, once: events tell the rest.</summary>
    public async Task<OrderAnswer> SpyAsync(SpyOrder order, CancellationToken ct)
    {
        try
        {
            var answer = await connection.Client.SendAsync(SpyAction.Make(order), ct);
            if (answer.IsSuccess) return OrderAnswer.Accepted;
            log.OriginateRefused(order.ChannelId, answer.MessageText);
            return OrderAnswer.Refused;
        }
        catch (AmiConnectionLostException lost)
        {
            log.OriginateUnsent(order.ChannelId, lost.Message);
            return lost.MayHaveBeenSent ? OrderAnswer.Unknown : OrderAnswer.Unreachable;
        }
        catch (TimeoutException)
        {
            log.OriginateUnanswered(order.ChannelId);
            return OrderAnswer.Unknown;
        }
    }
}
