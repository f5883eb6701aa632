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
    private readonly int[] doing = new int[Enum.GetValues<AgentActivity>().Length];

    /// <summary>Calls that go on.</summary>
    public int Calls => calls.Count;

    /// <summary>Calls that nobody answered yet.</summary>
    public int Ringing { get; private set; }

    /// <summary>Agents who do this.</summary>
    public int Count(AgentActivity activity) => doing[(int)activity];

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

    public void Add(Worker worker)
    {
        agents.Add(Of(worker));
        doing[(int)worker.Activity]++;
    }

    public void Change(Worker worker)
    {
        doing[(int)agents[worker.Number].Activity]--;
        doing[(int)worker.Activity]++;
        agents[worker.Number] = Of(worker);
    }

    public void Add(Attempt attempt)
    {
        calls.Add(Of(attempt));
        Ringing++;
    }

    public void Change(Attempt attempt)
    {
        if (calls[attempt.Place].AnsweredAt == null && attempt.AnsweredAt != null) Ringing--;
        calls[attempt.Place] = Of(attempt);
    }

    public void End(Attempt attempt, double at, AttemptOutcome outcome)
    {
        if (calls[attempt.Place].AnsweredAt == null) Ringing--;
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
