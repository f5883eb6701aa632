using Expand.Server.Dialer;
using Expand.Server.Platform;

namespace Expand.Server.Tests.Dialer;

/// <summary>The contacts' state machine: what leads where, what is refused, and what the log says of it.</summary>
public sealed class ContactLifeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 15, 0, 0, TimeSpan.Zero);

    private static readonly RedialPlan Plan = new([new(AttemptOutcome.Busy, 300, 3), new(AttemptOutcome.NoAnswer, 60, 2)], 4);

    [Fact]
    public void A_contact_of_the_api_is_pending_and_its_log_says_where_it_comes_from()
    {
        var added = ContactLife.Added(true, Noon);
        Assert.Equal((ContactState.Pending, Noon, true, null, null), (added.State, added.StateAt, added.Enable, added.AttemptAt, added.LastAttempt));
        Assert.Equal([new StateChange(Noon, "_Source_API_Apl")], added.Log);
    }

    [Fact]
    public void One_that_is_not_to_be_called_is_canceled_at_once()
    {
        var added = ContactLife.Added(false, Noon);
        Assert.Equal((ContactState.Canceled, false), (added.State, added.Enable));
        Assert.Equal(["_Source_API_Apl", "_Disabled"], Words(added));
    }

    [Fact]
    public void Enable_cancels_and_brings_back_while_the_campaign_goes_on()
    {
        var added = ContactLife.Added(true, Noon);
        Assert.Same(added, Value(added.SetEnable(true, false, Plan, Noon.AddHours(1))));
        var off = Value(added.SetEnable(false, false, Plan, Noon.AddHours(1)));
        Assert.Equal((ContactState.Canceled, Noon.AddHours(1), false), (off.State, off.StateAt, off.Enable));
        Assert.Same(off, Value(off.SetEnable(false, true, Plan, Noon.AddHours(2))));
        Refused(off.SetEnable(true, true, Plan, Noon.AddHours(2)));
        var on = Value(off.SetEnable(true, false, Plan, Noon.AddHours(2)));
        Assert.Equal((ContactState.Pending, Noon.AddHours(2), true), (on.State, on.StateAt, on.Enable));
        Assert.Equal(["_Source_API_Apl", "_Disabled", "_Enabled"], Words(on));
    }

    [Fact]
    public void Who_is_disabled_while_being_called_stays_so_and_the_log_says_what_happened()
    {
        var off = Value(ContactLife.Added(true, Noon).SetEnable(false, false, Plan, Noon.AddMinutes(1)));
        var called = off.Called(AttemptOutcome.Busy, Plan, Noon.AddMinutes(2));
        Assert.Equal((ContactState.Canceled, false, Noon.AddMinutes(2), AttemptOutcome.Busy), (called.State, called.Enable, called.AttemptAt, called.LastAttempt));
        Assert.Equal(["_Source_API_Apl", "_Disabled", "Busy"], Words(called));
        // Enabled again it waits as long as any other.
        Assert.Equal((ContactState.Pending, Noon.AddMinutes(7)), (Value(called.SetEnable(true, false, Plan, Noon.AddMinutes(3))).State, called.DueAt));
    }

    [Fact]
    public void Whose_last_attempt_was_made_while_disabled_is_not_called_once_more()
    {
        var off = Value(ContactLife.Added(true, Noon).SetEnable(false, false, Plan, Noon.AddMinutes(1)));
        Refused(off.Called(AttemptOutcome.Abandoned, Plan, Noon.AddMinutes(2)).SetEnable(true, false, Plan, Noon.AddMinutes(3)));
        // Who talks to an agent meanwhile is no further attempt.
        var talking = Value(off.Called(AttemptOutcome.Answer, Plan, Noon.AddMinutes(2)).SetEnable(true, false, Plan, Noon.AddMinutes(3)));
        Assert.Equal(ContactState.Completed, Value(talking.Completed(Noon.AddMinutes(4))).State);
    }

    [Fact]
    public void Whose_campaign_ends_while_talking_has_talked()
    {
        var talking = ContactLife.Added(true, Noon).Called(AttemptOutcome.Answer, Plan, Noon.AddMinutes(1)).CampaignEnded(Noon.AddMinutes(2));
        Assert.Equal(ContactState.Canceled, talking.State);
        Assert.Equal((ContactState.Completed, Noon.AddMinutes(3)), (Value(talking.Completed(Noon.AddMinutes(3))).State, Value(talking.Completed(Noon.AddMinutes(3))).StateAt));
        // And whoever rang when it ended, and was taken by an agent after it.
        var rang = ContactLife.Added(true, Noon).CampaignEnded(Noon.AddMinutes(2)).Called(AttemptOutcome.Answer, Plan, Noon.AddMinutes(3));
        Assert.Equal(ContactState.Completed, Value(rang.Completed(Noon.AddMinutes(4))).State);
        Refused(ContactLife.Added(true, Noon).CampaignEnded(Noon.AddMinutes(2)).Called(AttemptOutcome.Busy, Plan, Noon.AddMinutes(3)).Completed(Noon.AddMinutes(4)));
    }

    [Fact]
    public void Who_talked_to_an_agent_is_completed_when_the_talk_is_over()
    {
        var added = ContactLife.Added(true, Noon);
        Refused(added.Completed(Noon));
        var talking = Value(added.Attempted(AttemptOutcome.Answer, Plan, Noon.AddMinutes(1)));
        Assert.Equal((ContactState.Pending, Noon.AddMinutes(1), AttemptOutcome.Answer), (talking.State, talking.AttemptAt, talking.LastAttempt));
        Refused(talking.Attempted(AttemptOutcome.Busy, Plan, Noon.AddMinutes(2)));
        var over = Value(talking.Completed(Noon.AddMinutes(3)));
        Assert.Equal((ContactState.Completed, Noon.AddMinutes(3), Noon.AddMinutes(1)), (over.State, over.StateAt, over.AttemptAt));
        // As in the contract's example: the end of the talk is no line of the log.
        Assert.Equal(["_Source_API_Apl", "Answer"], Words(over));
        Assert.Same(over, Value(over.Completed(Noon.AddMinutes(4))));
        Refused(over.SetEnable(false, false, Plan, Noon.AddMinutes(4)));
        Refused(over.Attempted(AttemptOutcome.Busy, Plan, Noon.AddMinutes(4)));
        Assert.Same(over, over.CampaignEnded(Noon.AddMinutes(4)));
    }

    [Theory]
    // The rule's attempts with this outcome, attempts in all, and an outcome that has no rule.
    [InlineData("Busy,Busy,Busy", "Pending,Pending,Rejected")]
    [InlineData("NoAnswer,Busy,NoAnswer", "Pending,Pending,Rejected")]
    [InlineData("Busy,NoAnswer,Busy,Busy", "Pending,Pending,Pending,Rejected")]
    [InlineData("Busy,Congestion", "Pending,Rejected")]
    [InlineData("AnsweringMachine", "Rejected")]
    [InlineData("Abandoned", "Rejected")]
    [InlineData("Busy,Busy,NoAnswer,Answer", "Pending,Pending,Pending,Pending")]
    public void Whose_attempts_are_spent_is_rejected(string outcomes, string states)
    {
        var life = ContactLife.Added(true, Noon);
        var seen = new List<ContactState>();
        foreach (var outcome in outcomes.Split(',').Select(Enum.Parse<AttemptOutcome>))
        {
            life = Value(life.Attempted(outcome, Plan, Noon.AddMinutes(seen.Count + 1)));
            seen.Add(life.State);
        }

        Assert.Equal(states, string.Join(',', seen));
        Assert.Equal((Noon.AddMinutes(seen.Count), Enum.Parse<AttemptOutcome>(outcomes.Split(',')[^1])), (life.AttemptAt, life.LastAttempt));
        Assert.Equal(outcomes.Split(','), life.Attempts.Select(a => a.ToString()));
        if (life.State != ContactState.Rejected) return;
        Assert.Equal("_Attempts_Spent", life.Log[^1].Transition);
        Refused(life.Attempted(AttemptOutcome.Busy, Plan, Noon));
        Refused(life.SetEnable(false, false, Plan, Noon));
        Refused(life.Completed(Noon));
    }

    [Fact]
    public void The_end_of_the_campaign_cancels_who_is_pending_and_leaves_enable_as_it_is()
    {
        var ended = ContactLife.Added(true, Noon).CampaignEnded(Noon.AddDays(1));
        Assert.Equal((ContactState.Canceled, Noon.AddDays(1), true, "_Campaign_Finalized"), (ended.State, ended.StateAt, ended.Enable, ended.Log[^1].Transition));
        Assert.Same(ended, Value(ended.SetEnable(true, true, Plan, Noon.AddDays(2))));
        Refused(ended.SetEnable(false, true, Plan, Noon.AddDays(2)));
        Refused(ended.Attempted(AttemptOutcome.Busy, Plan, Noon));
    }

    [Fact]
    public void The_log_is_stored_in_utc_and_comes_back_as_it_was()
    {
        StateChange[] log = [new(Noon, "_Source_API_Apl"), new(Noon.AddSeconds(61), "NoAnswer")];
        var text = StateLogJson.Write(log);
        Assert.Equal("""[{"at":"2026-11-23T15:00:00Z","transition":"_Source_API_Apl"},{"at":"2026-11-23T15:01:01Z","transition":"NoAnswer"}]""", text);
        Assert.Equal(log, StateLogJson.Read(text));
    }

    private static string[] Words(ContactLife life) => [.. life.Log.Select(l => l.Transition)];

    private static ContactLife Value(Result<ContactLife> step)
    {
        Assert.Null(step.Failure);
        return step.Value!;
    }

    private static void Refused(Result<ContactLife> step) => Assert.Equal(FailureKind.Conflict, step.Failure?.Kind);
}
