using Expand.Server.Activity;
using Expand.Server.Platform;
using Expand.Server.Queues;
using Microsoft.Extensions.Options;

namespace Expand.Server.Reports;

/// <summary>An agent's sums, and who it was.</summary>
internal sealed record AgentLine(string Name, AgentTotals Totals)
{
    public string Number => Totals.Agent;

    /// <summary>Logged in and not paused.</summary>
    public long Working => Totals.Logged - Totals.Paused;

    /// <summary>Talk of all kinds.</summary>
    public long Talking => Totals.Talk + Totals.OutgoingTalk;

    /// <summary>In percent, how much of the working time was talk; null where there was none.</summary>
    public double? Occupancy => Working <= 0 ? null : 100.0 * Talking / Working;
}

/// <summary>The agents' sums: of one queue agentData's; of all of them the sums of those, with the times of getAgentTimes.</summary>
internal sealed class AgentReport(ActivityReports reports, ReportNames names, IOptions<QueueOptions> options, LocalTime time)
{
    /// <summary>In agentData's order: by name, then by number.</summary>
    public async Task<IReadOnlyList<AgentLine>> OfAsync(ReportFilter filter, ReportPeriod period, CancellationToken ct)
    {
        var (now, shortTalk) = (time.Now, options.Value.ShortTalkSeconds);
        var totals = filter.Queue.Length == 0
            ? await reports.TotalsOfAllAsync(period.From, period.To, now, shortTalk, ct)
            : await reports.TotalsAsync(filter.Queue, period.From, period.To, now, shortTalk, ct);
        return
        [
            .. totals.Where(t => filter.Agent.Length == 0 || t.Agent == filter.Agent).Select(t => new AgentLine(names.Agent(t.Agent, period.To), t))
                .OrderBy(l => l.Name, StringComparer.Ordinal).ThenBy(l => l.Number.Length).ThenBy(l => l.Number, StringComparer.Ordinal),
        ];
    }
}
