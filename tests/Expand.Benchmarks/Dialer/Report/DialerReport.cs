using System.Globalization;
using System.Text;

namespace Expand.Benchmarks.Dialer;

internal enum WayKind { Progressive, Predictive, PerFreeAgent, LinesPerAgent }

/// <summary>A way to dial.</summary>
internal sealed record Way(WayKind Kind, double Ratio, IDialing Dialing);

/// <summary>What all ways to dial came to, one ledger for each seed.</summary>
internal sealed class DialerReport(World world, IReadOnlyList<int> seeds, IReadOnlyDictionary<Way, IReadOnlyList<Ledger>> results)
{
    /// <summary>A ratio is judged by hours in which so many answered: less would say little against it.</summary>
    private const int Meaningful = 100;

    public World World => world;

    public IReadOnlyList<Ledger> Of(WayKind kind) => results.First(r => r.Key.Kind == kind).Value;

    public IEnumerable<(double Ratio, double TalkShare, double Worst)> Ratios(WayKind kind) =>
        results.Where(r => r.Key.Kind == kind).OrderBy(r => r.Key.Ratio).Select(r => (r.Key.Ratio, TalkShare(r.Value), Worst(r.Value)));

    public static double TalkShare(IReadOnlyList<Ledger> ledgers) => ledgers.Average(l => l.TalkShare);

    public static double Worst(IReadOnlyList<Ledger> ledgers) => ledgers.Max(l => l.Worst(Meaningful));

    public string Table()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{world.Contacts:N0} contacts, {world.Agents} agents, seeds {string.Join(", ", seeds)} (means; the worst hour is the worst of all)\n");
        text.AppendLine("| dialled | talk | waiting for a call | abandoned | worst hour | calls per contact | calls per talk | hours |");
        text.AppendLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var (way, ledgers) in results)
        {
            var worst = Worst(ledgers);
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {way.Dialing.Name} | {TalkShare(ledgers):P1} | {ledgers.Average(l => l.IdleShare):P1} | {ledgers.Average(l => l.Rate):P2} | {worst:P2}{(worst > world.Cap ? " ✗" : "")} | {ledgers.Average(l => l.CallsPerContact):0.00} | {ledgers.Average(l => l.CallsPerTalk):0.00} | {ledgers.Average(l => l.Hours):0.0} |");
        }
        return text.ToString();
    }

    /// <summary>What predictive dialling promises and did not keep.</summary>
    public IEnumerable<string> Broken()
    {
        var predictive = Of(WayKind.Predictive);
        for (var i = 0; i < seeds.Count; i++)
        {
            // Of itself it asks more than of the ratios: every hour counts in which anybody answered.
            if (predictive[i].Worst(1) is var worst && worst > world.Cap)
                yield return string.Create(CultureInfo.InvariantCulture, $"seed {seeds[i]}: an hour of predictive dialling had {worst:P2} abandoned");
            foreach (var (way, ledgers) in results)
            {
                if (way.Kind == WayKind.Predictive || ledgers[i].TalkShare < predictive[i].TalkShare) continue;
                if (way.Kind == WayKind.Progressive || Worst(ledgers) <= world.Cap)
                    yield return string.Create(CultureInfo.InvariantCulture, $"seed {seeds[i]}: {way.Dialing.Name} keeps agents talking no less, and keeps to the cap");
            }
        }
    }
}
