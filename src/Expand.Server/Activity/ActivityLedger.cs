using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Expand.Server.Activity;

/// <summary>
/// What is open in the database as an <see cref="ActivityBook"/>, and what the book makes of lines back into the database: on the
/// connection and within the transaction of the feed.
/// </summary>
internal sealed class ActivityLedger : IAsyncDisposable
{
    private const string Columns =
        "pbx, at, queue, action, unique_id, agent, caller_id, wait_seconds, talk_seconds, destination, cause";

    private readonly NpgsqlConnection connection;
    private readonly ExpandDb db;
    private readonly AgentDays days;

    private ActivityLedger(NpgsqlConnection connection, ExpandDb db, AgentDays days, ActivityBook book, PbxLife life) =>
        (this.connection, this.db, this.days, Book, Life) = (connection, db, days, book, life);

    public ActivityBook Book { get; }

    public PbxLife Life { get; }

    /// <summary>Opens the book of a PBX.</summary>
    public static async Task<ActivityLedger> OpenAsync(
        string pbx, Sightings seen, TimeSpan ringTime, AgentDays days, NpgsqlConnection connection, CancellationToken ct)
    {
        var options = new DbContextOptionsBuilder<ExpandDb>().UseNpgsql(connection).UseSnakeCaseNamingConvention().Options;
        await TakeTurnAsync(connection, ct);
        // The transaction is the feed's.
        var db = new ExpandDb(options) { Database = { AutoTransactionBehavior = AutoTransactionBehavior.Never } };
        var book = new ActivityBook(pbx, seen, ringTime);
        book.Restore(
            await db.Set<AgentSession>().Where(s => s.Pbx == pbx && s.EndedAt == null).ToListAsync(ct),
            await db.Set<AgentPause>().Where(p => p.Session.Pbx == pbx && p.EndedAt == null && p.Session.EndedAt == null).Include(p => p.Session).ToListAsync(ct),
            await db.Set<AgentCall>().Where(c => c.Pbx == pbx && c.TalkFrom != null && c.TalkTo == null).ToListAsync(ct),
            await db.Set<SessionDoubt>().Where(d => d.Pbx == pbx).ToListAsync(ct));
        var life = await db.Set<PbxLife>().FirstOrDefaultAsync(l => l.Pbx == pbx, ct);
        if (life is null) db.Add(life = new PbxLife { Pbx = pbx });
        else book.AliveAt = life.AliveAt;
        return new ActivityLedger(connection, db, days, book, life);
    }

    /// <summary>
    /// One writer after the other until the end of the transaction, also when a host that lost its lease is still at it: ids are in the order
    /// in which they can be seen.
    /// </summary>
    public static async Task TakeTurnAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var turn = new NpgsqlCommand("select pg_advisory_xact_lock(hashtext('queue_activities'))", connection);
        await turn.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Puts back when agents last did not take these calls, within a day before an instant.</summary>
    public async Task RecallMissedAsync(IReadOnlyCollection<string> uniqueIds, DateTimeOffset before, CancellationToken ct)
    {
        var calls = uniqueIds.Distinct().ToList();
        if (calls.Count == 0) return;
        // The months that cannot have them are not asked.
        var since = before.AddDays(-1).ToUniversalTime();
        var missed = await db.Set<AgentCall>()
            .Where(c => c.Pbx == Life.Pbx && c.At >= since && calls.Contains(c.UniqueId) && (c.Kind == AgentCallKind.NoAnswer || c.Kind == AgentCallKind.Rejected))
            .GroupBy(c => c.UniqueId).Select(g => new { UniqueId = g.Key, At = g.Max(c => c.At) }).ToListAsync(ct);
        foreach (var call in missed) Book.LastMissed[call.UniqueId] = call.At;
    }

    /// <summary>Writes what the book made and changed, and the sums of the days that it is in.</summary>
    public async Task SaveAsync(CancellationToken ct)
    {
        await RemoveAsync(Book.Settled, ct);
        // Calls, which are most, are copied: nothing refers to their ids before they are read again.
        var calls = Book.Added.OfType<AgentCall>().ToList();
        db.AddRange(Book.Added.Where(added => added is not AgentCall));
        if (Book.AliveAt > Life.AliveAt) Life.AliveAt = Book.AliveAt.Value;
        var touched = Touched(calls);
        await db.SaveChangesAsync(ct);
        await WriteAsync(calls, connection, ct);
        await WriteAsync(Book.Activities, connection, ct);
        await days.SumAsync(touched, connection, ct);
    }

    private TouchedDays Touched(List<AgentCall> calls)
    {
        var touched = days.Touched();
        foreach (var call in calls) touched.Add(call);
        db.ChangeTracker.DetectChanges();
        foreach (var entry in db.ChangeTracker.Entries().Where(e => e.State is EntityState.Added or EntityState.Modified))
        {
            switch (entry.Entity)
            {
                case AgentSession session:
                    touched.Add(session);
                    break;
                case AgentPause pause:
                    touched.Add(pause);
                    break;
                case AgentCall call:
                    touched.Add(call);
                    break;
            }
        }

        foreach (var activity in Book.Activities) touched.Add(activity);
        return touched;
    }

    public ValueTask DisposeAsync() => db.DisposeAsync();

    /// <summary>At once: the same agent may be in doubt again by the same lines, which the change tracker would take for the same row.</summary>
    private async Task RemoveAsync(List<SessionDoubt> settled, CancellationToken ct)
    {
        foreach (var doubt in settled)
        {
            db.Entry(doubt).State = EntityState.Detached;
            await db.Set<SessionDoubt>().Where(d => d.Pbx == doubt.Pbx && d.Queue == doubt.Queue && d.Agent == doubt.Agent).ExecuteDeleteAsync(ct);
        }
    }

    /// <summary>Activities in their order: of those of one second the order of their ids is the order in which they happened.</summary>
    private static async Task WriteAsync(List<QueueActivity> activities, NpgsqlConnection connection, CancellationToken ct)
    {
        if (activities.Count == 0) return;
        await using var copy = await connection.BeginBinaryImportAsync($"copy queue_activities ({Columns}) from stdin (format binary)", ct);
        foreach (var a in activities)
        {
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(a.Pbx, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(a.At.UtcDateTime, NpgsqlDbType.TimestampTz, ct);
            await copy.WriteAsync(a.Queue, NpgsqlDbType.Text, ct);
            await copy.WriteAsync((short)a.Action, NpgsqlDbType.Smallint, ct);
            await copy.WriteAsync(a.UniqueId, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(a.Agent, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(a.CallerId, NpgsqlDbType.Text, ct);
            await WriteAsync(copy, a.WaitSeconds, ct);
            await WriteAsync(copy, a.TalkSeconds, ct);
            if (a.Destination is null) await copy.WriteNullAsync(ct);
            else await copy.WriteAsync(a.Destination, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(a.Cause, NpgsqlDbType.Text, ct);
        }

        await copy.CompleteAsync(ct);
    }

    private static async Task WriteAsync(List<AgentCall> calls, NpgsqlConnection connection, CancellationToken ct)
    {
        if (calls.Count == 0) return;
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy agent_calls (pbx, queue, agent, unique_id, kind, at, talk_from, talk_to, transferred, from_cdr) from stdin (format binary)", ct);
        foreach (var call in calls)
        {
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(call.Pbx, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(call.Queue, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(call.Agent, NpgsqlDbType.Text, ct);
            await copy.WriteAsync(call.UniqueId, NpgsqlDbType.Text, ct);
            await copy.WriteAsync((short)call.Kind, NpgsqlDbType.Smallint, ct);
            await copy.WriteAsync(call.At.UtcDateTime, NpgsqlDbType.TimestampTz, ct);
            await WriteAsync(copy, call.TalkFrom, ct);
            await WriteAsync(copy, call.TalkTo, ct);
            await copy.WriteAsync(call.Transferred, NpgsqlDbType.Boolean, ct);
            await copy.WriteAsync(call.FromCdr, NpgsqlDbType.Boolean, ct);
        }

        await copy.CompleteAsync(ct);
    }

    private static Task WriteAsync(NpgsqlBinaryImporter copy, DateTimeOffset? value, CancellationToken ct) =>
        value is { } instant ? copy.WriteAsync(instant.UtcDateTime, NpgsqlDbType.TimestampTz, ct) : copy.WriteNullAsync(ct);

    private static Task WriteAsync(NpgsqlBinaryImporter copy, int? value, CancellationToken ct) =>
        value is { } number ? copy.WriteAsync(number, NpgsqlDbType.Integer, ct) : copy.WriteNullAsync(ct);
}
