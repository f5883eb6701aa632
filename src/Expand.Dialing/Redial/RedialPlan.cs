namespace Expand.Dialing.Redial;

/// <summary>After an outcome the contact is called again: after a time, and so often at most. An outcome without a rule is not redialled.</summary>
/// <param name="Outcome">Any but <see cref="AttemptOutcome.Answer"/>.</param>
/// <param name="Wait">Seconds from the attempt to the next.</param>
/// <param name="Attempts">Attempts that may end so.</param>
public sealed record RedialRule(AttemptOutcome Outcome, int Wait, int Attempts);

/// <summary>When a contact is called again, and when it is given up.</summary>
/// <param name="Rules">At most one for each outcome.</param>
/// <param name="MaxAttempts">Attempts in all.</param>
public sealed record RedialPlan(IReadOnlyList<RedialRule> Rules, int MaxAttempts)
{
    /// <summary>Whether no attempt is left after these, the last of which did not reach anybody.</summary>
    public bool IsSpent(IReadOnlyCollection<AttemptOutcome> attempts)
    {
        ArgumentNullException.ThrowIfNull(attempts);
        if (attempts.Count == 0) return false;
        if (attempts.Count >= MaxAttempts) return true;
        var last = attempts.Last();
        return RuleOf(last) is not { } rule || attempts.Count(a => a == last) >= rule.Attempts;
    }

    /// <summary>When the next attempt is due; null where none is left.</summary>
    /// <param name="attempts">The outcomes so far, in order.</param>
    /// <param name="lastAt">When the last one ended.</param>
    public DateTimeOffset? NextAt(IReadOnlyCollection<AttemptOutcome> attempts, DateTimeOffset lastAt)
    {
        ArgumentNullException.ThrowIfNull(attempts);
        if (attempts.Count == 0) return lastAt;
        return IsSpent(attempts) ? null : lastAt.AddSeconds(RuleOf(attempts.Last())!.Wait);
    }

    private RedialRule? RuleOf(AttemptOutcome outcome) => Rules.FirstOrDefault(r => r.Outcome == outcome);
}
