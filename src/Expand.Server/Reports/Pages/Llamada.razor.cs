using Expand.Server.Activity;
using Expand.Server.Cdr;
using Microsoft.AspNetCore.Components;

namespace Expand.Server.Reports.Pages;

/// <summary>One call: all its records, what happened to it in the queues and at the agents, and what whoever made it keeps with it.</summary>
public partial class Llamada
{
    private IReadOnlyList<CallRecord>? records;
    private IReadOnlyList<ActivityRow> activities = [];
    private IReadOnlyList<AgentCallRow> agents = [];
    private string note = "";

    /// <summary>The call's Uniqueid.</summary>
    [Parameter]
    public string UniqueId { get; set; } = "";

    internal static string AddressOf(string uniqueId) => $"{Llamadas.Here}/{Uri.EscapeDataString(uniqueId)}";

    private string? Lead => records is { Count: > 0 } ? Texts["call.lead", Time.Format(records[0].CallDate)].Value : null;

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        var found = await Records.LinkedAsync(UniqueId, ct);
        activities = await Reports.OfCallAsync(UniqueId, ct);
        agents = await Reports.AgentsOfCallAsync(UniqueId, ct);
        note = await Records.NoteAsync(UniqueId, ct);
        records = found;
    }

    /// <summary>A call that just ended gets its records within seconds.</summary>
    protected override Task UntilNextAsync(CancellationToken ct) => Task.Delay(TimeSpan.FromSeconds(10), Clock, ct);

    private string Talked(AgentCallRow call) => call switch
    {
        { TalkFrom: { } from, TalkTo: { } to } => Texts["detail.talk", ReportWords.Duration(ReportWords.Seconds(from, to))] + (call.Transferred ? $" · {Texts["call.transferred"]}" : ""),
        { TalkFrom: not null } => Texts["call.talking"],
        _ => "",
    };
}
