using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Expand.Server.Activity;

/// <summary>
/// What is open in the database as an <see cref="ActivityBook"/>, and what the book makes of lines back into the database: on the
/// connection and within the transaction of the feed.
/// </summary>
internal sealed class ActivityLedger : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly ExpandDb db;
    private readonly AgentDays days;
    private readonly OpenRows open;

    private ActivityLedger(NpgsqlConnection connection, ExpandDb db, AgentDays days, ActivityBook book, PbxLife life, OpenRows open) =>
        (this.connection, this.db, this.days, Book, Life, this.open) = (connection, db, days, book, life, open);

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
        var open = await OpenRows.ReadAsync(pbx, db, ct);
        book.Restore(open.Sessions, open.Pauses, open.Calls, await db.Set<SessionDoubt>().Where(d => d.Pbx == pbx).ToListAsync(ct));
        var life = await db.Set<PbxLife>().FirstOrDefaultAsync(l => l.Pbx == pbx, ct);
        if (life is null) db.Add(life = new PbxLife { Pbx = pbx });
        else book.AliveAt = life.AliveAt;
        return new ActivityLedger(connection, db, days, book, life, open);
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
        db.AddRange(Book.Added.OfType<SessionDoubt>());
        if (Book.AliveAt > Life.AliveAt) Life.AliveAt = Book.AliveAt.Value;
        await db.SaveChangesAsync(ct);
        var added = new ActivityRows([.. Book.Added.OfType<AgentSession>()], [.. Book.Added.OfType<AgentPause>()], [.. Book.Added.OfType<AgentCall>()]);
        var changed = open.Changed();
        // What ended first: of what lasts there is one for each member.
        await changed.UpdateAsync(connection, ct);
        await added.InsertAsync(connection, ct);
        await ActivityRows.InsertAsync(Book.Activities, connection, ct);
        await days.SumAsync(Touched(added, changed), connection, ct);
    }

    private TouchedDays Touched(ActivityRows added, ActivityRows changed)
    {
        var touched = days.Touched();
        foreach (var rows in new[] { added, changed })
        {
            foreach (var session in rows.Sessions) touched.Add(session);
            foreach (var pause in rows.Pauses) touched.Add(pause);
            foreach (var call in rows.Calls) touched.Add(call);
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
}
