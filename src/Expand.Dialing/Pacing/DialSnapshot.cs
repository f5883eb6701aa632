namespace Expand.Dialing.Pacing;

/// <summary>All that is to be known in order to say how many calls to place now. The planner looks at nothing else.</summary>
public sealed record DialSnapshot
{
    /// <summary>Now, UTC.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The campaigns that are active, in any order.</summary>
    public required IReadOnlyList<CampaignNow> Campaigns { get; init; }

    /// <summary>The agents who are logged in to a queue, each once. None where nobody knows (<see cref="IsStale"/>).</summary>
    public required IReadOnlyList<AgentNow> Agents { get; init; }

    /// <summary>Callers who wait in a queue now, whoever called: the dialer's contacts, and others. A queue without any may be left out.</summary>
    public IReadOnlyDictionary<string, int> Waiting { get; init; } = new Dictionary<string, int>();

    /// <summary>The trunks that campaigns call over.</summary>
    public IReadOnlyList<TrunkNow> Trunks { get; init; } = [];

    /// <summary>Whether the picture of agents and callers is not up to date: nothing is placed that needs an agent.</summary>
    public bool IsStale { get; init; }
}

/// <summary>A campaign that is active.</summary>
public sealed record CampaignNow
{
    /// <summary>Its id.</summary>
    public required int Id { get; init; }

    /// <summary>Who dials; nothing is placed for <see cref="DialingMode.Preview"/>.</summary>
    public required DialingMode Mode { get; init; }

    /// <summary>The queue that its answered calls go to; empty where they go to a fixed extension and need no agent.</summary>
    public string Queue { get; init; } = "";

    /// <summary>1 to 10; campaigns of a higher one take the agents that they share first.</summary>
    public int Priority { get; init; } = 5;

    /// <summary>Calls at once at most, those that are talked on included.</summary>
    public int MaxCalls { get; init; } = int.MaxValue;

    /// <summary>The trunk's name.</summary>
    public string Trunk { get; init; } = "";

    /// <summary>Of the contacts who answered, the part that may find no agent, 0 to 1 (0.03 is three of a hundred).</summary>
    public double AbandonmentCap { get; init; } = 0.03;

    /// <summary>How long a contact's phone rings at most.</summary>
    public TimeSpan RingTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it is that a contact who answered and waits for an agent is expected to stay.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Why it may not call at all now; null where it may.</summary>
    public PlanReason? Held { get; init; }

    /// <summary>Contacts that may be called now; counted up to some number that is more than one plan places.</summary>
    public required int Due { get; init; }

    /// <summary>Its calls that go on: asked for, ringing, waiting for an agent, talked on.</summary>
    public IReadOnlyList<CallNow> Calls { get; init; } = [];

    /// <summary>Its attempts that ended in the last <see cref="Window"/>, in the order of their ends.</summary>
    public IReadOnlyList<AttemptSample> Recent { get; init; } = [];

    /// <summary>The rolling window over which the abandonment rate is held.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>A call of a campaign that goes on.</summary>
/// <param name="AskedAt">When the PBX was asked for it.</param>
/// <param name="AnsweredAt">When the contact answered; null before.</param>
/// <param name="ConnectedAt">When an agent took it; null before.</param>
public sealed record CallNow(DateTimeOffset AskedAt, DateTimeOffset? AnsweredAt = null, DateTimeOffset? ConnectedAt = null);

/// <summary>An attempt that is over.</summary>
/// <param name="AskedAt">When the PBX was asked for it.</param>
/// <param name="AnsweredAt">When somebody, or a machine, answered; null where nobody did.</param>
/// <param name="ConnectedAt">When an agent took it; null where none did.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Outcome">How.</param>
public sealed record AttemptSample(
    DateTimeOffset AskedAt, DateTimeOffset? AnsweredAt, DateTimeOffset? ConnectedAt, DateTimeOffset EndedAt, Redial.AttemptOutcome Outcome);

/// <summary>What an agent does.</summary>
public enum AgentActivity
{
    /// <summary>Waits for a call.</summary>
    Free,

    /// <summary>The phone rings, or dials.</summary>
    Ringing,

    /// <summary>Talks.</summary>
    Talking,

    /// <summary>Rests after a call, and will be free by itself.</summary>
    WrapUp,

    /// <summary>Is paused, or not to be reached.</summary>
    Away,
}

/// <summary>An agent who is logged in.</summary>
/// <param name="Agent">The agent's number.</param>
/// <param name="Queues">The queues in which the agent takes calls: logged in there, and not paused there.</param>
/// <param name="Activity">What the agent does.</param>
/// <param name="Since">Since when.</param>
public sealed record AgentNow(string Agent, IReadOnlyList<string> Queues, AgentActivity Activity, DateTimeOffset Since);

/// <summary>A trunk.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Room">Calls that it takes now, beside those that go on; null: any number.</param>
public sealed record TrunkNow(string Name, int? Room);
