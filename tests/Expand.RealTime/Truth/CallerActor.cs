using Expand.Phones;

namespace Expand.RealTime.Truth;

/// <summary>A caller of a queue: calls from outside, waits, talks, leaves; and writes down when.</summary>
internal sealed class CallerActor(CallPlan plan, Ledger ledger, PhoneBank phones)
{
    /// <summary>Every caller's name.</summary>
    public const string Name = "Cliente Peña";

    /// <summary>Around the moment in which a ring runs out nobody hangs up: whether it did could not be told.</summary>
    private static readonly TimeSpan EdgeFrom = TimeSpan.FromSeconds(ShiftPlan.RingSeconds - 0.7), EdgeTo = TimeSpan.FromSeconds(ShiftPlan.RingSeconds + 0.9);

    private static readonly TimeSpan SoundAwaited = TimeSpan.FromMilliseconds(500);

    private static TimeProvider Clock => TimeProvider.System;

    public async Task RunAsync(CancellationToken ct)
    {
        var story = new CallStory(plan);
        ledger.Calls[plan.Number] = story;
        try
        {
            var call = phones["trunk"].Dial(plan.Queue, new ShownParty(Name, plan.Number));
            await call.WaitForAsync(PhoneCallState.Answered, AgentDesk.Patience, ct);
            var dialled = await AgentDesk.WhenAsync(call, PhoneEventKind.Dialling, ct);
            story.Dialled = Moment.After(dialled);
            // Answer() waits up to half a second for sound, which our phones do not make; the first ring, if there is one, tells better.
            var answered = await AgentDesk.WhenAsync(call, PhoneEventKind.Answered, ct);
            story.Entered = new Moment(answered, answered + SoundAwaited + Moment.Reaction);
            var taken = await WaitAsync(call, story, ct);
            if (story.AllOffers is [var first, ..] && first.Rang.Latest < story.Entered.Latest) story.Entered = story.Entered with { Latest = first.Rang.Latest };
            if (taken) await TalkAsync(call, story, ct);
        }
        catch (TimeoutException late)
        {
            ledger.Anomalies.Enqueue($"caller {plan.Number}: {late.Message}");
        }
    }

    /// <summary>Whether it was answered.</summary>
    private async Task<bool> WaitAsync(PhoneCall call, CallStory story, CancellationToken ct)
    {
        await Task.WhenAny(story.Answered.Task, Task.Delay(plan.Patience, ct));
        while (!story.Answered.Task.IsCompleted)
        {
            lock (story.Gate) story.CallerGone = MayGo(story);
            if (story.CallerGone)
            {
                story.Ended = story.Left = await AgentDesk.HangUpAsync(call, ct);
                story.End = CallEnd.Abandoned;
                return false;
            }

            await Task.Delay(50, ct);
        }

        return true;
    }

    private static bool MayGo(CallStory story)
    {
        var now = Clock.GetUtcNow();
        return now - story.LastAct > AgentDesk.Margin
            && story.Offers.All(o => o.Outcome != OfferEnd.Pending || now - o.Rang.Latest < EdgeFrom || now - o.Rang.Latest > EdgeTo);
    }

    private async Task TalkAsync(PhoneCall call, CallStory story, CancellationToken ct)
    {
        if (plan.End == CallEnd.ByCaller)
        {
            await Task.Delay(plan.Talk, ct);
            var left = await AgentDesk.HangUpAsync(call, ct);
            lock (story.Gate) (story.End, story.Ended, story.Left) = (CallEnd.ByCaller, left, left);
            return;
        }

        // The agent ends it, or hands it on.
        await Task.WhenAny(EndedAsync(call, ct), HandedOnAsync(story, ct));
        if (call.State != PhoneCallState.Ended) await Task.WhenAny(EndedAsync(call, ct), Task.Delay(plan.After, ct));
        if (call.State != PhoneCallState.Ended) await call.HangUpAsync(ct);
        var ended = await AgentDesk.EndOfAsync(call, AgentDesk.Patience, ct);
        story.Left = call.When(PhoneEventKind.HungUpHere) is { } here
            ? new Moment(here, (call.When(PhoneEventKind.HangUpTaken) ?? here) + Moment.Reaction)
            : Moment.Before(ended);
    }

    private static async Task EndedAsync(PhoneCall call, CancellationToken ct) => await call.WaitForAsync(PhoneCallState.Ended, TimeSpan.FromSeconds(60), ct);

    private static async Task HandedOnAsync(CallStory story, CancellationToken ct)
    {
        while (true)
        {
            lock (story.Gate)
            {
                if (story.End != CallEnd.None) return;
            }

            await Task.Delay(40, ct);
        }
    }
}
