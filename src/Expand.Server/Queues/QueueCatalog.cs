using System.Globalization;
using System.Text.RegularExpressions;
using Expand.Server.Access;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Expand.Server.Queues;

/// <summary>A queue as known here: by the PBX, by its settings, or by both.</summary>
internal sealed record QueueInfo(string Name, string Description);

/// <summary>The queues' settings and which users are their agents, in memory on every host; every change audited.</summary>
internal sealed partial class QueueCatalog(
    NpgsqlDataSource database, IDbContextFactory<ExpandDb> databases, TimeProvider clock, ILogger<QueueCatalog> log)
    : SharedCopy(database, Counter)
{
    /// <summary>The number that changes of queues are counted under.</summary>
    public const int Counter = 3;

    /// <summary>Characters of a description at most.</summary>
    public const int DescriptionLength = 100;

    /// <summary>The highest penalty.</summary>
    public const int MaxPenalty = 1000;

    private volatile Known known = new([], []);

    /// <summary>Queues with settings or agents, ordered by name.</summary>
    public IReadOnlyCollection<QueueInfo> All => [.. known.Queues];

    /// <summary>Another object after each change.</summary>
    public object Edition => known;

    /// <summary>The queue's description, or its name where none is set.</summary>
    public string DescriptionOf(string queue) => known.Descriptions.GetValueOrDefault(queue) ?? queue;

    /// <summary>The queues that the user is an agent of, ordered by name, with the penalty.</summary>
    public IReadOnlyList<QueueAgent> QueuesOf(int userId) => [.. known.ByUser[userId]];

    /// <summary>The users who are agents of the queue.</summary>
    public IReadOnlyList<int> AgentsOf(string queue) => [.. known.ByQueue[queue].Select(a => a.UserId)];

    /// <summary>Sets what people call a queue; empty: nothing is set of it any more, and it is called by its name where the PBX or a link has it.</summary>
    public async Task<Failure?> SetDescriptionAsync(string queue, string description, Actor actor, CancellationToken ct)
    {
        description = description.Trim();
        if (Named(queue) is { } wrong) return wrong;
        if (description.Length > DescriptionLength) return Failure.Invalid("description", $"the description may have {DescriptionLength} characters at most");
        if (description.Any(char.IsControl)) return Failure.Invalid("description", "the description may not hold control characters");
        // A name that was mistyped must not stay in the panel for ever.
        await ChangeAsync("queue.described", queue, description, actor, db => description.Length == 0
            ? db.Database.ExecuteSqlAsync($"delete from queues where name = {queue}", ct)
            : db.Database.ExecuteSqlAsync(
                $"""
                insert into queues (name, description) values ({queue}, {description})
                on conflict (name) do update set description = excluded.description where queues.description <> excluded.description
                """, ct), ct);
        return null;
    }

    /// <summary>Makes a user an agent of a queue, or changes the penalty. Repeating it changes nothing.</summary>
    public async Task<Failure?> LinkAsync(string queue, string username, int penalty, Actor actor, CancellationToken ct)
    {
        if (Named(queue) is { } wrong) return wrong;
        if (penalty is < 0 or > MaxPenalty) return Failure.Invalid("penalty", $"the penalty is a number from 0 to {MaxPenalty}");
        if (await UserAsync(username, ct) is not { } user) return Failure.NotFound($"user {username}");
        if (!user.IsAgent || string.IsNullOrEmpty(user.AgentNumber)) return Failure.Conflict($"user {username} is no agent");
        var detail = $"{user.UserName} with penalty {penalty.ToString(CultureInfo.InvariantCulture)}";
        await ChangeAsync("queue.linked", queue, detail, actor, db => db.Database.ExecuteSqlAsync(
            $"""
            insert into queue_agents (queue, user_id, penalty) values ({queue}, {user.Id}, {penalty})
            on conflict (queue, user_id) do update set penalty = excluded.penalty where queue_agents.penalty <> excluded.penalty
            """, ct), ct);
        return null;
    }

    /// <summary>A user is an agent of that queue no longer; one who is none is no failure.</summary>
    public async Task<Failure?> UnlinkAsync(string queue, string username, Actor actor, CancellationToken ct)
    {
        if (Named(queue) is { } wrong) return wrong;
        if (await UserAsync(username, ct) is not { } user) return Failure.NotFound($"user {username}");
        await ChangeAsync("queue.unlinked", queue, user.UserName!, actor, db => db.Database.ExecuteSqlAsync(
            $"delete from queue_agents where queue = {queue} and user_id = {user.Id}", ct), ct);
        return null;
    }

    protected override async Task LoadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var (settings, agents) = (new List<QueueInfo>(), new List<QueueAgent>());
        await using (var command = new NpgsqlCommand("select name, description from queues", connection) { CommandTimeout = 5 })
        await using (var rows = await command.ExecuteReaderAsync(ct))
        {
            while (await rows.ReadAsync(ct)) settings.Add(new QueueInfo(rows.GetString(0), rows.GetString(1)));
        }

        await using (var command = new NpgsqlCommand("select queue, user_id, penalty from queue_agents", connection) { CommandTimeout = 5 })
        await using (var rows = await command.ExecuteReaderAsync(ct))
        {
            while (await rows.ReadAsync(ct)) agents.Add(new QueueAgent { Queue = rows.GetString(0), UserId = rows.GetInt32(1), Penalty = rows.GetInt32(2) });
        }

        known = new Known(settings, [.. agents.OrderBy(a => a.Queue, StringComparer.Ordinal).ThenBy(a => a.UserId)]);
    }

    /// <summary>Why that can be no queue's name; null where it can.</summary>
    internal static Failure? Named(string queue) =>
        QueueName().IsMatch(queue) ? null : Failure.Invalid("queue", "a queue's name has 1 to 64 letters, digits, dots, underscores or hyphens");

    private async Task<User?> UserAsync(string username, CancellationToken ct)
    {
        var normalized = username.Trim().Normalize().ToUpperInvariant();
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<User>().AsNoTracking().SingleOrDefaultAsync(u => u.NormalizedUserName == normalized, ct);
    }

    /// <summary>The change, its audit entry and the raised version: one transaction; nothing of it where nothing changed.</summary>
    private async Task ChangeAsync(string action, string queue, string detail, Actor actor, Func<ExpandDb, Task<int>> change, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await RaiseAsync(db, Counter, ct);
        if (await change(db) == 0) return;
        db.Add(AuditEntry.Of(clock.GetUtcNow(), actor, action, $"queue {queue}", detail));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        log.CatalogChanged(action, queue, actor.Name, detail);
        await RefreshAsync(ct);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_.-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex QueueName();

    /// <summary>What is known, by everything that is asked for.</summary>
    private sealed class Known(List<QueueInfo> settings, List<QueueAgent> agents)
    {
        public Dictionary<string, string> Descriptions { get; } =
            settings.Where(s => s.Description.Length > 0).ToDictionary(s => s.Name, s => s.Description, StringComparer.Ordinal);

        public QueueInfo[] Queues { get; } =
        [
            .. settings.Select(s => s.Description.Length > 0 ? s : new QueueInfo(s.Name, s.Name))
                .Concat(agents.Select(a => new QueueInfo(a.Queue, a.Queue)))
                .DistinctBy(q => q.Name).OrderBy(q => q.Name, StringComparer.Ordinal),
        ];

        public ILookup<string, QueueAgent> ByQueue { get; } = agents.ToLookup(a => a.Queue, StringComparer.Ordinal);

        public ILookup<int, QueueAgent> ByUser { get; } = agents.ToLookup(a => a.UserId);
    }
}
