namespace Expand.Dialing.Pacing;

/// <summary>What a campaign's own attempts tell.</summary>
/// <param name="Answers">How many are answered, and how soon.</param>
/// <param name="Talks">How long is talked.</param>
internal sealed record Measured(AnswerTimes Answers, TalkTimes Talks)
{
    /// <summary>Of attempts so many of the newest are looked at: an answer rate is known to about 1 % by then, and more would only be older.</summary>
    public const int Newest = 2000;

    public static Measured Of(CampaignNow campaign, DateTimeOffset now, IEnumerable<AgentNow> agents) =>
        new(new(campaign, now), new(campaign.Recent, agents.Where(a => a.Activity == AgentActivity.Talking).Select(a => (now - a.Since).TotalSeconds)));
}
