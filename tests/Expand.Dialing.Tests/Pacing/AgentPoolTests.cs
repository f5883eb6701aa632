using CsCheck;
using Expand.Dialing.Pacing;

namespace Expand.Dialing.Tests.Pacing;

public class AgentPoolTests
{
    private static readonly string[] Queues = ["a", "b", "c"];

    private static readonly Gen<string[]> Sets =
        Gen.Int[1, 7].Select(set => Queues.Where((_, i) => (set >> i & 1) == 1).ToArray()).Array[0, 6].Select(all => all.Select(q => string.Concat(q)).ToArray());

    [Fact]
    public void Who_took_an_agent_changes_to_another_where_only_that_one_can_serve_the_next()
    {
        var pool = Pool(["ab", "bc"]);
        Assert.True(pool.TryTake(1));        // takes the one of a and b
        Assert.True(pool.TryTake(0));
        Assert.False(pool.TryTake(2));
        Assert.Equal((1, 1, 0), (pool.TakenBy(0), pool.TakenBy(1), pool.TakenBy(2)));
    }

    // Hall: there is a way exactly if the agents of any set of queues are as many as are taken there.
    [Fact]
    public void Somebody_is_refused_an_agent_only_where_there_is_no_way() => Gen.Select(Sets, Gen.Int[0, 2].Array[0, 12]).Sample((agents, takers) =>
    {
        var pool = Pool(agents);
        var taken = new int[3];
        foreach (var taker in takers)
        {
            taken[taker]++;
            var isThereAWay = Enumerable.Range(1, 7).All(set =>
                Enumerable.Range(0, 3).Where(q => (set >> q & 1) == 1).Sum(q => taken[q])
                <= agents.Count(a => a.Any(q => (set >> (q - 'a') & 1) == 1)));
            Assert.Equal(isThereAWay, pool.TryTake(taker));
            if (!isThereAWay) taken[taker]--;
        }
        Assert.Equal(taken, Enumerable.Range(0, 3).Select(pool.TakenBy));
    }, iter: 2000);

    private static AgentPool Pool(string[] agents) =>
        new(Queues, [.. agents.Select((a, i) => new AgentNow($"{i}", [.. a.Select(q => q.ToString())], AgentActivity.Free, Scene.Now))]);
}
