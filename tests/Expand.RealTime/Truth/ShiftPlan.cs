using System.Globalization;

namespace Expand.RealTime.Truth;

/// <summary>An agent of the shift.</summary>
/// <param name="Username">The user's name, as the API wants it.</param>
/// <param name="Name">The full name.</param>
/// <param name="Number">The agent's number: the member's name in the queues.</param>
/// <param name="Extension">The agent's phone.</param>
/// <param name="Queues">The queues linked, in the order of their names.</param>
internal sealed record AgentPlan(string Username, string Name, string Number, string Extension, IReadOnlyList<string> Queues);

/// <summary>What a caller means to do.</summary>
/// <param name="Number">The caller's own number.</param>
/// <param name="Queue">The queue called.</param>
/// <param name="At">How long after the shift's beginning.</param>
/// <param name="Patience">How long the caller waits before giving up.</param>
/// <param name="End">How the call is to end once it is answered.</param>
/// <param name="Talk">How long the agent and the caller talk.</param>
/// <param name="Target">Where it is handed on to, where it is.</param>
/// <param name="After">How long the caller stays after having been handed on.</param>
internal sealed record CallPlan(string Number, string Queue, TimeSpan At, TimeSpan Patience, CallEnd End, TimeSpan Talk, string Target, TimeSpan After);

/// <summary>The shift as a seed makes it: agents, callers and, asked for one by one, what else is left to chance.</summary>
internal sealed class ShiftPlan
{
    public const int RingSeconds = 4;
    public static readonly IReadOnlyList<string> Queues = ["q_este", "q_norte", "q_sur"];
    public static readonly IReadOnlyList<(string Code, string Name)> Reasons = [("1", "Almuerzo"), ("3", "Baño"), ("6", "Trámite & más")];
    private const double CallersPerSecond = 2.6;

    public ShiftPlan(int seed, int calls, int agents)
    {
        Seed = seed;
        var random = new Random(seed);
        // One queue, or two next to each other.
        IReadOnlyList<string>[] links = [["q_este"], ["q_norte"], ["q_sur"], ["q_este", "q_norte"], ["q_norte", "q_sur"], ["q_este", "q_sur"]];
        Agents = [.. Enumerable.Range(0, agents).Select(i => new AgentPlan(
            $"agente{i + 1}", i == 0 ? "Núñez & <Peña>" : $"Agente {i + 1}", $"{501 + i}", $"{2001 + i}", links[i % links.Length]))];
        Targets = [.. Enumerable.Range(2101, 12).Select(n => $"{n}")];
        var at = TimeSpan.FromSeconds(6);
        Callers = [.. Enumerable.Range(0, calls).Select(i =>
        {
            at += TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / (CallersPerSecond * agents / 18.0));
            var end = random.NextDouble() switch { < 0.4 => CallEnd.ByCaller, < 0.75 => CallEnd.ByAgent, < 0.88 => CallEnd.Blind, _ => CallEnd.Attended };
            return new CallPlan(
                string.Create(CultureInfo.InvariantCulture, $"2{4_000_000 + i}"), Queues[random.Next(Queues.Count)], at,
                random.NextDouble() < 0.2 ? Between(random, 0.8, 8) : TimeSpan.FromSeconds(45), end,
                end == CallEnd.Attended ? Between(random, 0.8, 2) : random.NextDouble() < 0.03 ? Between(random, 10, 13) : Between(random, 1, 6), Targets[random.Next(Targets.Count)], Between(random, 0.8, 3));
        })];
    }

    public int Seed { get; }

    public IReadOnlyList<AgentPlan> Agents { get; }

    public IReadOnlyList<CallPlan> Callers { get; }

    /// <summary>Extensions of nobody in the call centre, for transfers.</summary>
    public IReadOnlyList<string> Targets { get; }

    /// <summary>Chance for one actor, the same at each run of a seed.</summary>
    public Random Chance(string actor) => new(HashCode(Seed, actor));

    public static TimeSpan Between(Random random, double least, double most) =>
        TimeSpan.FromSeconds(least + (random.NextDouble() * (most - least)));

    /// <summary>Not string.GetHashCode, which is another one in each process.</summary>
    private static int HashCode(int seed, string actor) => actor.Aggregate(seed, (hash, letter) => unchecked((hash * 31) + letter));
}
