using Expand.Dialing.Pacing;

namespace Expand.Benchmarks.Dialer;

/// <summary>An agent.</summary>
internal sealed class Worker(int number, double comes, double goes)
{
    public int Number { get; } = number;

    public string Name { get; } = $"{1000 + number}";

    /// <summary>The shift, in seconds of the day.</summary>
    public double Comes { get; } = comes;

    public double Goes { get; } = goes;

    public AgentActivity Activity { get; set; } = AgentActivity.Away;

    public double Since { get; set; }

    /// <summary>Seconds of the pause that is due and begins when the call is over; 0 where none is.</summary>
    public double PauseDue { get; set; }

    public bool GoesHome { get; set; }

    public bool IsHere { get; set; }

    /// <summary>Calls taken, so that each has a luck of its own.</summary>
    public int Turn { get; set; }
}

/// <summary>The agents: their shifts, breaks and pauses. Whoever waits for a call leaves at once when it is time, whoever talks after the call.</summary>
internal sealed class Staff
{
    private readonly World world;
    private readonly Timetable timetable;
    private readonly View view;
    private readonly Queue<Worker> free = new();

    public Staff(World world, Timetable timetable, View view)
    {
        (this.world, this.timetable, this.view) = (world, timetable, view);
        Workers = [.. Enumerable.Range(0, world.Agents).Select(Employ)];
        foreach (var worker in Workers) view.Add(worker);
    }

    public IReadOnlyList<Worker> Workers { get; }

    /// <summary>Enters a day's shifts, breaks and pauses.</summary>
    public void OpenDay(int day)
    {
        foreach (var worker in Workers)
        {
            var luck = new Luck(world.Seed, Luck.Days, worker.Number, day);
            var comes = (day * World.Day) + worker.Comes;
            var shift = worker.Goes - worker.Comes;
            timetable.Add(comes, Happening.Comes, worker: worker);
            timetable.Add(comes + shift, Happening.Goes, worker: worker);
            Pause(comes + (shift * luck.Between(0.15, 0.3)), 600);
            Pause(comes + (shift * luck.Between(0.4, 0.6)), 1800);
            Pause(comes + (shift * luck.Between(0.7, 0.85)), 600);
            // And a short one every two hours or so.
            for (var at = luck.Exponential(7200); at < shift; at += luck.Exponential(7200)) Pause(comes + at, 30 + luck.Exponential(120));

            void Pause(double at, double seconds) => timetable.Add(at, Happening.PauseDue, worker: worker, seconds: seconds);
        }
    }

    public bool TryTakeFree(out Worker worker)
    {
        while (free.TryDequeue(out worker!))
            if (worker.Activity == AgentActivity.Free) return true;      // the others left meanwhile
        return false;
    }

    public void Comes(Worker worker, double at)
    {
        (worker.IsHere, worker.GoesHome, worker.PauseDue) = (true, false, 0);
        Next(worker, at);
    }

    public void Goes(Worker worker, double at)
    {
        worker.GoesHome = true;
        if (worker.Activity is AgentActivity.Free or AgentActivity.Away) Next(worker, at);
    }

    public void PauseIsDue(Worker worker, double at, double seconds)
    {
        if (!worker.IsHere || worker.Activity == AgentActivity.Away) return;
        worker.PauseDue = seconds;
        if (worker.Activity == AgentActivity.Free) Next(worker, at);
    }

    public void PauseEnds(Worker worker, double at)
    {
        if (worker.IsHere && worker.Activity == AgentActivity.Away) Next(worker, at);
    }

    /// <summary>What an agent does when nothing keeps him: goes home, pauses, or waits for a call.</summary>
    public void Next(Worker worker, double at)
    {
        if (worker.GoesHome) worker.IsHere = false;
        var pauses = worker.IsHere && worker.PauseDue > 0;
        if (pauses) timetable.Add(at + worker.PauseDue, Happening.PauseEnds, worker: worker);
        worker.PauseDue = 0;
        Becomes(worker, worker.IsHere && !pauses ? AgentActivity.Free : AgentActivity.Away, at);
        if (worker.Activity == AgentActivity.Free) free.Enqueue(worker);
    }

    public void Becomes(Worker worker, AgentActivity activity, double at)
    {
        (worker.Activity, worker.Since) = (activity, at);
        view.Change(worker);
    }

    // Three of five come in the morning, the others at one o'clock for as long; a quarter of an hour lies between the first and the last.
    private Worker Employ(int number)
    {
        var late = new Luck(world.Seed, Luck.Shifts, number, 0).Between(0, 900);
        var comes = world.Opens + late + (number % 5 < 3 ? 0 : 4 * 3600);
        return new(number, comes, Math.Min(world.Closes, comes + (8 * 3600)));
    }
}
