using System.Data.Common;
using System.Threading.Channels;
using Expand.Server.Pbx;

namespace Expand.Server.Crm;

/// <summary>Hears that agents take calls, and writes down what the CRM is to be told, off the call's path. Every host hears it; one row is made.</summary>
internal sealed class AgentPushFacts(AgentPushOutbox outbox, AgentPushSender sender, CrmServices crm, TimeProvider clock, ILogger<AgentPushFacts> log)
    : BackgroundService, IPbxListener
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    private readonly Channel<Taken> connected =
        Channel.CreateBounded<Taken>(new BoundedChannelOptions(10_000) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    public void Heard(PbxFact fact)
    {
        if (fact is AgentConnected taken && crm.Has(CrmOperation.AgentInfo)) connected.Writer.TryWrite(new Taken(taken, clock.GetUtcNow() + outbox.Lasts));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var fact in connected.Reader.ReadAllAsync(stoppingToken))
            {
                // What could not be written down for so long is worth nothing any more.
                while (clock.GetUtcNow() < fact.GiveUpAt && !await TryAddAsync(fact, stoppingToken)) await Task.Delay(BetweenTries, clock, stoppingToken);
                sender.Wake();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task<bool> TryAddAsync(Taken taken, CancellationToken ct)
    {
        try
        {
            await outbox.AddAsync(taken.Fact, taken.GiveUpAt, ct);
            return true;
        }
        catch (Exception away) when (away is DbException or TimeoutException)
        {
            log.PushNotKept(taken.Fact.UniqueId, away.Message);
            return false;
        }
    }

    private sealed record Taken(AgentConnected Fact, DateTimeOffset GiveUpAt);
}
