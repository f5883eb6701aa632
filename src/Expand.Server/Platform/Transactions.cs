
namespace Expand.Server.Platform;

/// <summary>A use case's transaction, alone or as a part of one that is open already.</summary>
internal static class Transactions
{
    /// <summary>
    /// Runs the work in a transaction and commits it. Where one is open on this context the work joins it, and whoever opened it commits: a
    /// request with an Idempotency-Key is written together with its key.
    /// </summary>
    public static async Task<T> InTransactionAsync<T>(this ExpandDb db, Func<CancellationToken, Task<T>> work, CancellationToken ct)
    {
        if (db.Database.CurrentTransaction is not null) return await work(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var result = await work(ct);
        await transaction.CommitAsync(ct);
        return result;
    }
}
