namespace Expand.Phones;

/// <summary>What a phone does by itself when it is called.</summary>
public sealed record PhoneBehaviour
{
    private PhoneBehaviour() { }

    /// <summary>How long it rings before it does what follows; null: for ever, until somebody (a test) decides.</summary>
    public TimeSpan? RingsFor { get; private init; }

    /// <summary>SIP status with which it refuses (400–699); null: it answers.</summary>
    public int? Refusal { get; private init; }

    /// <summary>How long after its answer it hangs up; null: it waits for the other side.</summary>
    public TimeSpan? TalksFor { get; private init; }

    /// <summary>What it dials as soon as it is there and stays in a call with; meanwhile it is busy. Null: it is on the hook.</summary>
    public string? OffHookWith { get; private init; }

    /// <summary>Rings and is left to the test: <see cref="PhoneCall.Answer"/>, <see cref="PhoneCall.Reject"/>.</summary>
    public static PhoneBehaviour NeverAnswers { get; } = new();

    /// <summary>486 Busy Here at once.</summary>
    public static PhoneBehaviour Busy { get; } = Refuses(486);

    /// <summary>Answers after ringing, and hangs up after <paramref name="talksFor"/> where given.</summary>
    public static PhoneBehaviour Answers(TimeSpan after, TimeSpan? talksFor = null) => new() { RingsFor = after, TalksFor = talksFor };

    /// <summary>Refuses with a SIP status (486 busy, 603 declined, 503 congestion …) after ringing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The status is no refusal.</exception>
    public static PhoneBehaviour Refuses(int status, TimeSpan after = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 699);
        return new() { RingsFor = after, Refusal = status };
    }

    /// <summary>Off the hook: in a call with <paramref name="destination"/> all the time, and busy to who calls.</summary>
    public static PhoneBehaviour OffHook(string destination) => Busy with { OffHookWith = destination };
}
