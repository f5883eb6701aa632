using System.Threading.Channels;
using Expand.Server.Pbx;
using Microsoft.Extensions.Options;

namespace Expand.Server.Crm;

/// <summary>
/// In the demonstration, the simulator's callers from outside come through an IVR: what they pressed there is told by the use case that a dialplan's AGI
/// would call, so that the agent's page has something to show. A real Asterisk tells its own, also the one that is brought along.
/// </summary>
internal sealed class CrmDemo(IvrNodes nodes, IOptions<PbxOptions> pbx, IOptions<AgiOptions> agi) : BackgroundService, IPbxListener
{
    private const int Most = 10_000;
    private const int OutsideLength = 6;

    /// <summary>Channels that came in; facts come on one thread.</summary>
    private readonly HashSet<string> cameIn = new(StringComparer.Ordinal);
    private readonly Channel<PbxCaller> callers = Channel.CreateBounded<PbxCaller>(new BoundedChannelOptions(100) { FullMode = BoundedChannelFullMode.DropOldest });

    public void Heard(PbxFact fact)
    {
        if (!pbx.Value.IsDemonstration || agi.Value.Port is not null) return;
        switch (fact)
        {
            // Who dials comes in; whom a call that the server makes dials does not.
            case ChannelStarted { Dialled.Length: > 0 } started when cameIn.Count < Most:
                cameIn.Add(started.UniqueId);
                break;
            case ChannelEnded ended:
                cameIn.Remove(ended.UniqueId);
                break;
            case CallerJoined { Caller: var caller } when caller.CallerId.Length >= OutsideLength && cameIn.Contains(caller.UniqueId):
                callers.Writer.TryWrite(caller);
                break;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var caller in callers.Reader.ReadAllAsync(stoppingToken))
            {
                await PassAsync(caller, "menu", caller.Queue == "q_soporte" ? "2" : "1", stoppingToken);
                // Those whom the CRM would know by their number were not asked for theirs.
                if (caller.CallerId is [.., var one, var two, var three, _] && one % 2 == 0) await PassAsync(caller, "cliente", $"4{one}{two}{three}", stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task PassAsync(PbxCaller caller, string code, string data, CancellationToken ct) =>
        await nodes.PassAsync(new IvrPass(caller.UniqueId, caller.CallerId, code, data, ""), ct);
}
