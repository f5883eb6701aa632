namespace Expand.Simulator.Queues;

/// <summary>A queue while the PBX runs.</summary>
internal sealed class QueueState(SimulatorQueueSettings settings)
{
    public SimulatorQueueSettings Settings { get; } = settings;

    public string Name => Settings.Name;

    public List<QueueMember> Members { get; } = [];

    /// <summary>Callers that wait, the first at the head.</summary>
    public List<QueueCall> Waiting { get; } = [];

    /// <summary>Where the round of rrmemory goes on.</summary>
    public int NextMember { get; set; }

    public long HoldTime { get; set; }
    public long TalkTime { get; set; }
    public int Completed { get; set; }
    public int CompletedInTime { get; set; }
    public int Abandoned { get; set; }
    public int AbandonedInTime { get; set; }

    /// <summary>The state of Queue:name_avail last announced.</summary>
    public bool AnnouncedFree { get; set; }

    public QueueMember? Find(string device) =>
        Members.Find(m => m.Interface.Equals(device, StringComparison.OrdinalIgnoreCase));

    public void ForgetStatistics()
    {
        (HoldTime, TalkTime, Completed, CompletedInTime, Abandoned, AbandonedInTime) = (0, 0, 0, 0, 0, 0);
        Waiting.Clear();
        foreach (var member in Members) member.ForgetCalls();
    }

    /// <summary>The running mean of app_queue: three parts old, one part new.</summary>
    public static long Mean(long old, long value, bool first) => first ? value : ((old << 2) - old + value) >> 2;
}

/// <summary>A member of a queue: an agent who is logged in.</summary>
internal sealed class QueueMember(string device, string name, int penalty)
{
    public string Interface { get; } = device;
    public string Name { get; } = name;
    public int Penalty { get; set; } = penalty;
    public bool Paused { get; set; }
    public string Reason { get; set; } = "";
    public long LoginTime { get; set; }
    public long LastPause { get; set; }
    public long LastCall { get; set; }
    public int CallsTaken { get; set; }
    public bool InCall { get; set; }
    public DateTimeOffset RestsUntil { get; set; }

    public void ForgetCalls()
    {
        (CallsTaken, LastCall, LastPause, InCall, RestsUntil) = (0, 0, 0, false, default);
    }
}
