using System.Globalization;
using System.Net.Sockets;
using Npgsql;
using Testcontainers.PostgreSql;

namespace Expand.TestKit;

/// <summary>
/// A real PostgreSQL for a test run: a container where a Docker engine answers, else a private cluster from the system's binaries,
/// started as an unprivileged user on a Unix socket. One cluster a run; databases are cheap copies of a template that is migrated once.
/// </summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private readonly IAsyncDisposable _server;
    private readonly string _connection;
    private readonly SemaphoreSlim _copying = new(1, 1);
    private string? _template;
    private int _databases;

    private PostgresFixture(IAsyncDisposable server, string connection) => (_server, _connection) = (server, connection);

    /// <summary>Starts the cluster.</summary>
    /// <exception cref="InvalidOperationException">Neither Docker nor PostgreSQL's programs are there, or they do not start.</exception>
    public static async Task<PostgresFixture> StartAsync(CancellationToken ct = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(StartTimeout);
        if (await DockerAnswersAsync(patience.Token))
        {
            var container = new PostgreSqlBuilder("postgres:17-alpine").WithCommand("-c", "max_connections=300", "-c", "fsync=off").Build();
            await container.StartAsync(patience.Token);
            return new(container, container.GetConnectionString());
        }

        var cluster = await PrivateCluster.StartAsync(patience.Token);
        return new(cluster, cluster.ConnectionString);
    }

    /// <summary>Starts a cluster from the system's binaries, also where a Docker engine answers: one that can be stopped and started in the run.</summary>
    /// <exception cref="InvalidOperationException">PostgreSQL's programs are not there, or do not start.</exception>
    public static async Task<PostgresFixture> StartPrivateAsync(CancellationToken ct = default)
    {
        var cluster = await PrivateCluster.StartAsync(ct);
        return new(cluster, cluster.ConnectionString);
    }

    /// <summary>Stops PostgreSQL for that long, and starts it again on the same data.</summary>
    /// <exception cref="InvalidOperationException">It is not one of <see cref="StartPrivateAsync"/>.</exception>
    public async Task StopForAsync(TimeSpan outage, CancellationToken ct = default)
    {
        if (_server is not PrivateCluster cluster) throw new InvalidOperationException("only a private cluster can be stopped and started");
        await cluster.StopAsync(ct);
        try
        {
            await Task.Delay(outage, ct);
        }
        finally
        {
            await cluster.StartAgainAsync(CancellationToken.None);
        }
    }

    /// <summary>Stops PostgreSQL, for good: whoever is connected is thrown out.</summary>
    /// <exception cref="InvalidOperationException">It is not one of <see cref="StartPrivateAsync"/>.</exception>
    public Task StopAsync(CancellationToken ct = default) =>
        _server is PrivateCluster cluster ? cluster.StopAsync(ct) : throw new InvalidOperationException("only a private cluster can be stopped");

    /// <summary>Makes the database that the others are copies of; <paramref name="fill"/> gets its connection string and migrates it.</summary>
    public async Task MakeTemplateAsync(Func<string, Task> fill)
    {
        const string Name = "template_of_tests";
        await ExecuteAsync($"create database {Name}");
        await fill(To(Name, pooling: false));
        _template = Name;
    }

    /// <summary>A fresh database, a copy of the template where there is one.</summary>
    /// <param name="empty">Without the template: no table at all.</param>
    /// <returns>Its connection string.</returns>
    public async Task<string> NewDatabaseAsync(bool empty = false)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        // A template can be copied by one session at a time.
        await _copying.WaitAsync();
        try
        {
            // Copied as files (PostgreSQL 15 or newer): half the time of writing each page to the WAL, for hundreds of databases.
            await ExecuteAsync($"create database {name} template {(empty ? "template0" : _template ?? "template0")} strategy file_copy");
        }
        finally
        {
            _copying.Release();
        }

        return To(name, pooling: true);
    }

    /// <summary>Ends every connection to the database, as a PostgreSQL that goes away would.</summary>
    public Task BreakConnectionsAsync(string connection) =>
        ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{NameOf(connection)}'");

    /// <summary>Lets nobody in any more and ends every connection; or lets everybody in again.</summary>
    public async Task SetReachableAsync(string connection, bool reachable)
    {
        await ExecuteAsync($"alter database {NameOf(connection)} allow_connections {(reachable ? "true" : "false")}");
        if (!reachable) await BreakConnectionsAsync(connection);
    }

    /// <summary>Stops the cluster and removes what it wrote.</summary>
    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await _server.DisposeAsync();
        _copying.Dispose();
    }

    private static string NameOf(string connection) => new NpgsqlConnectionStringBuilder(connection).Database!;

    private string To(string database, bool pooling) =>
        new NpgsqlConnectionStringBuilder(_connection) { Database = database, Pooling = pooling, MaxPoolSize = 40, Timeout = 10 }.ConnectionString;

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(To("postgres", pooling: false));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 30 };
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<bool> DockerAnswersAsync(CancellationToken ct)
    {
        // A remote engine is asked by Testcontainers itself; here only: is there one at all?
        if (Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 }) return true;
        const string Engine = "/var/run/docker.sock";
        if (!File.Exists(Engine)) return false;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Engine), ct);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
