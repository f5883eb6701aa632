namespace Expand.Server.Activity;

/// <summary>
/// The bookkeeping: a line of Asterisk's queue_log after the other becomes activities, sessions, pauses and calls. It begins with what is
/// open in the database and knows nothing of it; what it makes or changes is saved by <see cref="ActivityLedger"/>.
/// </summary>
internal sealed partial class ActivityBook(string pbx, Sightings seen, TimeSpan ringTime)
{
    private readonly Dictionary<(string Queue, string Agent), AgentSession> sessions = [];
    private readonly Dictionary<AgentSession, AgentPause> pauses = [];
    private readonly Dictionary<(string UniqueId, string Agent), AgentCall> talks = [];
    private readonly Dictionary<(string Queue, string Agent), SessionDoubt> doubts = [];

    /// <summary>Activities to be written, in their order.</summary>
    public List<QueueActivity> Activities { get; } = [];

    /// <summary>Sessions, pauses, calls and doubts that are new.</summary>
    public List<object> Added { get; } = [];

    /// <summary>Doubts that are settled.</summary>
    public List<SessionDoubt> Settled { get; } = [];

    /// <summary>The rings seen on AMI that these lines told the end of.</summary>
    public HashSet<string> RingsTaken { get; } = new(StringComparer.Ordinal);

    /// <summary>When an agent last did not take a call that others may ring for still, by its Uniqueid.</summary>
    public Dictionary<string, DateTimeOffset> LastMissed { get; } = new(StringComparer.Ordinal);

    /// <summary>The newest sign of life of Asterisk so far; null before the first.</summary>
    public DateTimeOffset? AliveAt { get; set; }

    /// <summary>Who is logged in.</summary>
    public IEnumerable<AgentSession> Sessions => sessions.Values;

    /// <summary>Calls that an agent talks on.</summary>
    public IEnumerable<AgentCall> Talks => talks.Values;

    /// <summary>Who may be logged in since Asterisk started again.</summary>
    public IEnumerable<SessionDoubt> Doubts => doubts.Values;

    /// <summary>Puts back what was open before these lines.</summary>
    public void Restore(IEnumerable<AgentSession> open, IEnumerable<AgentPause> paused, IEnumerable<AgentCall> talking, IEnumerable<SessionDoubt> doubtful)
    {
        foreach (var session in open) sessions[(session.Queue, session.Agent)] = session;
        foreach (var pause in paused) pauses[pause.Session] = pause;
        foreach (var call in talking) talks[(call.UniqueId, call.Agent)] = call;
        foreach (var doubt in doubtful) doubts[(doubt.Queue, doubt.Agent)] = doubt;
    }

    /// <summary>Whether that agent is paused in that session.</summary>
    public AgentPause? PauseOf(AgentSession session) => pauses.GetValueOrDefault(session);

    /// <summary>Takes a line. Lines of other purposes (penalties, reloads, …) tell nothing here.</summary>
    public void Take(QueueLogLine line)
    {
        switch (line.Event)
        {
            case "QUEUESTART":
                AsteriskStarted(line.At);
                break;
            case "ADDMEMBER":
                LogIn(line.Queue, line.Agent, line.At, seen.DeviceOf(line.Queue, line.Agent, line.At));
                if (line[1] == "PAUSED") Pause(line.Queue, line.Agent, line.At, "");
                break;
            case "REMOVEMEMBER":
                LogOut(line.Queue, line.Agent, line.At);
                break;
            case "DEVICE":
                // Written by our dialplan after a login at the phone, and by us after one by the API: ADDMEMBER does not tell where.
                if (Session(line) is { } here && line[1].Length > 0) here.Device = line[1];
                break;
            case "PAUSE":
                Pause(line.Queue, line.Agent, line.At, line[1]);
                break;
            case "UNPAUSE":
                Unpause(line.Queue, line.Agent, line.At);
                break;
            default:
                TakeCall(line);
                break;
        }

        if (AliveAt is null || line.At > AliveAt) AliveAt = line.At;
    }

    /// <summary>Begins a session; one that lasts already goes on.</summary>
    public AgentSession LogIn(string queue, string agent, DateTimeOffset at, string? device)
    {
        if (sessions.TryGetValue((queue, agent), out var session)) return session;
        // Added again: Asterisk had not kept it.
        if (doubts.Remove((queue, agent), out var doubt)) Settle(doubt);
        return Begin(queue, agent, at, device);
    }

    /// <summary>Ends a session and its pause.</summary>
    public void LogOut(string queue, string agent, DateTimeOffset at)
    {
        if (Session(queue, agent) is not { } session) return;
        if (pauses.Remove(session, out var pause)) pause.EndedAt = Later(pause.BeganAt, at);
        session.EndedAt = Later(session.BeganAt, at);
        sessions.Remove((queue, agent));
        Tell(at, queue, QueueAction.Logout, agent: agent);
    }

    /// <summary>Turns a doubt into the session that it was: Asterisk had kept the login, and the pause unless it is known that it had not.</summary>
    public AgentSession Confirm(SessionDoubt doubt, bool keptPause = true)
    {
        doubts.Remove((doubt.Queue, doubt.Agent));
        Settle(doubt);
        var session = Begin(doubt.Queue, doubt.Agent, doubt.Since, doubt.Device);
        if (doubt.Paused && keptPause) Pause(doubt.Queue, doubt.Agent, doubt.Since, doubt.Cause);
        return session;
    }

    /// <summary>Drops a doubt: Asterisk had not kept the login.</summary>
    public void Dismiss(SessionDoubt doubt)
    {
        doubts.Remove((doubt.Queue, doubt.Agent));
        Settle(doubt);
    }

    /// <summary>Begins a pause, or changes the reason of the one that lasts.</summary>
    public void Pause(string queue, string agent, DateTimeOffset at, string cause)
    {
        if (Session(queue, agent) is not { } session) return;
        if (pauses.TryGetValue(session, out var pause))
        {
            // Asterisk logs a pause of who is paused: the same reason is no news, another one begins here.
            if (pause.Cause == cause) return;
            pause.EndedAt = Later(pause.BeganAt, at);
        }

        var begun = new AgentPause { Session = session, Queue = queue, Agent = agent, Cause = cause, BeganAt = at };
        pauses[session] = begun;
        Added.Add(begun);
        Tell(at, queue, QueueAction.Pause, agent: agent, cause: cause);
    }

    /// <summary>Ends a pause; who is not paused stays so.</summary>
    public void Unpause(string queue, string agent, DateTimeOffset at)
    {
        if (Session(queue, agent) is not { } session || !pauses.Remove(session, out var pause)) return;
        pause.EndedAt = Later(pause.BeganAt, at);
        Tell(at, queue, QueueAction.Unpause, agent: agent);
    }

    /// <summary>
    /// A new life of Asterisk: whatever was open ended with the old one, at its last sign of life. Logins that it may have kept are
    /// doubtful until something is heard of them.
    /// </summary>
    private void AsteriskStarted(DateTimeOffset at)
    {
        var last = AliveAt < at ? AliveAt.Value : at;
        if (seen.LostBefore(at) is { } lost && lost > last) last = Sightings.WholeSecond(lost);
        foreach (var doubt in doubts.Values.ToList()) Dismiss(doubt);
        foreach (var call in talks.Values) call.TalkTo = Later(call.TalkFrom!.Value, last);
        talks.Clear();
        foreach (var session in sessions.Values.OrderBy(s => s.Queue, StringComparer.Ordinal).ThenBy(s => s.Agent, StringComparer.Ordinal).ToList())
        {
            var pause = pauses.GetValueOrDefault(session);
            LogOut(session.Queue, session.Agent, last);
            var doubt = new SessionDoubt
            {
                Pbx = pbx,
                Queue = session.Queue,
                Agent = session.Agent,
                Device = session.Device,
                Since = at,
                Paused = pause is not null,
                Cause = pause?.Cause ?? "",
            };
            doubts[(session.Queue, session.Agent)] = doubt;
            Added.Add(doubt);
        }
    }

    private AgentSession Begin(string queue, string agent, DateTimeOffset at, string? device)
    {
        var session = new AgentSession { Pbx = pbx, Queue = queue, Agent = agent, Device = device, BeganAt = at };
        sessions[(queue, agent)] = session;
        Added.Add(session);
        Tell(at, queue, QueueAction.Login, agent: agent);
        return session;
    }

    /// <summary>The session that lasts; a trace of an agent whose login was doubtful confirms it.</summary>
    private AgentSession? Session(string queue, string agent) =>
        sessions.TryGetValue((queue, agent), out var session) ? session : doubts.TryGetValue((queue, agent), out var doubt) ? Confirm(doubt) : null;

    private AgentSession? Session(QueueLogLine line) => Session(line.Queue, line.Agent);

    private void Settle(SessionDoubt doubt)
    {
        if (!Added.Remove(doubt)) Settled.Add(doubt);
    }

    private void Tell(
        DateTimeOffset at, string queue, QueueAction action, string uniqueId = "", string agent = "", string callerId = "", int? wait = null, string cause = "") =>
        Activities.Add(new QueueActivity
        {
            Pbx = pbx,
            At = at,
            Queue = queue,
            Action = action,
            UniqueId = uniqueId,
            Agent = agent,
            CallerId = callerId,
            WaitSeconds = wait,
            Destination = "",
            Cause = cause,
        });

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
