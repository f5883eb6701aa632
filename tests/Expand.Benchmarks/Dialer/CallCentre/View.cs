using System.Collections;
using Expand.Dialing;
using Expand.Dialing.Pacing;
using Expand.Dialing.Redial;

namespace Expand.Benchmarks.Dialer;

/// <summary>The call centre as the dialer sees it: kept as things change, since it is looked at hundreds of thousands of times.</summary>
internal sealed class View(World world)
{
    private static readonly string[] Queues = ["ventas"];
    private readonly List<AgentNow> agents = [];
    private readonly List<CallNow> calls = [];
    private readonly Recent recent = new();

    public IReadOnlyList<AgentNow> Agents => agents;

    public IReadOnlyList<CallNow> Calls => calls;

    /// <summary>The moment as a snapshot of the planner's.</summary>
    public DialSnapshot At(double now, DialingMode mode, int due, int waiting)
    {
        recent.DropBefore(now - 3600);
        return new()
        {
            Now = Time(now),
            Agents = agents,
            Waiting = new Dictionary<string, int> { [Queues[0]] = waiting },
            Campaigns =
            [
                new()
                {
                    Id = 1, Mode = mode, Queue = Queues[0], Due = due, Calls = calls, Recent = recent, AbandonmentCap = world.Cap,
                    RingTime = TimeSpan.FromSeconds(world.RingTime), Patience = TimeSpan.FromSeconds(world.PatienceMean),
                },
            ],
        };
    }

    public void Add(Worker worker) => agents.Add(Of(worker));

    public void Change(Worker worker) => agents[worker.Number] = Of(worker);

    public void Add(Attempt attempt) => calls.Add(Of(attempt));

    public void Change(Attempt attempt) => calls[attempt.Place] = Of(attempt);

    public void End(Attempt attempt, double at, AttemptOutcome outcome)
    {
        calls[attempt.Place] = calls[^1];
        calls.RemoveAt(calls.Count - 1);
        recent.Add(new(Time(attempt.AskedAt), Maybe(attempt.AnsweredAt), Maybe(attempt.ConnectedAt), Time(at), outcome), at);
    }

    private static AgentNow Of(Worker worker) => new(worker.Name, worker.IsHere ? Queues : [], worker.Activity, Time(worker.Since));

    private static CallNow Of(Attempt attempt) => new(Time(attempt.AskedAt), Maybe(attempt.AnsweredAt), Maybe(attempt.ConnectedAt));

    private static DateTimeOffset Time(double at) => World.Time(at);

    private static DateTimeOffset? Maybe(double? at) => at is { } time ? Time(time) : null;

    private sealed class Recent : IReadOnlyList<AttemptSample>
    {
        private readonly List<AttemptSample> all = [];
        private readonly List<double> ends = [];
        private int first;

        public int Count => all.Count - first;

        public AttemptSample this[int index] => all[first + index];

        public void Add(AttemptSample sample, double at)
        {
            all.Add(sample);
            ends.Add(at);
        }

        public void DropBefore(double time)
        {
            while (first < all.Count && ends[first] <= time) first++;
            if (first < 100_000) return;
            all.RemoveRange(0, first);
            ends.RemoveRange(0, first);
            first = 0;
        }

        public IEnumerator<AttemptSample> GetEnumerator()
        {
            for (var i = first; i < all.Count; i++) yield return all[i];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
