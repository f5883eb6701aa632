using Expand.Server.Dialer;
using Expand.Server.Platform;

namespace Expand.Server.Tests.Dialer;

/// <summary>Every step of the campaigns' state machine, from everywhere.</summary>
public sealed class CampaignLifeTests
{
    private static readonly CampaignLife Active = new(CampaignState.Active, false);
    private static readonly CampaignLife Paused = new(CampaignState.Active, true);
    private static readonly CampaignLife Finalized = new(CampaignState.Finalized, false);
    private static readonly CampaignLife Stored = new(CampaignState.Stored, false);

    [Fact]
    public void Every_step_leads_where_the_contract_says_or_is_a_conflict()
    {
        CampaignLife?[] Steps(CampaignLife life) => [To(life.Activate()), To(life.Pause()), To(life.Resume()), To(life.End()), To(life.Store())];
        Assert.Equal([Active, null, null, null, null], Steps(CampaignLife.New));
        Assert.Equal([Active, Paused, Active, Finalized, null], Steps(Active));
        Assert.Equal([Active, Paused, Active, Finalized, null], Steps(Paused));
        Assert.Equal([null, null, null, Finalized, Stored], Steps(Finalized));
        Assert.Equal([null, null, null, null, Stored], Steps(Stored));
    }

    [Fact]
    public void A_refusal_says_from_where_to_where() => Assert.Equal("a campaign that is Stored cannot be activated", Stored.Activate().Failure?.Message);

    [Fact]
    public void Only_what_is_over_takes_no_contacts() =>
        Assert.Equal([false, false, false, true, true], new[] { CampaignLife.New, Active, Paused, Finalized, Stored }.Select(l => l.HasEnded));

    private static CampaignLife? To(Result<CampaignLife> step)
    {
        if (step.Failure is not { } failure) return step.Value;
        Assert.Equal(FailureKind.Conflict, failure.Kind);
        return null;
    }
}
