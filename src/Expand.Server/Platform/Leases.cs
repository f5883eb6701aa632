using Medallion.Threading.Postgres;
using Npgsql;

namespace Expand.Server.Platform;

/// <summary>
/// "Exactly one host": a job that must run once holds a lease, an advisory lock of PostgreSQL that the library keeps on a
/// connection of its own. A host that dies loses the connection and with it the lease.
/// </summary>
/// <param name="database">Connections of the leases' own (<see cref="DatabaseModule.LeaseConnections"/>).</param>
/// <param name="clock">For the waits between attempts.</param>
internal sealed class Leases([FromKeyedServices(DatabaseModule.LeaseConnections)] NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>
    /// Runs <paramref name="work"/> under the lease for as long as the host lives: whatever ends it, a database that is away above all, it is told to
    /// <paramref name="waits"/> and the work begins again.
    /// </summary>
    /// <param name="name">The lease.</param>
    /// <param name="work">What one host does; its token also ends when the lease is lost.</param>
    /// <param name="again">How long to wait before the next attempt.</param>
    /// <param name="waits">Is given the reason, and the exception where it is none that was to be expected.</param>
    /// <param name="ct">Ends with the host.</param>
    public async Task KeepAsync(string name, Func<CancellationToken, Task> work, TimeSpan again, Action<Exception?, string> waits, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await RunAsync(name, work, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever it is (a database that is away shows itself as many an exception), a job that ended would be done by nobody.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                var known = failure is NpgsqlException or IOException or UnauthorizedAccessException or TimeoutException or OperationCanceledException;
                waits(known ? null : failure, failure.Message);
                await Task.Delay(again, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Waits for the lease, then runs <paramref name="work"/> with a token that also ends when the lease is lost.</summary>
    public async Task RunAsync(string name, Func<CancellationToken, Task> work, CancellationToken ct)
    {
        var theLock = new PostgresDistributedLock(new PostgresAdvisoryLockKey("expand:" + name, allowHashing: true), database);
        var handle = await theLock.AcquireAsync(cancellationToken: ct);
        try
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct, handle.HandleLostToken);
            await work(ending.Token);
        }
        finally
        {
            await GiveUpAsync(handle);
        }
    }

    /// <summary>Where its connection has broken it is given up already: that is no failure of the work, which is done.</summary>
    private static async Task GiveUpAsync(PostgresDistributedLockHandle handle)
    {
        try
        {
            await handle.DisposeAsync();
        }
        catch (Exception gone) when (gone is NpgsqlException or InvalidOperationException or IOException)
        {
            // The library tells a closed connection as an invalid operation.
        }
    }
}
