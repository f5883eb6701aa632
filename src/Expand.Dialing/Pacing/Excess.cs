namespace Expand.Dialing.Pacing;

/// <summary>By how many the contacts who need an agent exceed the agents who are there: the exact distribution of a sum of independent chances.</summary>
internal sealed class Excess
{
    // What is so unlikely is left out: the arrays stay short, and all of it together is far below any chance that is asked for.
    private const double Nothing = 1e-13;

    private double[] chances = [1];
    private int lowest;      // the excess that has the first of the chances

    /// <summary>So many more certain needs; agents where negative.</summary>
    public void Add(int needs) => lowest += needs;

    /// <summary>So many contacts, each of whom will need an agent with this chance.</summary>
    public void AddNeeds(int contacts, double chance) => Add(contacts, chance, 1);

    /// <summary>So many agents, each of whom will be there with this chance.</summary>
    public void AddAgents(int agents, double chance) => Add(agents, chance, -1);

    /// <summary>The chance of more than so many contacts without an agent.</summary>
    public double Above(int contacts)
    {
        var sum = 0.0;
        for (var i = chances.Length - 1; i >= 0 && lowest + i > contacts; i--) sum += chances[i];
        return sum;
    }

    /// <summary>How many contacts without an agent are to be expected.</summary>
    public double Expected()
    {
        var sum = 0.0;
        for (var i = chances.Length - 1; i >= 0 && lowest + i > 0; i--) sum += (lowest + i) * chances[i];
        return sum;
    }

    private void Add(int count, double chance, int direction)
    {
        if (count <= 0 || chance <= 0) return;
        if (chance >= 1)
        {
            lowest += count * direction;
            return;
        }
        // The chance of none of them, from which the others are reckoned, must not be too small for a double.
        if (count > 1 && count * -Math.Log(1 - chance) > 500)
        {
            Add(count / 2, chance, direction);
            Add(count - (count / 2), chance, direction);
            return;
        }
        var added = Binomial(count, chance);
        var sum = new double[chances.Length + added.Length - 1];
        for (var i = 0; i < chances.Length; i++)
            for (var k = 0; k < added.Length; k++)
                sum[i + (direction > 0 ? k : added.Length - 1 - k)] += chances[i] * added[k];
        if (direction < 0) lowest -= added.Length - 1;
        Keep(sum);
    }

    private void Keep(double[] sum)
    {
        var (from, to) = (0, sum.Length);
        while (to - from > 1 && sum[from] < Nothing) from++;
        while (to - from > 1 && sum[to - 1] < Nothing) to--;
        chances = from == 0 && to == sum.Length ? sum : sum[from..to];
        lowest += from;
    }

    private static double[] Binomial(int count, double chance)
    {
        var all = new double[count + 1];
        all[0] = Math.Pow(1 - chance, count);
        var length = 1;
        for (var k = 1; k <= count; k++, length++)
        {
            all[k] = all[k - 1] * (count - k + 1) / k * (chance / (1 - chance));
            if (k > count * chance && all[k] < Nothing) break;
        }
        return all[..length];
    }
}
