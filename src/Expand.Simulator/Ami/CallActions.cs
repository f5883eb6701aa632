using System.Globalization;
using Expand.Simulator.Calls;

namespace Expand.Simulator.Ami;

/// <summary>Originate, Hangup and BlindTransfer.</summary>
internal sealed class CallActions(AmiDesk desk, Pbx pbx)
{
    /// <summary>What an account without the class "system" may not run through Originate, in the order that manager.c looks.</summary>
    private static readonly string[] ForbiddenApps =
        ["System", "TrySystem", "Exec", "TryExec", "ExecIf", "AGI", "EAGI", "DeadAGI", "FastAGI", "MixMonitor", "ExternalIVR", "Originate",
         "ReadFile", "JACK"];

    public void Register(Dictionary<string, Action<AmiSession, AmiRequest>> actions)
    {
        actions["Originate"] = Originate;
        actions["Hangup"] = Hangup;
        actions["BlindTransfer"] = BlindTransfer;
    }

    public static bool IsDangerous(string text) =>
        text.Contains("SHELL", StringComparison.Ordinal) || text.Contains("EVAL", StringComparison.Ordinal)
        || text.Contains("CURL(", StringComparison.Ordinal) || text.Contains("FILE(", StringComparison.Ordinal);

    private void Originate(AmiSession session, AmiRequest request)
    {
        if (Read(session, request, out var refusal) is { } order)
        {
            // The channel does not exist yet when the answer is sent: a Hangup in the same packet finds none.
            if (order.Async) desk.Reply(session, request, "Success", "Originate successfully queued");
            pbx.After(TimeSpan.Zero, new OriginateCall(pbx, order).Start);
        }
        else
        {
            desk.Reply(session, request, "Error", refusal);
        }
    }

    private OriginateOrder? Read(AmiSession session, AmiRequest request, out string refusal)
    {
        var (channel, context, exten, app, data) =
            (request["Channel"], request["Context"], request["Exten"], request["Application"], request["Data"]);
        refusal = "";
        if (channel.Length == 0) refusal = "Channel not specified";
        else if (!channel.Contains('/', StringComparison.Ordinal)) refusal = "Invalid channel";
        else if (request["ChannelId"].Length > 149 || request["OtherChannelId"].Length > 149) refusal = "Uniqueid length exceeds maximum of 149";
        else if (request["Timeout"] is { Length: > 0 } text && !int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _))
            refusal = "Invalid timeout";
        else if (app.Length > 0 && !pbx.Options.SystemRights
            && (ForbiddenApps.Contains(app, StringComparer.OrdinalIgnoreCase) || IsDangerous(data)))
            refusal = "Originate Access Forbidden: app or data blacklisted";
        else if (app.Length == 0 && exten.Length > 0 && context.Length > 0 && !pbx.Dialplan.Exists(context, exten))
            refusal = "Extension does not exist.";
        if (refusal.Length > 0) return null;

        var (number, name) = AmiValues.CallerId(request["CallerID"]);
        var timeout = int.TryParse(request["Timeout"], NumberStyles.Integer, CultureInfo.InvariantCulture, out var ms) && ms > 0 ? ms : 30000;
        return new OriginateOrder(request.ActionId, channel, context, context.Length > 0 ? exten : "", app, data, TimeSpan.FromMilliseconds(timeout),
            number, name, [.. request.All("Variable").SelectMany(AmiValues.Variables)],
            request["ChannelId"], request["OtherChannelId"], request.IsTrue("Async"))
        {
            Finished = request.IsTrue("Async") ? null : done =>
                desk.Reply(session, request, done ? "Success" : "Error", done ? "Originate successfully queued" : "Originate failed"),
        };
    }

    private void Hangup(AmiSession session, AmiRequest request)
    {
        var name = request["Channel"];
        if (name.Length == 0)
        {
            desk.Reply(session, request, "Error", "No channel specified");
            return;
        }
        if (pbx.Find(name) is not { } channel)
        {
            desk.Reply(session, request, "Error", "No such channel");
            return;
        }
        desk.Reply(session, request, "Success", "Channel Hungup");
        _ = int.TryParse(request["Cause"], NumberStyles.Integer, CultureInfo.InvariantCulture, out var cause);
        channel.Part?.HangupAsked(channel, cause, HangupBy.Pbx);
    }

    private void BlindTransfer(AmiSession session, AmiRequest request)
    {
        var context = request["Context"] is { Length: > 0 } given ? given : pbx.World.Context;
        if (request["Channel"].Length == 0) desk.Reply(session, request, "Error", "No channel specified");
        else if (request["Exten"].Length == 0) desk.Reply(session, request, "Error", "No extension specified");
        else if (pbx.Find(request["Channel"]) is not { } channel)
            desk.Reply(session, request, "Error", "Channel specified does not exist");
        else
            desk.AnswerFirst(() => channel.Part?.Transfer(channel, context, request["Exten"], HangupBy.Pbx) == true,
                done => desk.Reply(session, request, done ? "Success" : "Error", done ? "Transfer succeeded" : "Transfer failed"));
    }
}
