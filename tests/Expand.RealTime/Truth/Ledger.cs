using System.Collections.Concurrent;

namespace Expand.RealTime.Truth;

/// <summary>What really happened, as the phones and callers of the test know it; nothing of it comes from the server or from Asterisk's files.</summary>
internal sealed class Ledger
{
    /// <summary>The queues' calls by the number of their caller, which nobody else has.</summary>
    public ConcurrentDictionary<string, CallStory> Calls { get; } = new();

    public ConcurrentQueue<SessionStory> Sessions { get; } = new();

    /// <summary>What agents dialled, and who called them straight.</summary>
    public ConcurrentQueue<OutsideStory> Outside { get; } = new();

    /// <summary>When a phone was in use for a code that its agent dialled.</summary>
    public ConcurrentQueue<(string Agent, Moment From, Moment To)> Codes { get; } = new();

    /// <summary>What may not happen in a shift: an action that was refused, a phone that Asterisk forgot.</summary>
    public ConcurrentQueue<string> Anomalies { get; } = new();
}

internal enum OfferEnd
{
    Pending,
    Answered,
    RangOut,
    Rejected,
    CallerGone,
}

/// <summary>A queue's call at an agent's phone.</summary>
internal sealed class Offer(string agent, Moment rang)
{
    public string Agent => agent;

    public Moment Rang => rang;

    public OfferEnd Outcome { get; set; }

    public Moment Ended { get; set; }

    public override string ToString() => $"{agent} rung {rang}, {Outcome} {Ended}";
}

internal enum CallEnd
{
    None,
    Abandoned,
    ByCaller,
    ByAgent,
    Blind,
    Attended,
}

/// <summary>A caller of a queue.</summary>
internal sealed class CallStory(CallPlan plan)
{
    public CallPlan Plan => plan;

    /// <summary>Guards what caller and agents decide about each other.</summary>
    public Lock Gate { get; } = new();

    public Moment Dialled { get; set; }

    public Moment Entered { get; set; }

    public List<Offer> Offers { get; } = [];

    public string Agent { get; set; } = "";

    public Moment Connected { get; set; }

    public CallEnd End { get; set; }

    /// <summary>
    /// Asterisk itself wrote COMPLETEAGENT for a transfer, as 16 did once in 68 attended ones. The reports tell what it wrote
    /// (docs/decisions/0010-call-centre.md).
    /// </summary>
    public bool IsWrittenAsEndedByAgent { get; set; }

    /// <summary>The end that reports have to tell.</summary>
    public CallEnd Written => IsWrittenAsEndedByAgent ? CallEnd.ByAgent : End;

    /// <summary>When it ended for the queue.</summary>
    public Moment Ended { get; set; }

    /// <summary>Where it was handed on to.</summary>
    public string Destination { get; set; } = "";

    /// <summary>When the caller's own line ended.</summary>
    public Moment Left { get; set; }

    /// <summary>The caller decided to hang up; nobody answers any more.</summary>
    public bool CallerGone { get; set; }

    /// <summary>When an agent last did something about it.</summary>
    public DateTimeOffset LastAct { get; set; }

    public TaskCompletionSource Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<Offer> AllOffers
    {
        get { lock (Gate) return [.. Offers]; }
    }

    public override string ToString() =>
        $"{plan.Number} in {plan.Queue}: entered {Entered}; {string.Join("; ", AllOffers)}"
        + (Agent.Length > 0 ? $"; connected {Connected} with {Agent}" : "") + $"; {End} {Ended} {Destination}; left {Left}";
}

internal sealed class SessionStory(string queue, string agent, Moment began)
{
    public string Queue => queue;

    public string Agent => agent;

    public Moment Began => began;

    public Moment? Ended { get; set; }

    public ConcurrentQueue<PauseStory> Pauses { get; } = new();

    public PauseStory? Paused => Pauses.LastOrDefault(p => p.Ended is null);

    public override string ToString() => $"{agent} in {queue} {began} to {Ended}: {string.Join("; ", Pauses)}";
}

internal sealed class PauseStory(string cause, Moment began)
{
    public string Cause => cause;

    public Moment Began => began;

    public Moment? Ended { get; set; }

    /// <summary>Ended by the agent; not by a logout or by another reason.</summary>
    public bool Unpaused { get; set; }

    public override string ToString() => $"pause '{cause}' {began} to {Ended}";
}

/// <summary>A call that an agent made, or took straight at the phone.</summary>
internal sealed class OutsideStory(string number, string agent, string queue, bool outgoing, Moment began)
{
    /// <summary>The number outside, which nobody else has.</summary>
    public string Number => number;

    public string Agent => agent;

    /// <summary>The queue that it counts for: of those the agent was logged in to, the one logged in to first.</summary>
    public string Queue => queue;

    public bool Outgoing => outgoing;

    public Moment Began => began;

    public Moment? Answered { get; set; }

    public Moment Ended { get; set; }

    /// <summary>Whether the server was asked to make it (originateCall).</summary>
    public bool ByApi { get; init; }

    public Extent Talk => Answered is { } answered ? Extent.Passed(answered, Ended) : Extent.Zero;

    public override string ToString() =>
        $"{agent} {(outgoing ? ByApi ? "originated to" : "dialled" : "called by")} {number} {began}, {(Answered is { } at ? $"answered {at}" : "not answered")}, ended {Ended}, for {queue}";
}
