using System.Net;

namespace Expand.Simulator;

/// <summary>How one simulated Asterisk is set up: its AMI account, its files, its people and its clock.</summary>
public sealed record SimulatorOptions
{
    /// <summary>Address on which AMI listens. Loopback: the simulator has no place on a network.</summary>
    public IPAddress Host { get; init; } = IPAddress.Loopback;

    /// <summary>TCP port of AMI; 0 takes any free one, read back as <see cref="PbxSimulator.AmiPort"/>.</summary>
    public int AmiPort { get; init; }

    /// <summary>The AMI account's name.</summary>
    public string Username { get; init; } = "expand";

    /// <summary>The AMI account's secret.</summary>
    public required string Secret { get; init; }

    /// <summary>True when the account has the class "system" to write: PJSIPShow* is answered, applications are not refused.</summary>
    public bool SystemRights { get; init; }

    /// <summary>Path of the CDR file (cdr_custom); null writes none. Opened for append.</summary>
    public string? CdrFile { get; init; }

    /// <summary>Path of queue_log; null writes none. Opened for append.</summary>
    public string? QueueLogFile { get; init; }

    /// <summary>Path where the queue members are kept over a start of the process (persistentmembers = yes); null keeps them in memory.</summary>
    public string? MembersFile { get; init; }

    /// <summary>The folder of recordings (Asterisk's monitor folder): one of every answered call, and the parts that agents mark; null writes none.</summary>
    public string? RecordingsFolder { get; init; }

    /// <summary>Generation of Asterisk that is imitated: 16 or 22.</summary>
    public int Generation { get; init; } = 22;

    /// <summary>Seed of everything that is left to chance: with the same seed and clock, the same day.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Simulated seconds per second of the TimeProvider; 1 is real time.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Callers who arrive by themselves.</summary>
    public CallerStreamOptions Callers { get; init; } = new();

    /// <summary>What the world's agents do by themselves.</summary>
    public AgentLifeOptions Agents { get; init; } = new();

    /// <summary>Extensions, queues and agents.</summary>
    public SimulatorWorld World { get; init; } = SimulatorWorld.Demo;

    /// <summary>How long after the port opens the modules are loaded (FullyBooted); the queue's actions are unknown before.</summary>
    public TimeSpan BootTime { get; init; } = TimeSpan.Zero;

    /// <summary>True to send the event Cdr (cdr_manager) beside the file.</summary>
    public bool CdrEvents { get; init; } = true;

    /// <summary>Bytes that a session may leave unread before it is disconnected; Asterisk's writetimeout comes to about 3 MB.</summary>
    public int MaxUnreadBytes { get; init; } = 3_000_000;

    /// <summary>Whether Hangup and HangupRequest carry TechCause, the SIP answer behind the cause.</summary>
    internal bool HasTechCause => Generation >= 22;
}

/// <summary>The stream of callers from outside.</summary>
public sealed record CallerStreamOptions
{
    /// <summary>Mean number of callers a minute over all queues (exponential gaps); 0 is off.</summary>
    public double CallsPerMinute { get; init; }

    /// <summary>Shortest and longest patience of a caller in the queue.</summary>
    public (TimeSpan Min, TimeSpan Max) Patience { get; init; } = (TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(90));
}

/// <summary>Agents who pause, log out and in, and call customers by themselves; those that the world logs in at its start.</summary>
public sealed record AgentLifeOptions
{
    /// <summary>Mean number of moves a minute over all agents (exponential gaps); 0 is off.</summary>
    public double MovesPerMinute { get; init; }
}
