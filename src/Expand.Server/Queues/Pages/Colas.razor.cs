using Expand.Server.Access;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Expand.Server.Queues.Pages;

/// <summary>Configuración / Colas y agentes: what queues are called, and who is an agent of which.</summary>
public partial class Colas
{
    private IReadOnlyList<QueueLine>? queues;
    private IReadOnlyList<AgentLine>? agents;
    private string filter = "";
    private bool byAgent;

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    private IEnumerable<QueueLine> ShownQueues => queues!.Where(q => Matches([q.Name, q.Description, .. q.Agents]));

    private IEnumerable<AgentLine> ShownAgents => agents!.Where(a => Matches([a.Person.FullName, a.Person.Username, a.Person.AgentNumber, .. a.Queues]));

    /// <summary>All of it is in memory: the catalog's and the directory's copies, and the picture.</summary>
    protected override Task LoadAsync(CancellationToken ct)
    {
        var (ofPbx, known) = (Picture.Queues.ToHashSet(StringComparer.Ordinal), Picture.IsKnown);
        queues =
        [
            .. Catalog.All.Select(q => q.Name).Union(ofPbx).Select(name => new QueueLine(
                name, Catalog.DescriptionOf(name), ofPbx.Contains(name) ? true : known ? false : null,
                [.. Catalog.AgentsOf(name).Select(Users.Find).OfType<Person>().Select(p => p.FullName).Order(StringComparer.CurrentCulture)]))
                .OrderBy(q => q.Description, StringComparer.CurrentCultureIgnoreCase),
        ];
        agents =
        [
            .. Users.All.Where(p => p is { IsAgent: true, AgentNumber.Length: > 0 }).OrderBy(p => p.FullName, StringComparer.CurrentCultureIgnoreCase)
                .Select(p => new AgentLine(p, [.. Catalog.QueuesOf(p.Id).Select(q => Catalog.DescriptionOf(q.Queue))])),
        ];
        return Task.CompletedTask;
    }

    private bool Matches(IEnumerable<string> texts) =>
        filter.Trim() is not { Length: > 0 } text || texts.Any(t => t.Contains(text, StringComparison.CurrentCultureIgnoreCase));

    private Task AddAsync() => DescribeAsync(Texts["new"], new QueueForm { IsNew = true });

    private Task DescribeAsync(QueueLine queue) =>
        DescribeAsync(Texts["describe.title"], new QueueForm { Name = queue.Name, Description = queue.Description == queue.Name ? "" : queue.Description });

    private async Task DescribeAsync(string title, QueueForm form)
    {
        var dialog = await Dialogs.ShowAsync<QueueDialog>(title, new DialogParameters<QueueDialog> { { d => d.Form, form } }, Asking.Form);
        if (await dialog.Result is { Canceled: false }) Notices.Add(Shared["saved"], Severity.Success);
        await ReloadAsync();
    }

    private Task LinkAgentsAsync(QueueLine queue)
    {
        var linked = agents!.Select(a => a.Person).ToDictionary(p => p.Id, p => Catalog.QueuesOf(p.Id).FirstOrDefault(q => q.Queue == queue.Name));
        var lines = agents!.Select(a => new LinkLine(a.Person.Username, a.Person.FullName, $"{a.Person.Username} · {a.Person.AgentNumber}", linked[a.Person.Id]?.Penalty));
        return LinkAsync(Texts["agents.title", queue.Description], lines, line => (queue.Name, line.Key));
    }

    private Task LinkQueuesAsync(AgentLine agent)
    {
        var linked = Catalog.QueuesOf(agent.Person.Id).ToDictionary(q => q.Queue, q => q.Penalty);
        var lines = queues!.Select(q => new LinkLine(q.Name, q.Description, q.Name, linked.TryGetValue(q.Name, out var penalty) ? penalty : null));
        return LinkAsync(Texts["queues.title", agent.Person.FullName], lines, line => (line.Key, agent.Person.Username));
    }

    private async Task LinkAsync(string title, IEnumerable<LinkLine> lines, Func<LinkLine, (string Queue, string Username)> of)
    {
        var deed = new LinkDeed(async line =>
        {
            var (queue, username) = of(line);
            return line.IsLinked
                ? await Catalog.LinkAsync(queue, username, line.Penalty ?? -1, Me, CancellationToken.None)
                : await Catalog.UnlinkAsync(queue, username, Me, CancellationToken.None);
        });
        var parameters = new DialogParameters<LinksDialog> { { d => d.Lines, [.. lines] }, { d => d.Deed, deed } };
        var dialog = await Dialogs.ShowAsync<LinksDialog>(title, parameters, Asking.Form);
        if (await dialog.Result is { Canceled: false, Data: int changes })
            Notices.Add(changes == 0 ? Texts["links.none"] : Texts["links.done", changes], changes == 0 ? Severity.Normal : Severity.Success);
        await ReloadAsync();
    }

    /// <summary>A queue as the page shows it; <c>InPbx</c>: null while the PBX's queues are not known.</summary>
    private sealed record QueueLine(string Name, string Description, bool? InPbx, IReadOnlyList<string> Agents);

    private sealed record AgentLine(Person Person, IReadOnlyList<string> Queues);
}
