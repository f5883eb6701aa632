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
}
