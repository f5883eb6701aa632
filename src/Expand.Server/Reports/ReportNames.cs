using Expand.Server.Access;
using Expand.Server.Activity;
using Expand.Server.Queues;

namespace Expand.Server.Reports;

/// <summary>What reports call people and queues: an agent's number by who had it at that time, also after that user was deleted.</summary>
internal sealed class ReportNames(UserDirectory users, QueueCatalog catalog, LivePicture picture, ActivityReports reports)
{
    /// <summary>The name of whoever had the number then; empty where nobody ever had it.</summary>
    public string Agent(string number, DateTimeOffset at) => number.Length == 0 ? "" : users.Numbers.At(number, at)?.FullName ?? "";

    /// <summary>The queue's description, or its name.</summary>
    public string Queue(string name) => catalog.DescriptionOf(name);

    /// <summary>The agents of now, by name.</summary>
    public IReadOnlyList<(string Number, string Name)> Agents() =>
        [.. users.All.Where(u => u.IsAgent && u.AgentNumber.Length > 0).Select(u => (u.AgentNumber, u.FullName)).OrderBy(u => u.FullName, StringComparer.CurrentCulture)];

    /// <summary>Queues that the PBX or the settings have, and those of which anything was ever written down.</summary>
    public async Task<IReadOnlyList<QueueInfo>> QueuesAsync(CancellationToken ct) =>
    [
        .. (await reports.QueuesAsync(ct)).Concat(catalog.All.Select(q => q.Name)).Concat(picture.Queues).Distinct(StringComparer.Ordinal)
            .Select(name => new QueueInfo(name, catalog.DescriptionOf(name))).OrderBy(q => q.Description, StringComparer.CurrentCulture),
    ];
}
