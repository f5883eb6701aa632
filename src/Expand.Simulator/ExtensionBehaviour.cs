namespace Expand.Simulator;

/// <summary>What a phone does when it is called.</summary>
public sealed record ExtensionBehaviour
{
    private ExtensionBehaviour() { }

    /// <summary>False: the endpoint is defined and no phone is registered; calls to it fail before a channel exists.</summary>
    public bool Registered { get; init; } = true;

    /// <summary>True: the phone is in a call of its own all the time (device INUSE) and answers 486.</summary>
    public bool OffHook { get; init; }

    /// <summary>The SIP answer that refuses the call, 0.2 s after it rang (486, 603, 503 …); null when it does not refuse.</summary>
    public int? SipRefusal { get; init; }

    /// <summary>Shortest time until the phone is picked up; null never picks up.</summary>
    public TimeSpan? AnswerMin { get; init; }

    /// <summary>Longest time until the phone is picked up.</summary>
    public TimeSpan AnswerMax { get; init; }

    /// <summary>Share (0–1) of the calls that are left ringing.</summary>
    public double MissedShare { get; init; }

    /// <summary>Share (0–1) of a queue's calls that are left ringing, on top of <see cref="MissedShare"/>.</summary>
    public double MissedQueueShare { get; init; }

    /// <summary>Shortest talk of a call that this phone was the called party of; null leaves the end to the other side.</summary>
    public TimeSpan? TalkMin { get; init; }

    /// <summary>Longest talk of such a call.</summary>
    public TimeSpan TalkMax { get; init; }

    /// <summary>The phone hangs up this long after picking up, whoever it talks to.</summary>
    public TimeSpan? HangsUpAfter { get; init; }

    /// <summary>A machine answers, and talks without a pause.</summary>
    public bool IsMachine { get; init; }

    /// <summary>A phone that is picked up after <paramref name="min"/> to <paramref name="max"/>.</summary>
    public static ExtensionBehaviour Answers(TimeSpan min, TimeSpan max) => new() { AnswerMin = min, AnswerMax = max };

    /// <summary>A phone that answers 486 Busy Here.</summary>
    public static ExtensionBehaviour Busy { get; } = new() { SipRefusal = 486 };

    /// <summary>A phone that rings and is never picked up.</summary>
    public static ExtensionBehaviour NeverAnswers { get; } = new();

    /// <summary>A phone that refuses with a SIP answer: 603 Decline unless said otherwise.</summary>
    public static ExtensionBehaviour Rejects(int sip = 603) => new() { SipRefusal = sip };

    /// <summary>A phone that answers 503 Service Unavailable.</summary>
    public static ExtensionBehaviour Congested { get; } = new() { SipRefusal = 503 };

    /// <summary>An endpoint without a registered phone.</summary>
    public static ExtensionBehaviour NotRegistered { get; } = new() { Registered = false };

    /// <summary>A phone that somebody left off the hook.</summary>
    public static ExtensionBehaviour LeftOffHook { get; } = new() { OffHook = true, SipRefusal = 486 };
}
