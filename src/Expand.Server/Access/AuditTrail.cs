using System.Data.Common;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Access;

/// <summary>Writes down what somebody did where the deed itself is no row of the database: it stands in the audit log before it is done.</summary>
internal sealed class AuditTrail(IDbContextFactory<ExpandDb> databases, TimeProvider clock)
{
    /// <param name="actor">Who does it.</param>
    /// <param name="action">What, such as <c>call.listened</c>.</param>
    /// <param name="subject">To what.</param>
    /// <param name="detail">More of it; null where there is nothing more.</param>
    /// <param name="ct">Ends the writing.</param>
    public async Task WriteAsync(Actor actor, string action, string subject, string? detail, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        db.Add(AuditEntry.Of(clock.GetUtcNow(), actor, action, subject, detail));
        await db.SaveChangesAsync(ct);
    }

    /// <summary>The same for a deed that may not be done where it cannot be written down: null where it stands there, else the refusal.</summary>
    /// <param name="actor">Who does it.</param>
    /// <param name="action">What.</param>
    /// <param name="subject">To what.</param>
    /// <param name="detail">More of it; null where there is nothing more.</param>
    /// <param name="ct">Ends the writing.</param>
    public async Task<Failure?> TryWriteAsync(Actor actor, string action, string subject, string? detail, CancellationToken ct)
    {
        try
        {
            await WriteAsync(actor, action, subject, detail, ct);
            return null;
        }
        catch (Exception failure) when (IsOfDatabase(failure))
        {
            return Failure.Unavailable("the audit log cannot be written, so it is not done");
        }
    }

    /// <summary>
    /// The same for a deed that comes in many pieces, such as a listening: what the actor does to the subject within the time is one line, at whatever hosts.
    /// </summary>
    /// <param name="actor">Who does it.</param>
    /// <param name="action">What.</param>
    /// <param name="subject">To what.</param>
    /// <param name="detail">More of it; of the first piece.</param>
    /// <param name="within">How long the line holds.</param>
    /// <param name="ct">Ends the writing.</param>
    public async Task<Failure?> TryWriteOnceAsync(Actor actor, string action, string subject, string? detail, TimeSpan within, CancellationToken ct)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            // Pieces that are asked for at the same moment take turns.
            await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({actor.Name + " " + action + " " + subject}, 0))", ct);
            var now = clock.GetUtcNow();
            var since = now - within;
            if (await db.Set<AuditEntry>().AnyAsync(a => a.Actor == actor.Name && a.At > since && a.Action == action && a.Subject == subject && a.Address == actor.Address, ct)) return null;
            db.Add(AuditEntry.Of(now, actor, action, subject, detail));
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            return null;
        }
        catch (Exception failure) when (IsOfDatabase(failure))
        {
            return Failure.Unavailable("the audit log cannot be written, so it is not done");
        }
    }

    /// <summary>The last lines of an action on some subjects, the newest first.</summary>
    /// <param name="action">What was done.</param>
    /// <param name="subjects">To what.</param>
    /// <param name="since">None before that.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<IReadOnlyList<AuditEntry>> LastAsync(string action, IReadOnlyCollection<string> subjects, DateTimeOffset since, int most, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<AuditEntry>().AsNoTracking().Where(a => a.Action == action && a.At >= since && subjects.Contains(a.Subject))
            .OrderByDescending(a => a.At).ThenByDescending(a => a.Id).Take(most).ToListAsync(ct);
    }

    /// <summary>EF Core wraps what looks as if it would pass in exceptions of its own.</summary>
    private static bool IsOfDatabase(Exception? failure) =>
        failure is DbException or TimeoutException || (failure is InvalidOperationException or DbUpdateException && IsOfDatabase(failure.InnerException));
}
