using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Expand.Server.Access;

/// <summary>
/// What is changed seldom and read on every call: a table of the database, held in memory on every host. A change raises its number's
/// version in <c>access_version</c> in its own transaction; every host polls those few rows (<see cref="SharedCopies"/>). While the database
/// is away the copy stays as it was last read.
/// </summary>
/// <param name="database">Where the table is.</param>
/// <param name="number">
/// The row of <c>access_version</c>. In use: 1 the keys, 2 the users, 3 the queues, 4 the pause reasons, 5 the API credentials, 6 the extensions' names,
/// 7 the templates of cdrCustom, 8 the installation's settings, 9 the webhooks, 10 the registers of numbers that are not to be called.
/// </param>
internal abstract class SharedCopy(NpgsqlDataSource database, int number) : IDisposable
{
    private readonly SemaphoreSlim refreshing = new(1, 1);
    private long version = -1;

    /// <summary>The row of <c>access_version</c> that counts its changes.</summary>
    public int Number => number;

    /// <summary>The version that is held; -1 before the first reading.</summary>
    public long Version => Volatile.Read(ref version);

    /// <summary>Counts a change, in the transaction that makes it: call it before anything else, then changes of one kind take turns.</summary>
    public static Task RaiseAsync(ExpandDb db, int number, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync(
            $"insert into access_version as v (id, version) values ({number}, 1) on conflict (id) do update set version = v.version + 1", ct);

    /// <summary>Reads it anew where it has changed. Safe to call at any time; used by the poll and right after a change of one's own.</summary>
    /// <exception cref="NpgsqlException">The database is away; what was held stays.</exception>
    public async Task RefreshAsync(CancellationToken ct)
    {
        await refreshing.WaitAsync(ct);
        try
        {
            await using var connection = await database.OpenConnectionAsync(ct);
            await using var asked = new NpgsqlCommand("select version from access_version where id = $1", connection) { CommandTimeout = 2 };
            asked.Parameters.Add(new() { Value = number });
            // No change was ever counted: version 0.
            var now = (long)(await asked.ExecuteScalarAsync(ct) ?? 0L);
            if (now == version) return;
            await LoadAsync(connection, ct);
            Volatile.Write(ref version, now);
        }
        finally
        {
            refreshing.Release();
        }
    }

    public void Dispose()
    {
        Close();
        refreshing.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of what is held, where it needs to be let go of.</summary>
    protected virtual void Close()
    {
    }

    /// <summary>Reads everything and puts it in the place of what was held, at once.</summary>
    protected abstract Task LoadAsync(NpgsqlConnection connection, CancellationToken ct);
}

/// <summary>Keeps this host's copies fresh, well within a second: one poll for all of them.</summary>
internal sealed class SharedCopies(IEnumerable<SharedCopy> copies, NpgsqlDataSource database, TimeProvider clock, ILogger<SharedCopies> log) : BackgroundService
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(300);
    private readonly SharedCopy[] copies = [.. copies];

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // The first request must find them.
        foreach (var copy in copies) await copy.RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failing = false;
        using var timer = new PeriodicTimer(PollEvery, clock);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                await PollAsync(stoppingToken);
                if (failing) log.CopiesReachableAgain();
                failing = false;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever it is, what was read stays, and the next poll tries again.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                if (!failing) log.CopiesOutOfReach(failure.GetBaseException().Message);
                failing = true;
            }
        }
    }

    private async Task PollAsync(CancellationToken ct)
    {
        var versions = new Dictionary<int, long>();
        await using (var asked = database.CreateCommand("select id, version from access_version"))
        {
            asked.CommandTimeout = 2;
            await using var rows = await asked.ExecuteReaderAsync(ct);
            while (await rows.ReadAsync(ct)) versions[rows.GetInt32(0)] = rows.GetInt64(1);
        }

        var failures = new List<Exception>();
        foreach (var copy in copies.Where(c => c.Version != versions.GetValueOrDefault(c.Number)))
        {
            try
            {
                await copy.RefreshAsync(ct);
            }
#pragma warning disable CA1031 // One that cannot be read keeps none of the others from being read; it is told below.
            catch (Exception failure) when (!ct.IsCancellationRequested)
#pragma warning restore CA1031
            {
                failures.Add(failure);
            }
        }

        if (failures.Count > 0) throw new AggregateException(failures);
    }
}

internal static class SharedCopyServices
{
    /// <summary>A copy that is kept fresh from the start on.</summary>
    public static IServiceCollection AddSharedCopy<TCopy>(this IServiceCollection services)
        where TCopy : SharedCopy =>
        services.AddSingleton<TCopy>().AddSingleton<SharedCopy>(provider => provider.GetRequiredService<TCopy>());
}
