using System.Security.Cryptography;
using System.Text;
using Expand.Simulator.Calls;
using Expand.Simulator.Engine;
using Microsoft.Extensions.Logging;

namespace Expand.Simulator.Ami;

/// <summary>Answers the actions of the sessions and sends them the events. Runs on the loop.</summary>
internal sealed class AmiDesk
{
    private readonly HashSet<AmiSession> sessions = [];
    private readonly Dictionary<string, Action<AmiSession, AmiRequest>> actions = new(StringComparer.OrdinalIgnoreCase);
    private readonly Pbx pbx;
    private readonly ILogger log;
    private int listeners;

    public AmiDesk(Pbx pbx, ILogger log)
    {
        (this.pbx, this.log) = (pbx, log);
        pbx.Broadcast = Broadcast;
        pbx.HasListeners = () => listeners > 0;
        actions["Logoff"] = (s, r) =>
        {
            Reply(s, r, "Goodbye", "Thanks for all the fish.");
            Forget(s);
            s.CloseAfterSending();
        };
        actions["Ping"] = (s, r) => Send(s, Response(r, "Success").Add("Ping", "Pong").Add("Timestamp", Text.Epoch(pbx.Now)));
        actions["Events"] = SetEvents;
        new CoreActions(this, pbx).Register(actions);
        new ListActions(this, pbx).Register(actions);
        new CallActions(this, pbx).Register(actions);
        new QueueActions(this, pbx).Register(actions);
    }

    public bool RefusesLogins { get; set; }

    public int ListenerCount => listeners;

    public void Received(AmiSession session, AmiRequest request)
    {
        if (request.ParseError is { } error)
        {
            Reply(session, request, "Error", error);
            return;
        }
        var action = request.Action;
        if (!session.LoggedIn)
        {
            if (action.Equals("Login", StringComparison.OrdinalIgnoreCase)) Login(session, request);
            else if (action.Equals("Challenge", StringComparison.OrdinalIgnoreCase)) Challenge(session, request);
            else if (action.Equals("Logoff", StringComparison.OrdinalIgnoreCase)) actions["Logoff"](session, request);
            else Reply(session, request, "Error", "Permission denied");
        }
        else if (action.Length == 0) Reply(session, request, "Error", "Missing action in request");
        else if (actions.TryGetValue(action, out var handler) && (pbx.Booted || !NeedsModules(action))) handler(session, request);
        else if (Refused.Contains(action) && !pbx.Options.SystemRights) Reply(session, request, "Error", "Permission denied");
        else Reply(session, request, "Error", $"Invalid/unknown command: {action}. Use Action: ListCommands to show available commands.");
    }

    public void Ended(AmiSession session) => Forget(session);

    public void ForgetAll()
    {
        sessions.Clear();
        listeners = 0;
    }

    public AmiEncoder Response(AmiRequest request, string kind) =>
        pbx.Events.Encoder.Start("Response", kind).AddIf(request.ActionId.Length > 0, "ActionID", request.ActionId);

    public void Reply(AmiSession session, AmiRequest request, string kind, string message) =>
        Send(session, Response(request, kind).Add("Message", message));

    public void StartList(AmiSession session, AmiRequest request, string message) =>
        Send(session, Response(request, "Success").Add("EventList", "start").Add("Message", message));

    public void EndList(AmiSession session, AmiRequest request, string name, int items, Action<AmiEncoder>? rest = null)
    {
        var e = pbx.Events.Encoder.Start("Event", name).AddIf(request.ActionId.Length > 0, "ActionID", request.ActionId)
            .Add("EventList", "Complete").Add("ListItems", items);
        rest?.Invoke(e);
        Send(session, e);
    }

    public void Send(AmiSession session, AmiEncoder packet) => Send(session, packet.End());

    private void Send(AmiSession session, byte[] packet)
    {
        session.Send(packet);
        if (session.UnreadBytes <= pbx.Options.MaxUnreadBytes) return;
        log.SlowReader(session.UnreadBytes);
        Forget(session);
        session.Abort();
    }

    /// <summary>Acts, answers, and only then lets the events of the act go: in Asterisk another thread sends them, behind the
    /// response most of the time.</summary>
    public void AnswerFirst<T>(Func<T> act, Action<T> answer)
    {
        var events = new List<(EventClass Kind, byte[] Packet)>();
        pbx.Broadcast = (kind, packet) => events.Add((kind, packet));
        T outcome;
        try
        {
            outcome = act();
        }
        finally
        {
            pbx.Broadcast = Broadcast;
        }
        answer(outcome);
        foreach (var (kind, packet) in events) Broadcast(kind, packet);
    }

    private void Broadcast(EventClass kind, byte[] packet)
    {
        if (listeners == 0) return;
        List<AmiSession>? slow = null;
        foreach (var session in sessions)
        {
            if (!session.Events) continue;
            session.Send(packet);
            if (session.UnreadBytes > pbx.Options.MaxUnreadBytes) (slow ??= []).Add(session);
        }
        foreach (var session in slow ?? [])
        {
            log.SlowReader(session.UnreadBytes);
            Forget(session);
            session.Abort();
        }
    }

    private void Login(AmiSession session, AmiRequest request)
    {
        if (RefusesLogins || !IsRight(session, request))
        {
            // Asterisk answers a wrong secret after a second.
            pbx.After(TimeSpan.FromSeconds(1), () =>
            {
                Reply(session, request, "Error", "Authentication failed");
                session.CloseAfterSending();
            });
            return;
        }
        session.LoggedIn = true;
        Reply(session, request, "Success", "Authentication accepted");
        if (pbx.Booted) Send(session, pbx.Events.FullyBootedPacket(withTimestamp: false));
        sessions.Add(session);
        Listen(session, request["Events"]);
    }

    private bool IsRight(AmiSession session, AmiRequest request)
    {
        if (request["Username"] != pbx.Options.Username) return false;
        if (!request["AuthType"].Equals("MD5", StringComparison.OrdinalIgnoreCase)) return request["Secret"] == pbx.Options.Secret;
        if (session.Challenge is null) return false;
#pragma warning disable CA5351 // The protocol's own digest.
        var expected = MD5.HashData(Encoding.UTF8.GetBytes(session.Challenge + pbx.Options.Secret));
#pragma warning restore CA5351
        return request["Key"].Equals(Convert.ToHexString(expected), StringComparison.OrdinalIgnoreCase);
    }

    private void Challenge(AmiSession session, AmiRequest request)
    {
        if (!request["AuthType"].Equals("MD5", StringComparison.OrdinalIgnoreCase))
        {
            Reply(session, request, "Error", "Must specify AuthType");
            return;
        }
        session.Challenge = Text.Number(RandomNumberGenerator.GetInt32(100_000_000, int.MaxValue));
        Send(session, Response(request, "Success").Add("Challenge", session.Challenge));
    }

    private void SetEvents(AmiSession session, AmiRequest request)
    {
        Listen(session, request["EventMask"]);
        Send(session, Response(request, "Success").Add("Events", session.Events ? "On" : "Off"));
    }

    private void Listen(AmiSession session, string mask)
    {
        session.Events = !(mask.Equals("off", StringComparison.OrdinalIgnoreCase) || mask.Equals("no", StringComparison.OrdinalIgnoreCase)
            || mask.Equals("false", StringComparison.OrdinalIgnoreCase));
        listeners = sessions.Count(s => s.Events);
    }

    private void Forget(AmiSession session)
    {
        if (sessions.Remove(session)) listeners = sessions.Count(s => s.Events);
        session.LoggedIn = false;
    }

    private static bool NeedsModules(string action) =>
        action.StartsWith("Queue", StringComparison.OrdinalIgnoreCase) || action.StartsWith("PJSIP", StringComparison.OrdinalIgnoreCase);

    /// <summary>Actions that exist and that the least-rights account may not use.</summary>
    private static readonly HashSet<string> Refused = new(StringComparer.OrdinalIgnoreCase)
    {
        "Command", "ModuleLoad", "ModuleCheck", "GetConfig", "UpdateConfig", "DBPut", "DBGet", "DBDel", "Filter", "Reload",
        "PJSIPShowContacts", "PJSIPShowAors", "PJSIPQualify", "MixMonitor",
    };
}
