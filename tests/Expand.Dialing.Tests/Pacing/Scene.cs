using Expand.Dialing.Pacing;
using Expand.Dialing.Redial;

namespace Expand.Dialing.Tests.Pacing;

/// <summary>Snapshots in a few words.</summary>
internal static class Scene
{
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 15, 0, 0, TimeSpan.Zero);

    public static CampaignNow Campaign(int id = 1, string queue = "ventas", DialingMode mode = DialingMode.Progressive) =>
        new() { Id = id, Mode = mode, Queue = queue, Due = 1000 };

    public static DialSnapshot With(IEnumerable<AgentNow> agents, params CampaignNow[] campaigns) =>
        new() { Now = Now, Campaigns = campaigns, Agents = [.. agents] };

    public static IEnumerable<AgentNow> Agents(int count, AgentActivity activity, params string[] queues) =>
        Enumerable.Range(0, count).Select(i => new AgentNow($"{string.Join('-', queues)}-{activity}-{i}", queues.Length == 0 ? ["ventas"] : queues, activity,
            Now.AddSeconds(-5 - (i * 7 % 240))));

    public static CallNow[] Ringing(int count, int seconds = 3) => [.. Enumerable.Repeat(new CallNow(Now.AddSeconds(-seconds)), count)];

    /// <summary>An hour of attempts, evenly spread: so many, of which a part answered and a part of those were abandoned.</summary>
    public static AttemptSample[] Hour(int attempts, double answered, double abandoned = 0)
    {
        var samples = new List<AttemptSample>();
        var (answers, losses) = (0, 0);
        for (var i = 1; i <= attempts; i++)
        {
            var asked = Now.AddSeconds(-3400 + (3200.0 * i / attempts));
            if ((int)(i * answered) == answers)
            {
                samples.Add(new(asked, null, null, asked.AddSeconds(30), AttemptOutcome.NoAnswer));
                continue;
            }
            answers++;
            var (at, lost) = (asked.AddSeconds(8 + (i % 9)), (int)(answers * abandoned) > losses);
            if (lost) losses++;
            samples.Add(lost
                ? new(asked, at, null, at.AddSeconds(10), AttemptOutcome.Abandoned)
                : new(asked, at, at.AddSeconds(1), at.AddSeconds(60 + (i * 37 % 240)), AttemptOutcome.Answer));
        }
        return [.. samples.Where(s => s.EndedAt <= Now).OrderBy(s => s.EndedAt)];
    }

    public static CampaignDial Plan(DialSnapshot snapshot) => Assert.Single(DialPlanner.Plan(snapshot).Campaigns);
}
