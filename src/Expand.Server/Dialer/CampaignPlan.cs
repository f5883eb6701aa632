namespace Expand.Server.Dialer;

/// <summary>Who dials.</summary>
internal enum DialingMode : short
{
    /// <summary>The agent, from the panel.</summary>
    Preview = 0,

    /// <summary>The server, one call for each available agent.</summary>
    Progressive = 1,

    /// <summary>The server, ahead of the agents.</summary>
    Predictive = 2,
}

/// <summary>What became of an attempt to reach a contact. The numbers are stored, the names are the contract's <c>lastattempt</c>.</summary>
internal enum AttemptOutcome : short
{
    /// <summary>Talked to an agent.</summary>
    Answer = 1,
    Busy = 2,
    NoAnswer = 3,

    /// <summary>The call found no way, or the number does not exist.</summary>
    Congestion = 4,

    /// <summary>The contact answered, and no agent was there.</summary>
    Abandoned = 5,
    AnsweringMachine = 6,
}

/// <summary>Hours of operation on some weekdays, in the campaign's time zone.</summary>
/// <param name="Weekdays"><c>mon</c> to <c>sun</c>, in this order.</param>
/// <param name="From"><c>HH:MM</c>, from when it calls.</param>
/// <param name="To"><c>HH:MM</c>, after <paramref name="From"/>; <c>24:00</c> is the day's end. It does not call from then on.</param>
internal sealed record OperationHours(IReadOnlyList<string> Weekdays, string From, string To)
{
    public bool Equals(OperationHours? other) => other is not null && From == other.From && To == other.To && Weekdays.SequenceEqual(other.Weekdays);

    public override int GetHashCode() => HashCode.Combine(From, To, Weekdays.Count);
}

/// <summary>After an outcome the contact is called again: after a time, and so often at most. An outcome without a rule is not redialled.</summary>
/// <param name="Outcome">Any but <see cref="AttemptOutcome.Answer"/>.</param>
/// <param name="Wait">Seconds from the attempt to the next.</param>
/// <param name="Attempts">Attempts that may end so.</param>
internal sealed record RedialRule(AttemptOutcome Outcome, int Wait, int Attempts);

/// <summary>When a contact is given up.</summary>
/// <param name="Rules">At most one for each outcome.</param>
/// <param name="MaxAttempts">Attempts in all.</param>
internal sealed record RedialPlan(IReadOnlyList<RedialRule> Rules, int MaxAttempts)
{
    /// <summary>Whether no attempt is left after these, the last of which did not reach anybody.</summary>
    public bool IsSpent(IReadOnlyCollection<AttemptOutcome> attempts)
    {
        if (attempts.Count == 0) return false;
        if (attempts.Count >= MaxAttempts) return true;
        var last = attempts.Last();
        return Rules.FirstOrDefault(r => r.Outcome == last) is not { } rule || attempts.Count(a => a == last) >= rule.Attempts;
    }
}
