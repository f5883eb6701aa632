using Expand.Dialing.Pacing;
using Expand.Dialing.Redial;

namespace Expand.Benchmarks.Dialer;

/// <summary>A call centre in accelerated time: contacts, agents, one queue. Who dials is asked every half second.</summary>
internal sealed class Centre
{
    private const double Step = 0.5;

    private readonly World world;
    private readonly IDialing dialing;
    private readonly View view;
    private readonly Staff staff;
    private readonly Ledger ledger;
    private readonly Timetable timetable = new();
    private readonly Queue<Person> due = new();
    private readonly PriorityQueue<Person, (double At, int Turn)> later = new();
    private readonly List<Attempt> calls = [];
    private readonly LinkedList<Attempt> waiting = new();
    private int turn, done;

    public Centre(World world, IDialing dialing)
    {
        (this.world, this.dialing) = (world, dialing);
        view = new(world);
        ledger = new(world);
        staff = new(world, timetable, view);
        for (var i = 0; i < world.Contacts; i++) due.Enqueue(new(i));
    }

    /// <summary>Runs until every contact is done with.</summary>
    public Ledger Run()
    {
        for (var day = 0; done < world.Contacts; day++)
        {
            staff.OpenDay(day);
            var opens = (day * World.Day) + world.Opens;
            var closes = (day * World.Day) + world.Closes;
            var now = opens;
            // After the hours the last talks go on, and agents go home.
            for (; now < closes + 7200 && done < world.Contacts; now += Step)
            {
                HappenUntil(now);
                if (now < closes) Dial(now);
            }
            ledger.Hours += (Math.Min(now, closes) - opens) / 3600;
        }
        return ledger;
    }

    private void Dial(double now)
    {
        while (later.TryPeek(out var person, out var when) && when.At <= now)
        {
            later.Dequeue();
            due.Enqueue(person);
        }
        ledger.Look(now, Step, due.Count, view);
        if (due.Count == 0) return;
        var wanted = dialing.Calls(view, now, due.Count, waiting.Count);
        for (var i = 0; i < wanted && due.TryDequeue(out var person); i++) Place(Attempt.Of(world, person, now), now);
    }

    private void Place(Attempt attempt, double now)
    {
        attempt.Place = calls.Count;
        calls.Add(attempt);
        view.Add(attempt);
        timetable.Add(now + attempt.Rings, Happening.RingEnds, attempt);
    }

    private void HappenUntil(double now)
    {
        while (timetable.TryTake(now, out var at, out var entry))
        {
            var (attempt, worker) = (entry.Attempt!, entry.Worker!);
            switch (entry.What)
            {
                case Happening.RingEnds: RingEnds(attempt, at); break;
                case Happening.HangsUp: HangsUp(attempt, at); break;
                case Happening.PicksUp: PicksUp(attempt, at); break;
                case Happening.TalkEnds: TalkEnds(attempt, at); break;
                case Happening.WrapUpEnds: staff.Next(worker, at); break;
                case Happening.Comes: staff.Comes(worker, at); break;
                case Happening.Goes: staff.Goes(worker, at); break;
                case Happening.PauseDue: staff.PauseIsDue(worker, at, entry.Seconds); break;
                case Happening.PauseEnds: staff.PauseEnds(worker, at); break;
            }
            Serve(at);
        }
    }

    private void RingEnds(Attempt attempt, double at)
    {
        if (attempt.Fate is AttemptOutcome.Answer or AttemptOutcome.AnsweringMachine) attempt.AnsweredAt = at;
        if (attempt.Fate != AttemptOutcome.Answer)
        {
            End(attempt, at, attempt.Fate);
            return;
        }
        view.Change(attempt);
        waiting.AddLast(attempt);
        timetable.Add(at + attempt.Patience, Happening.HangsUp, attempt);
    }

    private void Serve(double at)
    {
        while (waiting.First is { } first && staff.TryTakeFree(out var worker))
        {
            waiting.RemoveFirst();
            first.Value.Worker = worker;
            staff.Becomes(worker, AgentActivity.Ringing, at);
            var picksUp = new Luck(world.Seed, Luck.PickUps, worker.Number, worker.Turn++).Between(0.5, 1.5);
            timetable.Add(at + picksUp, Happening.PicksUp, first.Value);
        }
    }

    private void PicksUp(Attempt attempt, double at)
    {
        if (attempt.IsOver) return;
        attempt.ConnectedAt = at;
        view.Change(attempt);
        staff.Becomes(attempt.Worker!, AgentActivity.Talking, at);
        timetable.Add(at + attempt.Talk, Happening.TalkEnds, attempt);
    }

    private void HangsUp(Attempt attempt, double at)
    {
        if (attempt.IsOver || attempt.ConnectedAt != null) return;
        waiting.Remove(attempt);
        End(attempt, at, AttemptOutcome.Abandoned);
        if (attempt.Worker is { } worker) staff.Next(worker, at);
    }

    private void TalkEnds(Attempt attempt, double at)
    {
        var worker = attempt.Worker!;
        End(attempt, at, AttemptOutcome.Answer);
        staff.Becomes(worker, AgentActivity.WrapUp, at);
        var rest = new Luck(world.Seed, Luck.Rests, worker.Number, worker.Turn).LogNormal(world.WrapUpMean, world.WrapUpSigma);
        timetable.Add(at + rest, Happening.WrapUpEnds, worker: worker);
    }

    private void End(Attempt attempt, double at, AttemptOutcome outcome)
    {
        attempt.IsOver = true;
        calls[attempt.Place] = calls[^1];
        calls[attempt.Place].Place = attempt.Place;
        calls.RemoveAt(calls.Count - 1);
        view.End(attempt, at, outcome);
        ledger.End(attempt, at, outcome);
        var person = attempt.Person;
        person.Attempts.Add(outcome);
        var next = outcome == AttemptOutcome.Answer ? null : world.Redial.NextAt(person.Attempts, World.Time(at));
        if (next is { } when) later.Enqueue(person, ((when - World.Start).TotalSeconds, turn++));
        else done++;
    }
}
