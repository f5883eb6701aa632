namespace Expand.Simulator;

/// <summary>The people and things of a simulated PBX.</summary>
public sealed record SimulatorWorld
{
    /// <summary>Endpoints PJSIP/number.</summary>
    public IReadOnlyList<SimulatorExtension> Extensions { get; init; } = [];

    /// <summary>Queues of app_queue.</summary>
    public IReadOnlyList<SimulatorQueueSettings> Queues { get; init; } = [];

    /// <summary>Agents; who has queues at the start is logged in to them.</summary>
    public IReadOnlyList<SimulatorAgent> Agents { get; init; } = [];

    /// <summary>The dialplan that the calls run through.</summary>
    public SimulatorDialplan Dialplan { get; init; } = SimulatorDialplan.Expand;

    /// <summary>Context that the endpoints call from.</summary>
    public string Context { get; init; } = "internal";

    /// <summary>Context of the queues.</summary>
    public string QueueContext { get; init; } = "queues";

    /// <summary>Context that the dialer's contacts come to when they answer.</summary>
    public string DialerContext { get; init; } = "expand-dialer";

    /// <summary>Context of the hints.</summary>
    public string HintContext { get; init; } = "hints";

    /// <summary>Contexts that exist besides the three above and the built-in "caller" and "load"; "*" accepts any name.</summary>
    public IReadOnlyList<string> OtherContexts { get; init; } = ["*"];

    /// <summary>Name of the endpoint that carries the calls from and to the outside.</summary>
    public string Trunk { get; init; } = "trunk";

    /// <summary>Whether the trunk's device is NOT_INUSE when idle (true) or UNAVAILABLE, having no contact.</summary>
    public bool TrunkRegistered { get; init; } = true;

    /// <summary>What answers at the far end of the trunk.</summary>
    public ExtensionBehaviour TrunkBehaviour { get; init; } = ExtensionBehaviour.Answers(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));

    /// <summary>What answers at a number outside, for calls that go out over the trunk; null, also for a number: <see cref="TrunkBehaviour"/>.</summary>
    public Func<string, ExtensionBehaviour?>? Outside { get; init; }

    /// <summary>device_state_busy_at = 1: a device with one call is BUSY instead of RINGING or INUSE.</summary>
    public bool DeviceStateBusyAtOne { get; init; }

    /// <summary>The world of <c>./run</c>: 701–709 answer, 711 is busy, 712 never answers, 713 rejects, 714 is not registered,
    /// 715 is off the hook; q_ventas and q_soporte; agents 101–109, the first four logged in.</summary>
    public static SimulatorWorld Demo { get; } = DemoWorld.Build();
}

/// <summary>Which dialplan is imitated; they differ in what follows a Dial() that nobody answered.</summary>
public enum SimulatorDialplan
{
    /// <summary>The product's: Hangup(${HANGUPCAUSE}) at once, the cause kept in the CDR.</summary>
    Expand,

    /// <summary>The laboratory's, of the transcripts: one second of Busy() or Congestion(), then the hangup.</summary>
    Lab,
}

/// <summary>An endpoint and its phone.</summary>
/// <param name="Number">The endpoint's name and number, such as 701.</param>
/// <param name="Name">The name of its callerid.</param>
/// <param name="Behaviour">What its phone does with a call.</param>
public sealed record SimulatorExtension(string Number, string Name, ExtensionBehaviour Behaviour)
{
    /// <summary>Whether the dialplan has a hint for it (ExtensionStatus is sent).</summary>
    public bool Hint { get; init; } = true;
}

/// <summary>A queue of app_queue with the strategy rrmemory.</summary>
/// <param name="Name">Name, such as q_ventas; also the extension that leads to it.</param>
public sealed record SimulatorQueueSettings(string Name)
{
    /// <summary>Seconds that an agent's phone rings before the next is tried.</summary>
    public TimeSpan RingTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Pause between two rounds of trying.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait before the caller leaves with EXITWITHTIMEOUT; null waits for ever.</summary>
    public TimeSpan? MaxWait { get; init; }

    /// <summary>Rest of an agent after a call.</summary>
    public TimeSpan WrapUp { get; init; } = TimeSpan.Zero;

    /// <summary>Seconds of the service level.</summary>
    public int ServiceLevel { get; init; } = 20;
}

/// <summary>An agent: a member of queues at an extension.</summary>
/// <param name="Number">Member name, such as 101.</param>
/// <param name="Name">The person's name.</param>
/// <param name="User">The person's user name, such as acosta.</param>
/// <param name="Extension">The extension of the agent's phone.</param>
/// <param name="LoggedInTo">Queues the agent is logged in to when the PBX starts for the first time.</param>
public sealed record SimulatorAgent(string Number, string Name, string User, string Extension, IReadOnlyList<string> LoggedInTo);
