using System.Globalization;
using System.Text;
using Expand.Server.Activity;
using Expand.Server.Calls;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Expand.Server.Tests.Activity;

/// <summary>A CDR; times in seconds from nine.</summary>
internal sealed record SeenCdr(
    string UniqueId, double Began, double Ended, string Channel, string Destination, string DestinationChannel,
    bool Answered = true, string Application = "Dial", string? LinkedId = null, int? Talk = null, double? Connected = null);

/// <summary>The queue_log's way into a database of its own, line by line, and the questions asked of it.</summary>
internal sealed class ActivityDesk : IAsyncDisposable
{
    /// <summary>An ordinary Monday morning.</summary>
    public static readonly DateTimeOffset Nine = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Three hours behind UTC, without daylight-saving time.</summary>
    public static readonly TimeZoneInfo Montevideo = TimeZoneInfo.FindSystemTimeZoneById("America/Montevideo");

    private readonly NpgsqlDataSource source;
    private readonly QueueLogFeed feed;
    private int cdrSequence;

    private ActivityDesk(string database)
    {
        Database = database;
        source = NpgsqlDataSource.Create(database);
        Clock = new FakeTimeProvider(Nine);
        Seen = new Sightings(Clock);
        Time = new LocalTime(Montevideo, Clock);
        Days = new AgentDays(Time);
        feed = new QueueLogFeed(
            Seen, new OutsideCalls(new CallRepository(source), Days), new TransferDestinations(Seen), Days, Options.Create(new ActivityOptions()), NullLogger<QueueLogFeed>.Instance);
        Reports = new ActivityReports(source, Time);
    }

    public string Database { get; }

    public FakeTimeProvider Clock { get; }

    public Sightings Seen { get; }

    public LocalTime Time { get; }

    public AgentDays Days { get; }

    public ActivityReports Reports { get; }

    public static async Task<ActivityDesk> OpenAsync(Databases databases) => new(await databases.NewAsync());

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A time of day by seconds from nine.</summary>
    public static DateTimeOffset At(double seconds) => Nine.AddSeconds(seconds);

    /// <summary>Takes lines, each "seconds-from-nine|callid|queue|agent|event|data…".</summary>
    public Task TakeAsync(params string[] lines) => TakeTextAsync(Text(lines));

    /// <summary>Such lines as the file has them.</summary>
    public static string Text(params string[] lines) => string.Concat(lines.Select(line =>
    {
        var bar = line.IndexOf('|', StringComparison.Ordinal);
        return At(int.Parse(line[..bar], CultureInfo.InvariantCulture)).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) + line[bar..] + "\n";
    }));

    public async Task TakeTextAsync(string text)
    {
        await InTransactionAsync(connection => feed.TakeAsync("pbx", Encoding.UTF8.GetBytes(text), connection, Ct));
        feed.Saved();
    }

    /// <summary>Takes text in a transaction that fails: nothing of it is kept.</summary>
    public async Task TakeInVainAsync(string text)
    {
        await using var connection = await source.OpenConnectionAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        await feed.TakeAsync("pbx", Encoding.UTF8.GetBytes(text), connection, Ct);
        await transaction.RollbackAsync(Ct);
    }

    /// <summary>Nothing is left to read at that second.</summary>
    public Task IdleAsync(double seconds) => InTransactionAsync(connection => feed.IdleAsync("pbx", At(seconds), connection, Ct));

    /// <summary>Nothing is left to read between two seconds, as a host that is there all the time sees it.</summary>
    public async Task IdleAsync(double from, double to)
    {
        for (var at = from; at < to; at += 5) await IdleAsync(at);
        await IdleAsync(to);
    }

    public void Hear(params PbxFact[] facts)
    {
        foreach (var fact in facts) Seen.Heard(fact);
    }

    /// <summary>A CDR as the feed would have written it.</summary>
    public Task CdrAsync(
        string uniqueId, double began, double ended, string channel, string destination, string destinationChannel,
        bool answered = true, string application = "Dial", string? linkedId = null, int? talk = null, double? connected = null) =>
        CdrsAsync(new SeenCdr(uniqueId, began, ended, channel, destination, destinationChannel, answered, application, linkedId, talk, connected));

    /// <summary>CDRs as the feed writes those of one chunk: all of them are seen at once.</summary>
    public async Task CdrsAsync(params SeenCdr[] cdrs)
    {
        await using var batch = source.CreateBatch();
        foreach (var cdr in cdrs)
        {
            var command = new NpgsqlBatchCommand(
                """
                insert into cdr (pbx, unique_id, sequence, linked_id, call_date, answered_at, ended_at, caller_id, source, destination, context, channel,
                    destination_channel, last_application, last_data, duration, billable_seconds, disposition, user_field, connected_at)
                values ('pbx', $1, $2, $3, $4, null, $5, '', '', $6, 'internal', $7, $8, $9, '', $10, $11, $12, '', $13)
                """);
            var seconds = (int)(cdr.Ended - cdr.Began);
            foreach (var value in new object?[]
            {
                cdr.UniqueId, ++cdrSequence, cdr.LinkedId ?? cdr.UniqueId, At(cdr.Began).UtcDateTime, At(cdr.Ended).UtcDateTime, cdr.Destination, cdr.Channel,
                cdr.DestinationChannel, cdr.Application, seconds, cdr.Answered ? cdr.Talk ?? seconds : 0, cdr.Answered ? "ANSWERED" : "NO ANSWER",
                cdr.Connected is { } instant ? At(instant).UtcDateTime : null,
            })
            {
                command.Parameters.Add(new() { Value = value ?? DBNull.Value });
            }

            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(Ct);
    }

    /// <summary>All activities as short texts: "seconds action queue agent uniqueid (what it carries)".</summary>
    public async Task<List<string>> ActivitiesAsync(string queue = "", string agent = "", double from = 0, double to = 86_400)
    {
        var rows = new List<string>();
        await foreach (var a in Reports.ActivitiesAsync(queue, agent, At(from), At(to), Ct))
        {
            var parts = new[]
            {
                ((a.At - Nine).TotalSeconds).ToString(CultureInfo.InvariantCulture), a.Action.ToString(), a.Queue, a.Agent, a.UniqueId,
                a.CallerId.Length > 0 ? "from=" + a.CallerId : "", a.WaitSeconds is { } wait ? $"wait={wait}" : "", a.TalkSeconds is { } talk ? $"talk={talk}" : "",
                a.Destination.Length > 0 ? "dest=" + a.Destination : "", a.Cause.Length > 0 ? "cause=" + a.Cause : "",
            };
            rows.Add(string.Join(' ', parts.Where(p => p.Length > 0)));
        }

        return rows;
    }

    public async Task<AgentTotals> TotalsAsync(string queue, string agent, double from = 0, double to = 86_400, double now = 86_400) =>
        (await Reports.TotalsAsync(queue, At(from), At(to), At(now), 10, Ct)).Single(t => t.Agent == agent);

    /// <summary>Sessions as "queue agent from device", "-" where none is known.</summary>
    public async Task<List<string>> DevicesAsync()
    {
        await using var db = Databases.Open(Database);
        return [.. (await db.Set<AgentSession>().AsNoTracking().OrderBy(s => s.BeganAt).ThenBy(s => s.Agent).ToListAsync(Ct)).Select(s =>
            $"{s.Queue} {s.Agent} {(s.BeganAt - Nine).TotalSeconds.ToString(CultureInfo.InvariantCulture)} {s.Device ?? "-"}")];
    }

    /// <summary>Sessions as "queue agent from-to [cause from-to, …]"; open ones end in "…".</summary>
    public async Task<List<string>> SessionsAsync()
    {
        await using var db = Databases.Open(Database);
        var pauses = (await db.Set<AgentPause>().AsNoTracking().OrderBy(p => p.BeganAt).ThenBy(p => p.Id).ToListAsync(Ct)).ToLookup(p => p.SessionId);
        return [.. (await db.Set<AgentSession>().AsNoTracking().OrderBy(s => s.BeganAt).ThenBy(s => s.Queue).ThenBy(s => s.Agent).ToListAsync(Ct)).Select(s =>
            $"{s.Queue} {s.Agent} {Interval(s.BeganAt, s.EndedAt)}" + string.Concat(pauses[s.Id].Select(p => $" [{p.Cause} {Interval(p.BeganAt, p.EndedAt)}]")))];
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(Ct))!;
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private static string Interval(DateTimeOffset from, DateTimeOffset? to) =>
        $"{(from - Nine).TotalSeconds}-{(to is { } end ? (end - Nine).TotalSeconds.ToString(CultureInfo.InvariantCulture) : "…")}";

    private async Task InTransactionAsync(Func<NpgsqlConnection, Task> act)
    {
        await using var connection = await source.OpenConnectionAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        await act(connection);
        await transaction.CommitAsync(Ct);
    }
}
