using System.Security.Cryptography;
using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.Webhooks;

/// <summary>
/// Turns what happened into deliveries, on one host at a time: how far each source was read is written in the transaction that writes the
/// deliveries, so a host that dies in between neither loses nor doubles one.
/// </summary>
internal sealed class WebhookRelay(
    NpgsqlDataSource database, Leases leases, WebhookDirectory directory, EventSources sources, TimeProvider clock, ILogger<WebhookRelay> log) : BackgroundService
{
    /// <summary>The lease that it is done under.</summary>
    public const string Lease = "webhooks:relay";

    private const int Portion = 500;
    private const string Activities = "act";
    private const string Records = "cdr";
    private const string Announcements = "evt";
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    /// <summary>Announcements of when somebody still waited for them are cleared away that often.</summary>
    private static readonly TimeSpan IdleLook = TimeSpan.FromMinutes(1);

    /// <summary>A webhook that is to be told: what, and since when.</summary>
    private sealed record Listener(int Id, string[] Types, string[] Queues, IReadOnlyDictionary<string, long> After)
    {
        public bool Wants(string source, Happening happening) =>
            happening.Id > After[source] && (Types.Length == 0 || Types.Contains(happening.Type))
            && (Queues.Length == 0 || happening.Queue is null || Queues.Contains(happening.Queue));
    }

    /// <summary>Reads everything that is there to be read; returns how many deliveries that made.</summary>
    public async Task<int> RelayAllAsync(CancellationToken ct)
    {
        for (var all = 0; ;)
        {
            var (made, isMore) = await RelayAsync(ct);
            all += made;
            if (!isMore) return all;
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        leases.KeepAsync(Lease, FollowAsync, AfterFailure, (failure, reason) => log.RelayWaits(failure, reason), stoppingToken);

    private async Task FollowAsync(CancellationToken ct)
    {
        var looked = DateTimeOffset.MinValue;
        while (true)
        {
            var now = clock.GetUtcNow();
            if (directory.IsAnyEnabled || now - looked > IdleLook)
            {
                looked = now;
                await RelayAllAsync(ct);
            }

            await Task.Delay(Rest, clock, ct);
        }
    }

    private async Task<(int Made, bool IsMore)> RelayAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var listeners = await ListenersAsync(connection, ct);
        var taken = await EventSources.TakeAnnouncementsAsync(Portion, connection, ct);
        if (listeners.Count == 0)
        {
            await transaction.CommitAsync(ct);
            return (0, taken.Count == Portion);
        }

        var cursors = await CursorsAsync(connection, ct);
        var activities = await sources.ActivitiesAsync(Start(Activities), Portion, ct);
        var records = await sources.RecordsAsync(Start(Records), Portion, ct);
        List<(string Source, Happening Happening)> all =
            [.. activities.Select(h => (Activities, h)), .. records.Select(h => (Records, h)), .. taken.Select(h => (Announcements, h))];
        var made = await WriteAsync(all.OrderBy(one => one.Happening.At), cursors, listeners, connection, ct);
        await MoveAsync(Activities, activities, connection, ct);
        await MoveAsync(Records, records, connection, ct);
        await transaction.CommitAsync(ct);
        return (made, activities.Count == Portion || records.Count == Portion || taken.Count == Portion);

        // Nobody is told what was before: it need not even be read.
        long Start(string source) => Math.Max(cursors[source].Position, listeners.Min(l => l.After[source]));
    }

    /// <summary>The webhooks as they are; none is made or changed until the transaction ends, so that each is told all from its beginning on.</summary>
    private static async Task<List<Listener>> ListenersAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var turn = new NpgsqlCommand("select version from access_version where id = $1 for share", connection);
        turn.Parameters.Add(new() { Value = WebhookDirectory.Counter });
        if (await turn.ExecuteScalarAsync(ct) is null)
        {
            // Before the first webhook there is no row to hold.
            await using var making = new NpgsqlCommand("insert into access_version (id, version) values ($1, 0) on conflict do nothing", connection);
            making.Parameters.Add(new() { Value = WebhookDirectory.Counter });
            await making.ExecuteNonQueryAsync(ct);
            await turn.ExecuteScalarAsync(ct);
        }

        await using var command = new NpgsqlCommand(
            "select id, event_types, queues, activities_after, records_after, announcements_after from webhooks where enabled order by id", connection);
        var listeners = new List<Listener>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            listeners.Add(new Listener(row.GetInt32(0), row.GetFieldValue<string[]>(1), row.GetFieldValue<string[]>(2), new Dictionary<string, long>
            {
                [Activities] = row.GetInt64(3),
                [Records] = row.GetInt64(4),
                [Announcements] = row.GetInt64(5),
            }));
        }

        return listeners;
    }

    private static async Task<Dictionary<string, (long Position, string Token)>> CursorsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var making = new NpgsqlCommand(
            "insert into webhook_cursors (source, position, token) select s, 0, $2 from unnest($1) s on conflict do nothing", connection);
        making.Parameters.Add(new() { Value = new[] { Activities, Announcements, Records } });
        making.Parameters.Add(new() { Value = RandomNumberGenerator.GetHexString(10, lowercase: true) });
        await making.ExecuteNonQueryAsync(ct);
        await using var command = new NpgsqlCommand("select source, position, token from webhook_cursors order by source for update", connection);
        var cursors = new Dictionary<string, (long, string)>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) cursors[row.GetString(0)] = (row.GetInt64(1), row.GetString(2));
        return cursors;
    }

    private async Task<int> WriteAsync(
        IEnumerable<(string Source, Happening Happening)> all, Dictionary<string, (long Position, string Token)> cursors, List<Listener> listeners,
        NpgsqlConnection connection, CancellationToken ct)
    {
        var rows = new List<(int Webhook, string Event, string Type, DateTime At, string Body)>();
        foreach (var (source, happening) in all)
        {
            string? body = null;
            foreach (var listener in listeners.Where(l => l.Wants(source, happening)))
            {
                body ??= EventMessage.Body(happening.Type, happening.At, happening.Data);
                rows.Add((listener.Id, FormattableString.Invariant($"{source}_{cursors[source].Token}_{happening.Id}"), happening.Type, happening.At.UtcDateTime, body));
            }
        }

        if (rows.Count == 0) return 0;
        await using var command = new NpgsqlCommand(
            """
            insert into webhook_deliveries (webhook_id, event_id, type, occurred_at, body, state, attempts, next_at, series_at)
            select webhook, event, type, at, body, 0, 0, $6, $6
            from unnest($1, $2, $3, $4, $5) with ordinality as n(webhook, event, type, at, body, place) order by place
            on conflict do nothing
            """, connection);
        command.Parameters.Add(new() { Value = rows.Select(r => r.Webhook).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(r => r.Event).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(r => r.Type).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(r => r.At).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(r => r.Body).ToArray() });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        return await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task MoveAsync(string source, List<Happening> read, NpgsqlConnection connection, CancellationToken ct)
    {
        if (read.Count == 0) return;
        await using var command = new NpgsqlCommand("update webhook_cursors set position = $2 where source = $1", connection);
        command.Parameters.Add(new() { Value = source });
        command.Parameters.Add(new() { Value = read[^1].Id });
        await command.ExecuteNonQueryAsync(ct);
    }
}
