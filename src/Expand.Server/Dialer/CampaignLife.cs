using Expand.Server.Platform;

namespace Expand.Server.Dialer;

/// <summary>Where a campaign is in its life (contract, product.md "Dialer engine"). The numbers are stored.</summary>
internal enum CampaignState : short
{
    /// <summary>Being set up.</summary>
    Incomplete = 0,

    /// <summary>Calls its contacts, unless it is paused.</summary>
    Active = 1,

    /// <summary>Ended: nobody is called any more.</summary>
    Finalized = 2,

    /// <summary>Put away.</summary>
    Stored = 3,
}

/// <summary>
/// The states of a campaign as a state machine without anything else: Incomplete → Active ⇄ paused → Finalized → Stored. A step to where it is already
/// is none; one that the machine does not have is a conflict.
/// </summary>
/// <param name="State">The state.</param>
/// <param name="Paused">Whether an active campaign is held up.</param>
internal readonly record struct CampaignLife(CampaignState State, bool Paused)
{
    /// <summary>How every campaign begins.</summary>
    public static readonly CampaignLife New = new(CampaignState.Incomplete, false);

    /// <summary>Whether it is over: its contacts are not called any more, and none are added.</summary>
    public bool HasEnded => State is CampaignState.Finalized or CampaignState.Stored;

    /// <summary>Begins, or goes on after a pause.</summary>
    public Result<CampaignLife> Activate() => State switch
    {
        CampaignState.Incomplete or CampaignState.Active => new CampaignLife(CampaignState.Active, false),
        _ => Refused("activated"),
    };

    public Result<CampaignLife> Pause() => State == CampaignState.Active ? this with { Paused = true } : Refused("paused");

    /// <summary>Goes on after a pause; one that has not begun is not begun by it.</summary>
    public Result<CampaignLife> Resume() => State == CampaignState.Active ? this with { Paused = false } : Refused("resumed");

    public Result<CampaignLife> End() => State switch
    {
        CampaignState.Active or CampaignState.Finalized => new CampaignLife(CampaignState.Finalized, false),
        _ => Refused("finalized"),
    };

    public Result<CampaignLife> Store() => HasEnded ? new CampaignLife(CampaignState.Stored, false) : Refused("stored");

    private Failure Refused(string what) => Failure.Conflict($"a campaign that is {State} cannot be {what}");
}
