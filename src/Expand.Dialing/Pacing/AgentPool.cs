namespace Expand.Dialing.Pacing;

/// <summary>
/// Agents to be given out, each once. An agent who serves several queues is not bound to the one that took him first: where another agent can do
/// for that one, they change places. So whoever takes earlier never loses, and nobody is refused an agent for whom there is a way.
/// </summary>
internal sealed class AgentPool
{
    private readonly int[] spare;          // agents left, by group
    private readonly int[] size;           // agents in all, by group
    private readonly int[][] groupsOf;     // the groups that may serve a taker
    private readonly int[,] taken;         // [taker, group]
    private readonly int[] groupOf;        // of each agent; -1 where nobody asks for him

    /// <summary>Takers are who takes agents: a queue's waiting callers, or a campaign.</summary>
    /// <param name="queueOf">The queue of each taker.</param>
    /// <param name="agents">The agents.</param>
    public AgentPool(IReadOnlyList<string> queueOf, IReadOnlyList<AgentNow> agents)
    {
        var known = queueOf.ToHashSet(StringComparer.Ordinal);
        var seen = new Dictionary<IReadOnlyList<string>, Signature>(ReferenceEqualityComparer.Instance);
        var signatures = new Signature[agents.Count];
        for (var i = 0; i < signatures.Length; i++)
        {
            var queues = agents[i].Queues;
            if (!seen.TryGetValue(queues, out signatures[i]!)) seen[queues] = signatures[i] = Signature.Of(queues, known);
        }
        // Agents of the same queues are alike. Those who serve fewest are taken first, and the order of the input never matters.
        var groups = seen.Values.Where(s => s.Queues.Length > 0).DistinctBy(s => s.Key, StringComparer.Ordinal)
            .OrderBy(s => s.Queues.Length).ThenBy(s => s.Key, StringComparer.Ordinal).ToList();
        var places = groups.Select((s, i) => (s.Key, i)).ToDictionary(g => g.Key, g => g.i, StringComparer.Ordinal);
        groupOf = [.. signatures.Select(s => places.GetValueOrDefault(s.Key, -1))];
        size = new int[groups.Count];
        foreach (var group in groupOf) if (group >= 0) size[group]++;
        spare = [.. size];
        groupsOf = [.. queueOf.Select(queue => Enumerable.Range(0, size.Length).Where(g => groups[g].Queues.Contains(queue)).ToArray())];
        taken = new int[queueOf.Count, size.Length];
    }

    /// <summary>Agents of a taker's queue, taken or not.</summary>
    public int Of(int taker) => groupsOf[taker].Sum(g => size[g]);

    /// <summary>Agents of a taker's queue whom nobody took.</summary>
    public int SpareOf(int taker) => groupsOf[taker].Sum(g => spare[g]);

    /// <summary>The group of an agent, by the place in the list; -1 where nobody asks for him.</summary>
    public int Group(int agent) => groupOf[agent];

    /// <summary>The groups' number.</summary>
    public int Groups => size.Length;

    /// <summary>How many of a group a taker has.</summary>
    public int Taken(int taker, int group) => taken[taker, group];

    /// <summary>How many a taker has.</summary>
    public int TakenBy(int taker)
    {
        var sum = 0;
        for (var group = 0; group < size.Length; group++) sum += taken[taker, group];
        return sum;
    }

    /// <summary>Takes an agent, where need be by changing places.</summary>
    public bool TryTake(int taker)
    {
        Span<int> reachedBy = stackalloc int[size.Length];        // group -> the taker that asked for it
        Span<int> gaveUp = stackalloc int[groupsOf.Length];       // taker -> the group of which it would give up an agent
        reachedBy.Fill(-1);
        gaveUp.Fill(-1);
        var asking = new Queue<int>([taker]);
        while (asking.TryDequeue(out var asker))
        {
            foreach (var group in groupsOf[asker])
            {
                if (reachedBy[group] >= 0) continue;
                reachedBy[group] = asker;
                if (spare[group] > 0)
                {
                    ChangePlaces(taker, group, reachedBy, gaveUp);
                    return true;
                }
                for (var other = 0; other < groupsOf.Length; other++)
                {
                    if (other == taker || gaveUp[other] >= 0 || taken[other, group] == 0) continue;
                    gaveUp[other] = group;
                    asking.Enqueue(other);
                }
            }
        }
        return false;
    }

    private void ChangePlaces(int taker, int group, Span<int> reachedBy, Span<int> gaveUp)
    {
        spare[group]--;
        for (var asker = reachedBy[group]; ; asker = reachedBy[group])
        {
            taken[asker, group]++;
            if (asker == taker) return;
            group = gaveUp[asker];
            taken[asker, group]--;
        }
    }

    private sealed record Signature(string[] Queues, string Key)
    {
        public static Signature Of(IReadOnlyList<string> queues, HashSet<string> known)
        {
            string[] those = [.. queues.Where(known.Contains).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            return new(those, string.Join('\n', those));
        }
    }
}
