namespace Expand.Dialing.Pacing;

/// <summary>Why a campaign places as many calls as it does.</summary>
public enum PlanReason
{
    /// <summary>A call for each agent who is free.</summary>
    AgentsFree,

    /// <summary>Ahead of the agents, by the measured figures.</summary>
    Paced,

    /// <summary>Predictive, but too little is measured yet: a call for each agent who is free.</summary>
    Learning,

    /// <summary>More would put the abandonment rate over its cap: a call for each agent who is free.</summary>
    CapHeld,

    /// <summary>All that it wants, to a fixed extension.</summary>
    Unpaced,

    /// <summary>Agents are busy, and nobody is free soon enough.</summary>
    AgentsBusy,

    /// <summary>No agent takes calls of its queue.</summary>
    NoAgents,

    /// <summary>The agents are taken by campaigns of a higher priority, or by callers who wait.</summary>
    Priority,

    /// <summary>As many calls as it may have at once go on.</summary>
    MaxCalls,

    /// <summary>Its trunk takes no more.</summary>
    TrunkFull,

    /// <summary>No contact is due.</summary>
    NothingDue,

    /// <summary>Its agents dial.</summary>
    Preview,

    /// <summary>Outside its dates and hours, or on a holiday.</summary>
    Closed,

    /// <summary>It is paused.</summary>
    Paused,

    /// <summary>The register of numbers that are not to be called has expired.</summary>
    RegisterExpired,

    /// <summary>What happens in the PBX is not known at this moment.</summary>
    Stale,
}

/// <summary>What to place now.</summary>
/// <param name="Campaigns">Every campaign of the snapshot, in its order.</param>
public sealed record DialPlan(IReadOnlyList<CampaignDial> Campaigns);

/// <summary>What a campaign places now, and why.</summary>
public sealed record CampaignDial
{
    /// <summary>The campaign.</summary>
    public required int Campaign { get; init; }

    /// <summary>Calls to place, 0 or more.</summary>
    public required int Calls { get; init; }

    /// <summary>Why so many and no more.</summary>
    public required PlanReason Reason { get; init; }

    /// <summary>Agents of its queue who are free and for whom no caller waits.</summary>
    public int FreeAgents { get; init; }

    /// <summary>The part of the calls that somebody answers, as it is reckoned with; null where it is not.</summary>
    public double? AnswerRate { get; init; }

    /// <summary>Contacts who answered in the window.</summary>
    public int Answered { get; init; }

    /// <summary>Those of them who found no agent.</summary>
    public int Abandoned { get; init; }

    /// <summary>Calls under way for each agent who is free or will be soon; null where it is not paced.</summary>
    public double? Pace { get; init; }
}
