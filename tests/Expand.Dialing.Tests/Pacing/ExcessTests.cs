using CsCheck;
using Expand.Dialing.Pacing;

namespace Expand.Dialing.Tests.Pacing;

public class ExcessTests
{
    private static readonly Gen<(int Count, double Chance)[]> Parts = Gen.Select(Gen.Int[0, 3], Gen.Double[0, 1]).Array[0, 4];

    // Every way in which it may come, one by one: the slow truth.
    private static double Above(IReadOnlyList<(double Chance, int Worth)> each, int index, int sum, int contacts) =>
        index == each.Count ? (sum > contacts ? 1 : 0)
        : (each[index].Chance * Above(each, index + 1, sum + each[index].Worth, contacts)) + ((1 - each[index].Chance) * Above(each, index + 1, sum, contacts));

    [Fact]
    public void Its_chances_are_those_of_every_way_in_which_calls_and_agents_may_turn_out() =>
        Gen.Select(Parts, Parts, Gen.Int[-3, 3]).Sample((needs, agents, certain) =>
        {
            var excess = new Excess();
            excess.Add(certain);
            foreach (var (count, chance) in needs) excess.AddNeeds(count, chance);
            foreach (var (count, chance) in agents) excess.AddAgents(count, chance);
            var each = needs.SelectMany(n => Enumerable.Repeat((n.Chance, 1), n.Count))
                .Concat(agents.SelectMany(a => Enumerable.Repeat((a.Chance, -1), a.Count))).Take(14).ToList();
            if (each.Count < needs.Sum(n => n.Count) + agents.Sum(a => a.Count)) return;
            for (var contacts = -4; contacts < 5; contacts++)
                Assert.Equal(Above(each, 0, certain, contacts), excess.Above(contacts), 9);
        }, iter: 300);

    [Fact]
    public void Thousands_of_agents_are_no_harder_than_a_few()
    {
        var excess = new Excess();
        excess.AddAgents(5000, 0.9);
        excess.AddNeeds(9000, 0.5);
        Assert.InRange(excess.Above(0), 0.45, 0.55);
        Assert.InRange(excess.Expected(), 15, 25);      // the standard deviation, 52, times 0.4
    }
}
