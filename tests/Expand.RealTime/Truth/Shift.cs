using System.Xml;
using System.Xml.Linq;
using Expand.Phones;
using Expand.TestKit;

namespace Expand.RealTime.Truth;

/// <summary>A picture that statusQueues showed, asked for and answered within the moment.</summary>
internal sealed record Sample(Moment At, XElement Panel);

/// <summary>Lets all actors of a plan work in a world, breaks what is to be broken, and keeps what was seen.</summary>
internal sealed class Shift(World world, ShiftPlan plan, bool withFaults)
{
    private static readonly TimeSpan DatabaseAway = TimeSpan.FromSeconds(10);
    private int _begun;

    public Ledger Ledger { get; } = new();

    public List<Sample> Samples { get; } = [];

    public List<Outage> Outages { get; } = [];

    /// <summary>Whether a picture that was shown then may lack a call although it was talked on.</summary>
    public bool MayLack(CallStory call, Moment shown) => Outages.Exists(o => o.MayLack(call, Ledger.Sessions, shown));

    public DateTimeOffset Began { get; private set; }

    public DateTimeOffset Ended { get; private set; }

    private static TimeProvider Clock => TimeProvider.System;

    public async Task RunAsync(CancellationToken ct)
    {
        var api = new ApiDoor(world.Soap, Ledger);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var phones = world.Asterisk.Phones;
        foreach (var (target, i) in plan.Targets.Select((t, i) => (t, i)))
            phones[target].Behaviour = PhoneBehaviour.Answers(TimeSpan.FromSeconds(0.2), i % 2 == 0 ? null : TimeSpan.FromSeconds(2));
        var outside = new OutsideCalling(Ledger, phones);
        var over = new TaskCompletionSource();
        Began = Clock.GetUtcNow();
        var sampling = world.Soap is null ? Task.CompletedTask : SampleAsync(api, done.Token);
        var desks = plan.Agents.ToDictionary(a => a.Number, a => new AgentDesk(a, plan, Ledger, phones));
        var atDesks = desks.Values.Select(d => d.RunAsync(done.Token)).ToArray();
        var agents = plan.Agents.Select((a, i) => new AgentActor(a, plan, Ledger, desks[a.Number], api, outside).RunAsync(over.Task, stays: i == 4, ct)).ToArray();
        var faults = withFaults ? BreakAsync(api, ct) : Task.CompletedTask;
        await Task.WhenAll(plan.Callers.Select(caller => CallAsync(caller, phones, ct)));
        await faults;
        over.SetResult();
        await Task.WhenAll(agents);
        // What is under way at the phones ends by itself.
        await Task.Delay(TimeSpan.FromSeconds(3), ct);
        await done.CancelAsync();
        await Task.WhenAll(atDesks);
        await sampling;
        Ended = Clock.GetUtcNow();
    }

    private async Task CallAsync(CallPlan caller, PhoneBank phones, CancellationToken ct)
    {
        var wait = Began + caller.At - Clock.GetUtcNow();
        if (wait > TimeSpan.Zero) await Task.Delay(wait, ct);
        Interlocked.Increment(ref _begun);
        await new CallerActor(caller, Ledger, phones).RunAsync(ct);
    }

    private async Task SampleAsync(ApiDoor api, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(2), ct);
                XElement? panel = null;
                var when = await api.AskAsync(async soap => panel = await soap.XmlAsync("statusQueues", CancellationToken.None));
                if (when is { } at && panel is not null) Samples.Add(new Sample(at, panel));
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The shift is over.
        }
    }

    private async Task BreakAsync(ApiDoor api, CancellationToken ct)
    {
        await BreakAsync(OutageKind.Killed, 1.0 / 3, api, async () =>
        {
            world.Server!.Kill();
            await Task.Delay(TimeSpan.FromSeconds(2), ct);
            await world.Server.StartAgainAsync(ct);
        }, ct);
        await BreakAsync(OutageKind.WithoutDatabase, 1.0 / 2, api, async () =>
        {
            var outage = world.Postgres!.StopForAsync(DatabaseAway, ct);
            await Task.Delay(DatabaseAway / 2, ct);
            await LookAsync();
            await outage;
        }, ct);
        await BreakAsync(OutageKind.Deaf, 2.0 / 3, api, async () =>
        {
            world.Tap!.Cut();
            await Task.Delay(TimeSpan.FromMilliseconds(500), ct);
        }, ct);
    }

    /// <summary>The live picture needs no database.</summary>
    private async Task LookAsync()
    {
        try
        {
            await world.Soap!.XmlAsync("statusQueues", CancellationToken.None);
        }
        catch (Exception broken) when (broken is HttpRequestException or SoapFaultException or XmlException)
        {
            Ledger.Anomalies.Enqueue($"no statusQueues without PostgreSQL: {broken.Message}");
        }
    }

    private async Task BreakAsync(OutageKind kind, double part, ApiDoor api, Func<Task> act, CancellationToken ct)
    {
        while (_begun < plan.Callers.Count * part) await Task.Delay(100, ct);
        await api.CloseAsync();
        var from = Clock.GetUtcNow();
        await act();
        await world.WellAsync(ct);
        Outages.Add(new Outage(kind, from, Clock.GetUtcNow() + TimeSpan.FromSeconds(3)));
        api.Open();
    }
}
