using System.Collections.Concurrent;
using Expand.Phones;

namespace Expand.RealTime.Truth;

/// <summary>An agent's phone with somebody at it: takes, rejects or ignores the queues' calls, one thing at a time, and writes down what was.</summary>
internal sealed class AgentDesk(AgentPlan agent, ShiftPlan plan, Ledger ledger, PhoneBank phones)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Between something that Asterisk may still be busy with and the next thing.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(400);

    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

    private static TimeProvider Clock => TimeProvider.System;

    private readonly Random _chance = plan.Chance("desk " + agent.Number);
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<PhoneCall>> _expected = new();
    private bool _taken;
    private DateTimeOffset _freeSince = DateTimeOffset.MinValue;

    public Phone Phone { get; } = phones[agent.Extension];

    /// <summary>Takes what comes until the shift is over.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        Phone.Behaviour = PhoneBehaviour.NeverAnswers;
        var handled = new List<Task>();
        try
        {
            while (true)
            {
                var call = await Phone.NextCallAsync(TimeSpan.FromMinutes(60), ct);
                handled.Add(HandleAsync(call, ct));
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await Task.WhenAll(handled);
        }
    }

    /// <summary>The phone for oneself; false where it does not become free in time.</summary>
    public async Task<bool> TakeAsync(CancellationToken ct)
    {
        // A queue with callers waiting rings a free phone within a second: the moment in between has to do.
        for (var tries = 0; tries < 3000; tries++)
        {
            lock (_gate)
            {
                if (!_taken && Clock.GetUtcNow() - _freeSince > Rest) return _taken = true;
            }

            await Task.Delay(20, ct);
        }

        return false;
    }

    public void Release()
    {
        lock (_gate) (_taken, _freeSince) = (false, Clock.GetUtcNow());
    }

    /// <summary>A call by that number, which the one who took the phone waits for.</summary>
    public Task<PhoneCall> Expect(string number) =>
        _expected.GetOrAdd(number, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Waits for the end of a call and returns when it was, by whichever side.</summary>
    public static async Task<DateTimeOffset> EndOfAsync(PhoneCall call, TimeSpan patience, CancellationToken ct)
    {
        await call.WaitForAsync(PhoneCallState.Ended, patience, ct);
        for (var tries = 0; tries < 100; tries++)
        {
            foreach (var kind in (PhoneEventKind[])[PhoneEventKind.HungUpThere, PhoneEventKind.HungUpHere, PhoneEventKind.Cancelled, PhoneEventKind.Refused])
                if (call.When(kind) is { } at) return at;
            await Task.Delay(10, ct);
        }

        throw new TimeoutException($"a call of phone {call.Phone.Number} ended, but not when");
    }

    /// <summary>Hangs up; when that was.</summary>
    public static async Task<Moment> HangUpAsync(PhoneCall call, CancellationToken ct)
    {
        await call.HangUpAsync(ct);
        var at = await EndOfAsync(call, Patience, ct);
        return new(at, (call.When(PhoneEventKind.HangUpTaken) ?? at) + Moment.Reaction);
    }

    private async Task HandleAsync(PhoneCall call, CancellationToken ct)
    {
        var number = call.Shown.Number;
        try
        {
            if (_expected.TryGetValue(number, out var waiting))
            {
                waiting.TrySetResult(call);
                return;
            }

            if (!ledger.Calls.TryGetValue(number, out var story))
            {
                ledger.Anomalies.Enqueue($"phone {agent.Extension} was rung by {call.Shown}, whom nobody knows");
                call.Reject(603);
                return;
            }

            await TakeCallAsync(call, story, ct);
        }
        catch (TimeoutException late)
        {
            ledger.Anomalies.Enqueue($"agent {agent.Number} with {number}: {late.Message}");
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            ledger.Anomalies.Enqueue($"agent {agent.Number} was still in a call with {number} at the end");
        }
    }

    private async Task TakeCallAsync(PhoneCall call, CallStory story, CancellationToken ct)
    {
        var rang = await WhenAsync(call, PhoneEventKind.Incoming, ct);
        var offer = new Offer(agent.Number, Moment.Before(rang));
        bool free;
        double luck;
        TimeSpan thinking;
        lock (_gate)
        {
            free = !_taken;
            _taken = true;
            luck = _chance.NextDouble();
            thinking = ShiftPlan.Between(_chance, 0.15, 1.0);
        }

        lock (story.Gate) story.Offers.Add(offer);
        if (!free)
        {
            // In a call, or just dialling: the phone itself says so.
            await RejectAsync(call, story, offer, 486, ct);
            return;
        }

        try
        {
            if (luck < 0.8)
            {
                await Task.Delay(thinking, ct);
                await AnswerAsync(call, story, offer, ct);
            }
            else if (luck < 0.9)
            {
                await Task.Delay(thinking, ct);
                await RejectAsync(call, story, offer, luck < 0.85 ? 486 : 603, ct);
            }
            else
            {
                await LetRingAsync(call, story, offer, ct);
            }
        }
        finally
        {
            Release();
        }
    }

    private static async Task RejectAsync(PhoneCall call, CallStory story, Offer offer, int status, CancellationToken ct)
    {
        lock (story.Gate)
        {
            if (!story.CallerGone)
            {
                story.LastAct = Clock.GetUtcNow();
                call.Reject(status);
            }
        }

        await LetRingAsync(call, story, offer, ct);
    }

    /// <summary>Waits for how the ring ends by itself.</summary>
    private static async Task LetRingAsync(PhoneCall call, CallStory story, Offer offer, CancellationToken ct)
    {
        var ended = await EndOfAsync(call, Patience, ct);
        lock (story.Gate)
        {
            if (!call.Cancelled)
            {
                offer.Ended = Moment.After(ended);
                offer.Outcome = OfferEnd.Rejected;
            }
            else
            {
                offer.Ended = Moment.Before(ended);
                offer.Outcome = story.CallerGone ? OfferEnd.CallerGone : OfferEnd.RangOut;
            }
        }
    }

    private async Task AnswerAsync(PhoneCall call, CallStory story, Offer offer, CancellationToken ct)
    {
        lock (story.Gate)
        {
            if (!story.CallerGone)
            {
                // From here on the caller waits for the talk to begin.
                story.LastAct = Clock.GetUtcNow() + Patience;
                call.Answer();
            }
        }

        if (!call.WasAnswered)
        {
            await LetRingAsync(call, story, offer, ct);
            return;
        }

        var (sent, acknowledged) = (await WhenAsync(call, PhoneEventKind.Answered, ct), await WhenAsync(call, PhoneEventKind.Acknowledged, ct));
        lock (story.Gate)
        {
            // The phone's own answer, until Asterisk has said that it knows.
            offer.Ended = new Moment(sent - TimeSpan.FromMilliseconds(5), acknowledged + Moment.Reaction);
            offer.Outcome = OfferEnd.Answered;
            story.Connected = offer.Ended;
            story.Agent = agent.Number;
        }

        story.Answered.TrySetResult();
        await TalkAsync(call, story, ct);
    }

    private static async Task TalkAsync(PhoneCall call, CallStory story, CancellationToken ct)
    {
        var planned = story.Plan;
        if (planned.End == CallEnd.ByCaller)
        {
            // The caller writes down the end.
            await EndOfAsync(call, Patience, ct);
            return;
        }

        await Task.Delay(planned.Talk, ct);
        switch (planned.End)
        {
            case CallEnd.Blind:
                Ended(story, CallEnd.Blind, await Handover.BlindAsync(call, planned.Target, ct), planned.Target);
                break;
            case CallEnd.Attended:
                Ended(story, CallEnd.Attended, await Handover.AttendedAsync(call, planned.Target, ct), planned.Target);
                break;
            default:
                Ended(story, CallEnd.ByAgent, await HangUpAsync(call, ct), "");
                break;
        }
    }

    private static void Ended(CallStory story, CallEnd end, Moment at, string destination)
    {
        lock (story.Gate) (story.End, story.Ended, story.Destination) = (end, at, destination);
    }

    /// <summary>When something happened that is about to be written down.</summary>
    public static async Task<DateTimeOffset> WhenAsync(PhoneCall call, PhoneEventKind kind, CancellationToken ct)
    {
        for (var tries = 0; tries < 500; tries++)
        {
            if (call.When(kind) is { } at) return at;
            await Task.Delay(10, ct);
        }

        throw new TimeoutException($"phone {call.Phone.Number}: no {kind}");
    }
}
