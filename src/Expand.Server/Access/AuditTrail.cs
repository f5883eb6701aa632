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

    /// <summary>EF Core wraps what looks as if it would pass in exceptions of its own.</summary>
    private static bool IsOfDatabase(Exception? failure) =>
        failure is DbException or TimeoutException || (failure is InvalidOperationException or DbUpdateException && IsOfDatabase(failure.InnerException));
}
