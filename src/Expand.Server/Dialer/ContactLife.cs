using Expand.Server.Platform;

namespace Expand.Server.Dialer;

/// <summary>What is to become of a contact. The numbers are stored, the names are the contract's.</summary>
internal enum ContactState : short
{
    /// <summary>To be called.</summary>
    Pending = 0,

    /// <summary>Talked to an agent.</summary>
    Completed = 1,

    /// <summary>Every attempt is spent.</summary>
    Rejected = 2,

    /// <summary>Disabled, or the campaign ended before.</summary>
    Canceled = 3,
}

/// <summary>A line of a contact's <c>statelog</c>.</summary>
/// <param name="At">When, UTC, whole seconds.</param>
/// <param name="Transition">An attempt's outcome, or a word that begins with an underscore.</param>
internal sealed record StateChange(DateTimeOffset At, string Transition);

/// <summary>What <c>statelog</c> calls what is no attempt. The first is the contract's; the others follow its style.</summary>
internal static class Transitions
{
    public const string Added = "_Source_API_Apl";
    public const string Imported = "_Source_File";
    public const string Entered = "_Source_Page";
    public const string Disabled = "_Disabled";
    public const string Enabled = "_Enabled";
    public const string Spent = "_Attempts_Spent";
    public const string CampaignEnded = "_Campaign_Finalized";
    public const string DoNotCall = "_Do_Not_Call";
}

/// <summary>
/// The states of a contact as a state machine without anything else: Pending → Completed, Rejected or Canceled, and back from Canceled while the campaign
/// goes on. A step that the machine does not have is a conflict.
/// </summary>
internal sealed record ContactLife(
    ContactState State, DateTimeOffset StateAt, bool Enable, DateTimeOffset? AttemptAt, AttemptOutcome? LastAttempt, IReadOnlyList<StateChange> Log)
{
    /// <summary>When it is to be called next, while it is Pending.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>A contact that comes by the API, or from where <paramref name="source"/> says; one that is not to be called is canceled at once.</summary>
    public static ContactLife Added(bool enable, DateTimeOffset at, string source = Transitions.Added)
    {
        var added = new ContactLife(ContactState.Pending, at, true, null, null, [new(at, source)]) { DueAt = at };
        return enable ? added : added.Moved(ContactState.Canceled, Transitions.Disabled, at) with { Enable = false };
    }

    /// <summary>The outcomes of its attempts, in order.</summary>
    public IReadOnlyList<AttemptOutcome> Attempts =>
        [.. Log.Where(l => !l.Transition.StartsWith('_')).Select(l => Enum.Parse<AttemptOutcome>(l.Transition))];

    /// <summary>Whether it is to be called. Saying what is so already changes nothing.</summary>
    public Result<ContactLife> SetEnable(bool enable, bool campaignHasEnded, RedialPlan plan, DateTimeOffset at)
    {
        if (enable == Enable) return this;
        if (State is ContactState.Completed or ContactState.Rejected)
            return Failure.Conflict($"a contact that is {State} is not called again: enable cannot be changed");
        if (campaignHasEnded) return Failure.Conflict("the campaign has ended: enable cannot be changed");
        // Its last attempt may have gone on while it was disabled.
        if (enable && LastAttempt != AttemptOutcome.Answer && plan.IsSpent(Attempts))
            return Failure.Conflict("every attempt at the contact is spent: enable cannot be changed");
        return enable
            ? Moved(ContactState.Pending, Transitions.Enabled, at) with { Enable = true }
            : Moved(ContactState.Canceled, Transitions.Disabled, at) with { Enable = false };
    }

    /// <summary>An attempt was made; where none is left after it the contact is rejected.</summary>
    public Result<ContactLife> Attempted(AttemptOutcome outcome, RedialPlan plan, DateTimeOffset at)
    {
        if (State != ContactState.Pending) return Failure.Conflict($"a contact that is {State} is not called");
        if (LastAttempt == AttemptOutcome.Answer) return Failure.Conflict("the contact is talking to an agent");
        return Called(outcome, plan, at);
    }

    /// <summary>
    /// What became of an attempt that was made, whatever became of the contact meanwhile: one that was disabled, or whose campaign ended, while it was being
    /// called stays what it is, and its log says what happened.
    /// </summary>
    public ContactLife Called(AttemptOutcome outcome, RedialPlan plan, DateTimeOffset at)
    {
        var tried = this with { AttemptAt = at, LastAttempt = outcome, Log = [.. Log, new(at, outcome.ToString())] };
        if (outcome == AttemptOutcome.Answer) return tried;
        var next = plan.NextAt(tried.Attempts, at);
        if (State != ContactState.Pending) return tried with { DueAt = next ?? DueAt };
        return next is { } due ? tried with { DueAt = due } : tried.Moved(ContactState.Rejected, Transitions.Spent, at);
    }

    /// <summary>
    /// The talk that the last attempt led to is over. The log has its <c>Answer</c> already. Who was disabled, or whose campaign ended, while talking has
    /// talked all the same.
    /// </summary>
    public Result<ContactLife> Completed(DateTimeOffset at) => (State, LastAttempt) switch
    {
        (ContactState.Completed, _) => this,
        (ContactState.Pending or ContactState.Canceled, AttemptOutcome.Answer) => this with { State = ContactState.Completed, StateAt = at },
        _ => Failure.Conflict($"a contact that is {State} and did not answer cannot be completed"),
    };

    /// <summary>Its number may not be called: it is on a do-not-call list.</summary>
    public Result<ContactLife> Stopped(DateTimeOffset at) => State == ContactState.Pending
        ? Moved(ContactState.Canceled, Transitions.DoNotCall, at) with { Enable = false }
        : Failure.Conflict($"a contact that is {State} is not called");

    /// <summary>Its campaign ended: who was not reached is not called any more.</summary>
    public ContactLife CampaignEnded(DateTimeOffset at) =>
        State == ContactState.Pending ? Moved(ContactState.Canceled, Transitions.CampaignEnded, at) : this;

    private ContactLife Moved(ContactState state, string transition, DateTimeOffset at) =>
        this with { State = state, StateAt = at, Log = [.. Log, new(at, transition)] };
}
