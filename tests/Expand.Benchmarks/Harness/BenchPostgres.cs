using Expand.TestKit;
using Npgsql;

namespace Expand.Benchmarks.Harness;

/// <summary>
/// The benchmarks' own PostgreSQL, as one sets it up for a large centre: durable (fsync), a quarter of 16 GB as shared buffers. Its data is kept
/// from run to run in <c>.bench/postgres</c>.
/// </summary>
internal sealed class BenchPostgres : IAsyncDisposable
{
    // What is measured is one statement on one processor: a second one for it would be taken from the peer that runs beside it.
    private const string Options =
        "-c max_connections=200 -c shared_buffers=4GB -c effective_cache_size=12GB -c work_mem=64MB -c maintenance_work_mem=1GB -c max_wal_size=8GB "
        + "-c checkpoint_timeout=30min -c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1";

    private readonly PrivateCluster cluster;

    private BenchPostgres(PrivateCluster cluster) => this.cluster = cluster;

    /// <summary>The folder of its socket: <c>psql -h</c>. The user is <c>expand</c>.</summary>
    public string Host => new NpgsqlConnectionStringBuilder(cluster.ConnectionString).Host!;

    /// <summary>Starts it, making it where there is none.</summary>
    public static async Task<BenchPostgres> StartAsync(CancellationToken ct) => new(await PrivateCluster.OpenAsync(BenchFolder.Of("postgres"), Options, ct));

    /// <summary>Its first process, parent of all others.</summary>
    public async Task<int> ProcessIdAsync(CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(cluster.ConnectionString);
        await using var command = source.CreateCommand("select pg_backend_pid()");
        return ProcessorTime.ParentOf((int)(await command.ExecuteScalarAsync(ct))!);
    }

    /// <summary>How to reach one of its databases.</summary>
    public string To(string database) => new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = database, MaxPoolSize = 60 }.ConnectionString;

    /// <summary>Whether it has that database.</summary>
    public async Task<bool> HasAsync(string database, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(cluster.ConnectionString);
        await using var command = source.CreateCommand("select 1 from pg_database where datname = $1");
        command.Parameters.Add(new() { Value = database });
        return await command.ExecuteScalarAsync(ct) is not null;
    }

    /// <summary>Makes a database anew, empty.</summary>
    public async Task<string> MakeAsync(string database, CancellationToken ct)
    {
        await DropAsync(database, ct);
        await using var source = NpgsqlDataSource.Create(cluster.ConnectionString);
        await using (var make = source.CreateCommand($"create database \"{database}\" template template0")) await make.ExecuteNonQueryAsync(ct);
        return To(database);
    }

    /// <summary>Removes a database, where it is there.</summary>
    public async Task DropAsync(string database, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(cluster.ConnectionString);
        await using var drop = source.CreateCommand($"drop database if exists \"{database}\" with (force)");
        await drop.ExecuteNonQueryAsync(ct);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        return cluster.DisposeAsync();
    }
}
