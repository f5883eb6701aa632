using Medallion.Threading.Postgres;
using Npgsql;

namespace Expand.Server.Platform;

/// <summary>
/// "Exactly one host": a job that must run once holds a lease, an advisory lock of PostgreSQL that the library keeps on a
/// connection of its own. A host that dies loses the connection and with it the lease.
/// </summary>
/// <param name="database">Connections of the leases' own (<see cref="DatabaseModule.LeaseConnections"/>).</param>
internal sealed class Leases([FromKeyedServices(DatabaseModule.LeaseConnections)] NpgsqlDataSource database)
{
    /// <summary>Waits for the lease, then runs <paramref name="work"/> with a token that also ends when the lease is lost.</summary>
    public async Task RunAsync(string name, Func<CancellationToken, Task> work, CancellationToken ct)
    {
        var theLock = new PostgresDistributedLock(new PostgresAdvisoryLockKey("expand:" + name, allowHashing: true), database);
        await using var handle = await theLock.AcquireAsync(cancellationToken: ct);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct, handle.HandleLostToken);
        await work(ending.Token);
    }
}
