namespace Expand.Dialing.Pacing;

/// <summary>A campaign in a snapshot: what it has, what it may place at most, and why nothing where that is so.</summary>
internal sealed class CampaignCase
{
    /// <param name="campaign">The campaign.</param>
    /// <param name="place">Its place in the snapshot.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="trunkRoom">Calls that its trunk takes.</param>
    public CampaignCase(CampaignNow campaign, int place, DialSnapshot snapshot, int trunkRoom)
    {
        (Campaign, Place, Now) = (campaign, place, snapshot.Now);
        Ringing = campaign.Calls.Count(c => c.AnsweredAt == null);
        Connected = campaign.Calls.Count(c => c.ConnectedAt != null);
        NeedsAgents = campaign.Queue.Length > 0 && campaign.Mode != DialingMode.Preview;
        Budget = new(campaign, snapshot.Now);
        var lines = campaign.MaxCalls - campaign.Calls.Count;
        Rest = campaign switch
        {
            { Held: { } held } => held,
            { Mode: DialingMode.Preview } => PlanReason.Preview,
            { Queue.Length: > 0 } when snapshot.IsStale => PlanReason.Stale,
            { Due: <= 0 } => PlanReason.NothingDue,
            _ when lines <= 0 => PlanReason.MaxCalls,
            _ when trunkRoom <= 0 => PlanReason.TrunkFull,
            _ => null,
        };
        Room = Rest == null ? Math.Min(campaign.Due, Math.Min(lines, trunkRoom)) : 0;
        Limit = Room >= campaign.Due ? null : lines <= trunkRoom ? PlanReason.MaxCalls : PlanReason.TrunkFull;
    }

    /// <summary>The campaign.</summary>
    public CampaignNow Campaign { get; }

    /// <summary>Its place in the snapshot.</summary>
    public int Place { get; }

    /// <summary>The snapshot's moment.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Its calls that nobody answered yet.</summary>
    public int Ringing { get; }

    /// <summary>Its calls that an agent talks on.</summary>
    public int Connected { get; }

    /// <summary>Its contacts who answered and have no agent yet.</summary>
    public int Waiting => Campaign.Calls.Count - Ringing - Connected;

    /// <summary>Whether its calls go to agents, and the dialer places them.</summary>
    public bool NeedsAgents { get; }

    /// <summary>Why it places nothing, whatever the agents do; null where it may.</summary>
    public PlanReason? Rest { get; }

    /// <summary>Calls that it would place if there were agents without end.</summary>
    public int Room { get; }

    /// <summary>What makes <see cref="Room"/> less than the contacts that are due; null where nothing does.</summary>
    public PlanReason? Limit { get; }

    /// <summary>What its cap leaves.</summary>
    public AbandonmentBudget Budget { get; }

    /// <summary>Whether it places calls for agents who are not free yet, or has done so.</summary>
    public bool MayDialAhead => Campaign.Mode == DialingMode.Predictive && !Budget.TooFew && (Rest == null || Ringing > 0);

    /// <summary>What its attempts tell; null where it does not dial ahead.</summary>
    public Measured? Measured { get; set; }

    /// <summary>Free agents to keep for its calls that ring: one for each, or for those that will be answered where it dials ahead.</summary>
    public int ToReserve => Measured is { } measured ? (int)Math.Ceiling(Ringing * measured.Answers.Rate) : Ringing;
}
