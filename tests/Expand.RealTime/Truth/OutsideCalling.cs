using System.Globalization;
using Expand.Phones;

namespace Expand.RealTime.Truth;

/// <summary>Calls of agents that no queue hands them: dialled at the phone, through originateCall, and straight to their extension.</summary>
internal sealed class OutsideCalling(Ledger ledger, PhoneBank phones)
{
    private int _numbers;

    private enum Answerer
    {
        Answers,
        IsBusy,
        LetsRing,
    }

    /// <summary>The agent dials somebody outside.</summary>
    public async Task DialAsync(AgentPlan agent, IReadOnlyList<SessionStory> open, AgentDesk desk, Random chance, CancellationToken ct)
    {
        var (number, answerer, talk) = (NewNumber("09"), Choose(chance), ShiftPlan.Between(chance, 1, 4));
        var theyHangUp = Prepare(number, answerer, talk, chance);
        if (!await desk.TakeAsync(ct)) return;
        try
        {
            var call = desk.Phone.Dial(number);
            var began = Moment.After(await AgentDesk.WhenAsync(call, PhoneEventKind.Dialling, ct));
            var (answered, ended) = await FollowAsync(call, number, answerer, theyHangUp, talk, ct);
            ledger.Outside.Enqueue(new OutsideStory(number, agent.Number, QueueOf(open), true, began) { Answered = answered, Ended = ended });
        }
        finally
        {
            desk.Release();
        }
    }

    /// <summary>A CRM has the agent's phone call somebody outside.</summary>
    public async Task OriginateAsync(AgentPlan agent, IReadOnlyList<SessionStory> open, AgentDesk desk, ApiDoor api, Random chance, CancellationToken ct)
    {
        var (number, answerer, talk) = (NewNumber("08"), Choose(chance), ShiftPlan.Between(chance, 1, 4));
        var theyHangUp = Prepare(number, answerer, talk, chance);
        if (!api.IsOpen || !await desk.TakeAsync(ct)) return;
        try
        {
            var ringing = desk.Expect(number);
            var job = "";
            var asked = await api.AskAsync(async soap => job = await soap.OriginateAsync(agent.Extension, number, ct, timeout: 30));
            if (asked is null) return;
            if (job.StartsWith('-') || job.Length < 3)
            {
                ledger.Anomalies.Enqueue($"originateCall({agent.Extension}, {number}) answered '{job}' at {asked}");
                return;
            }

            var call = await ringing.WaitAsync(AgentDesk.Patience, ct);
            await Task.Delay(300, ct);
            call.Answer();
            var began = new Moment(asked.Value.Earliest, await AgentDesk.WhenAsync(call, PhoneEventKind.Answered, ct) + Moment.Reaction);
            var (answered, ended) = await FollowAsync(call, number, answerer, theyHangUp, talk, ct);
            ledger.Outside.Enqueue(new OutsideStory(number, agent.Number, QueueOf(open), true, began) { Answered = answered, Ended = ended, ByApi = true });
        }
        finally
        {
            desk.Release();
        }
    }

    /// <summary>Somebody outside calls the agent's extension.</summary>
    public async Task TakeDirectAsync(AgentPlan agent, IReadOnlyList<SessionStory> open, AgentDesk desk, Random chance, CancellationToken ct)
    {
        var number = NewNumber("07");
        var (answers, talk) = (chance.NextDouble() < 0.8, ShiftPlan.Between(chance, 1, 3));
        if (!await desk.TakeAsync(ct)) return;
        try
        {
            var ringing = desk.Expect(number);
            var caller = phones["trunk"].Dial(agent.Extension, new ShownParty("Directo", number));
            var began = Moment.After(await AgentDesk.WhenAsync(caller, PhoneEventKind.Dialling, ct));
            var call = await ringing.WaitAsync(AgentDesk.Patience, ct);
            await Task.Delay(500, ct);
            if (answers)
            {
                call.Answer();
                var answered = Moment.After(await AgentDesk.WhenAsync(call, PhoneEventKind.Answered, ct));
                await Task.Delay(talk, ct);
                var ended = await AgentDesk.HangUpAsync(call, ct);
                ledger.Outside.Enqueue(new OutsideStory(number, agent.Number, QueueOf(open), false, began) { Answered = answered, Ended = ended });
            }
            else
            {
                call.Reject(603);
                var told = await AgentDesk.EndOfAsync(caller, AgentDesk.Patience, ct);
                ledger.Outside.Enqueue(new OutsideStory(number, agent.Number, QueueOf(open), false, began) { Ended = new Moment(told - Moment.Reaction, told + Moment.Reaction) });
            }
        }
        finally
        {
            desk.Release();
        }
    }

    /// <summary>Until the agent's leg is over; how the other side's was.</summary>
    private async Task<(Moment? Answered, Moment Ended)> FollowAsync(
        PhoneCall call, string number, Answerer answerer, bool theyHangUp, TimeSpan talk, CancellationToken ct)
    {
        if (answerer == Answerer.IsBusy) return (null, Moment.Before(await AgentDesk.EndOfAsync(call, AgentDesk.Patience, ct)));
        var there = await phones[number].NextCallAsync(AgentDesk.Patience, ct);
        if (answerer == Answerer.LetsRing)
        {
            await Task.Delay(talk, ct);
            await call.HangUpAsync(ct);
            var given = await AgentDesk.EndOfAsync(call, AgentDesk.Patience, ct);
            return (null, new Moment(call.IsIncoming ? given : given - Moment.Reaction, given + Moment.Reaction));
        }

        await there.WaitForAsync(PhoneCallState.Answered, AgentDesk.Patience, ct);
        var span = Moment.After(await AgentDesk.WhenAsync(there, PhoneEventKind.Answered, ct));
        if (theyHangUp)
        {
            await AgentDesk.EndOfAsync(call, AgentDesk.Patience, ct);
            var hungUp = await AgentDesk.EndOfAsync(there, AgentDesk.Patience, ct);
            return (span, Moment.After(hungUp));
        }

        await Task.Delay(talk, ct);
        return (span, await AgentDesk.HangUpAsync(call, ct));
    }

    /// <summary>Sets what the number outside does; whether it hangs up first.</summary>
    private bool Prepare(string number, Answerer answerer, TimeSpan talk, Random chance)
    {
        var (rings, theyHangUp) = (ShiftPlan.Between(chance, 0.2, 2), chance.Next(2) == 0);
        phones[number].Behaviour = answerer switch
        {
            Answerer.Answers => PhoneBehaviour.Answers(rings, theyHangUp ? talk : null),
            Answerer.IsBusy => PhoneBehaviour.Refuses(486, TimeSpan.FromSeconds(0.3)),
            _ => PhoneBehaviour.NeverAnswers,
        };
        return theyHangUp;
    }

    private static Answerer Choose(Random chance) =>
        chance.NextDouble() switch { < 0.65 => Answerer.Answers, < 0.8 => Answerer.IsBusy, _ => Answerer.LetsRing };

    /// <summary>The queue logged in to first; of those of one login, the first by name.</summary>
    private static string QueueOf(IReadOnlyList<SessionStory> open) => open.OrderBy(s => s.Began.Earliest).ThenBy(s => s.Queue, StringComparer.Ordinal).First().Queue;

    private string NewNumber(string prefix) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{5_000_000 + Interlocked.Increment(ref _numbers)}");
}
