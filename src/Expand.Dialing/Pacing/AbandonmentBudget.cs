using Expand.Dialing.Redial;

namespace Expand.Dialing.Pacing;

/// <summary>
/// What the cap leaves. The window holds A contacts who answered, B of them without an agent; x further ones keep to the cap while
/// B + x is at most cap · (A + x). Of A only those count that are still in the window when the calls that are placed now are over.
/// </summary>
internal sealed class AbandonmentBudget
{
    /// <summary>
    /// The window is held, and with less severity its later parts: when calls become few (contacts run out, a shift ends, a pause), such a part is
    /// what is left in the window, with all of its abandoned calls. The chances are those of one moment; there are a few thousand independent ones in a day.
    /// </summary>
    private static readonly (int Divisor, double Risk, int KeptBack)[] Parts = [(1, 1e-6, 1), (2, 1e-4, 0), (4, 1e-3, 0)];

    /// <summary>The part of the cap that is aimed at; what is above it is for bad luck.</summary>
    private const double Aim = 0.8;

    private readonly int[] stay = new int[Parts.Length];    // who answered, and stays in the part
    private readonly int[] lost = new int[Parts.Length];    // who found no agent
    private readonly long[] begins = new long[Parts.Length];
    private readonly long horizon;
    private readonly double cap;

    public AbandonmentBudget(CampaignNow campaign, DateTimeOffset now)
    {
        cap = Math.Clamp(campaign.AbandonmentCap, 0, 0.99);
        horizon = (campaign.RingTime + campaign.Patience).Ticks;
        for (var p = 0; p < Parts.Length; p++) begins[p] = (now - (campaign.Window / Parts[p].Divisor)).UtcTicks;
        foreach (var call in campaign.Calls)
            if (call is { AnsweredAt: { } at, ConnectedAt: { } connected }) Count(at, connected, false);
        var (recent, count) = (campaign.Recent, campaign.Recent.Count);
        for (var i = 0; i < count; i++)
        {
            var attempt = recent[i];
            if (attempt.Outcome is not (AttemptOutcome.Answer or AttemptOutcome.Abandoned)) continue;
            var abandoned = attempt.Outcome == AttemptOutcome.Abandoned;
            var decided = abandoned ? attempt.EndedAt : attempt.ConnectedAt ?? attempt.EndedAt;
            Count(attempt.AnsweredAt ?? decided, decided, abandoned);
        }
    }

    /// <summary>Contacts who answered in the window, those who found no agent among them.</summary>
    public int Answered { get; private set; }

    /// <summary>Those who found no agent.</summary>
    public int Abandoned { get; private set; }

    /// <summary>Whether so few answered that two who find no agent would be too much: one that is placed ahead, and one whose agent went away.</summary>
    public bool TooFew => cap * stay[0] < 2;

    /// <summary>Whether one more contact may go without an agent, beside those of the calls under way: the chance that they are too many is next to none.</summary>
    /// <param name="lost">How many of those there will be.</param>
    public bool Allows(Excess lost)
    {
        for (var p = 0; p < Parts.Length; p++)
            if (lost.Above(Left(p) - 1) > Parts[p].Risk) return false;
        return true;
    }

    /// <summary>How much of what is aimed at is used up, where so many more without an agent are to be expected; 1 is all of it.</summary>
    public double Used(double expected) => stay[0] == 0 || cap == 0 ? 1 : (lost[0] + expected) / (Aim * cap * stay[0]);

    private int Left(int part) =>
        (int)Math.Floor((((cap * stay[part]) - lost[part]) / (1 - cap)) + 1e-9) - Parts[part].KeptBack;

    private void Count(DateTimeOffset answered, DateTimeOffset decided, bool abandoned)
    {
        var (at, leaves) = (decided.UtcTicks, answered.UtcTicks - horizon);
        if (at > begins[0])
        {
            Answered++;
            if (abandoned) Abandoned++;
        }
        for (var p = 0; p < Parts.Length; p++)
        {
            if (leaves > begins[p]) stay[p]++;
            if (abandoned && at > begins[p]) lost[p]++;
        }
    }
}
