using Expand.Phones;

namespace Expand.RealTime.Truth;

/// <summary>
/// An agent's shift: logs in, pauses, dials out, is called, logs out, again and again, sometimes through the API and sometimes at the phone.
/// </summary>
internal sealed class AgentActor(AgentPlan agent, ShiftPlan plan, Ledger ledger, AgentDesk desk, ApiDoor api, OutsideCalling outside)
{
    private readonly Random _chance = plan.Chance("agent " + agent.Number);
    private readonly List<SessionStory> _open = [];

    private static TimeProvider Clock => TimeProvider.System;

    /// <summary>Works until told that nobody calls any more, and leaves.</summary>
    /// <param name="over">No caller is left.</param>
    /// <param name="stays">Whether to stay logged in at the end.</param>
    /// <param name="ct">Gives up.</param>
    public async Task RunAsync(Task over, bool stays, CancellationToken ct)
    {
        try
        {
            await Task.Delay(ShiftPlan.Between(_chance, 0, 5), ct);
            while (!over.IsCompleted)
            {
                await LogInAsync(ct);
                var until = Clock.GetUtcNow() + ShiftPlan.Between(_chance, 20, 90);
                while (Clock.GetUtcNow() < until && !over.IsCompleted)
                {
                    await RestAsync(over, ShiftPlan.Between(_chance, 3, 9), ct);
                    if (!over.IsCompleted) await ActAsync(ct);
                }

                if (over.IsCompleted && stays) return;
                await LogOutAsync(ct);
                await RestAsync(over, ShiftPlan.Between(_chance, 2, 6), ct);
            }
        }
        catch (TimeoutException late)
        {
            ledger.Anomalies.Enqueue($"agent {agent.Number}: {late.Message}");
        }
    }

    private static Task<Task> RestAsync(Task over, TimeSpan rest, CancellationToken ct) => Task.WhenAny(over, Task.Delay(rest, ct));

    private async Task ActAsync(CancellationToken ct)
    {
        switch (_chance.NextDouble())
        {
            case < 0.45:
                await PauseAsync(ct);
                break;
            case < 0.65:
                await outside.DialAsync(agent, _open, desk, _chance, ct);
                break;
            case < 0.78:
                await outside.OriginateAsync(agent, _open, desk, api, _chance, ct);
                break;
            case < 0.9:
                await outside.TakeDirectAsync(agent, _open, desk, _chance, ct);
                break;
            default:
                break;
        }
    }

    private async Task LogInAsync(CancellationToken ct)
    {
        var byApi = _chance.NextDouble() < 0.5;
        // At the phone an agent may leave out a queue.
        var some = _chance.NextDouble() < 0.4;
        IReadOnlyList<string> queues = agent.Queues;
        var when = byApi ? await api.DoAsync("loginAgent", ct, agent.Username, agent.Extension) : null;
        if (when is null)
        {
            if (some) queues = [queues[^1]];
            when = await CodeAsync($"*45{agent.Number}*{Digits(queues)}", ct);
        }

        foreach (var queue in queues)
        {
            var session = new SessionStory(queue, agent.Number, when.Value);
            _open.Add(session);
            ledger.Sessions.Enqueue(session);
        }

        // What begins in the same second as the login could be before it, as the files tell.
        await Task.Delay(1100, ct);
    }

    private async Task LogOutAsync(CancellationToken ct)
    {
        var byApi = _chance.NextDouble() < 0.5;
        if (_chance.NextDouble() < 0.4) await BeginPauseAsync(ct);
        await Task.Delay(1100, ct);
        var when = (byApi ? await api.DoAsync("logoutAgent", ct, agent.Username) : null) ?? await CodeAsync("*46", ct);
        foreach (var session in _open)
        {
            foreach (var pause in session.Pauses.Where(p => p.Ended is null)) pause.Ended = when;
            session.Ended = when;
        }

        _open.Clear();
    }

    private async Task PauseAsync(CancellationToken ct)
    {
        await BeginPauseAsync(ct);
        await Task.Delay(ShiftPlan.Between(_chance, 1.2, 4), ct);
        // Again: with the same reason it is no news, with another one the reason changes.
        if (_chance.NextDouble() < 0.3)
        {
            await BeginPauseAsync(ct);
            await Task.Delay(ShiftPlan.Between(_chance, 1.2, 3), ct);
        }

        if (_chance.NextDouble() < 0.2 && _open.Count > 1)
        {
            await EndPauseAsync(_open[0].Queue, ct);
            await Task.Delay(ShiftPlan.Between(_chance, 1.2, 2), ct);
        }

        await EndPauseAsync("", ct);
    }

    private async Task BeginPauseAsync(CancellationToken ct)
    {
        var byApi = _chance.NextDouble() < 0.5;
        var (code, cause) = _chance.Next(ShiftPlan.Reasons.Count + 1) is var reason && reason < ShiftPlan.Reasons.Count ? ShiftPlan.Reasons[reason] : ("", "");
        var one = _chance.NextDouble() < 0.3 && _open.Count > 1 ? _open[^1].Queue : "";
        var when = (byApi ? await api.DoAsync("pauseAgent", ct, agent.Username, one, code) : null)
            ?? await CodeAsync($"*47{code}{(one.Length > 0 ? "*" + Digits([one]) : "")}", ct);
        foreach (var session in _open.Where(s => one.Length == 0 || s.Queue == one))
        {
            var lasting = session.Paused;
            if (lasting?.Cause == cause) continue;
            if (lasting is not null) lasting.Ended = when;
            session.Pauses.Enqueue(new PauseStory(cause, when));
        }
    }

    private async Task EndPauseAsync(string one, CancellationToken ct)
    {
        var byApi = _chance.NextDouble() < 0.5;
        var when = (byApi ? await api.DoAsync("unpauseAgent", ct, agent.Username, one) : null)
            ?? await CodeAsync($"*48{(one.Length > 0 ? "*" + Digits([one]) : "")}", ct);
        foreach (var session in _open.Where(s => one.Length == 0 || s.Queue == one))
        {
            if (session.Paused is not { } lasting) continue;
            (lasting.Ended, lasting.Unpaused) = (when, true);
        }
    }

    private async Task<Moment> CodeAsync(string code, CancellationToken ct)
    {
        if (!await desk.TakeAsync(ct)) throw new TimeoutException($"the phone is never free to dial {code}");
        try
        {
            var call = desk.Phone.Dial(code);
            var ended = await AgentDesk.EndOfAsync(call, AgentDesk.Patience, ct);
            var dialled = await AgentDesk.WhenAsync(call, PhoneEventKind.Dialling, ct);
            if (call.When(PhoneEventKind.Answered) is not { } answered) throw new TimeoutException($"{code} was refused with {call.Refusal} at {dialled:HH:mm:ss.fff}");
            ledger.Codes.Enqueue((agent.Number, Moment.After(dialled), Moment.Before(ended)));
            return new Moment(dialled, answered);
        }
        finally
        {
            desk.Release();
        }
    }

    private static string Digits(IEnumerable<string> queues) => string.Concat(queues.Select(q => World.DigitOf(q)));
}
