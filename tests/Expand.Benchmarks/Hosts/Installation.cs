using System.Diagnostics;
using System.Globalization;
using Expand.Benchmarks.Harness;
using Expand.TestKit;
using Npgsql;

namespace Expand.Benchmarks.Hosts;

/// <summary>
/// What a passage brought, and what it cost: until the hosts were quiet again, for much is written behind the requests, and without what they use when nothing is asked of them.
/// </summary>
/// <param name="Rate">A second.</param>
/// <param name="Server">Processor seconds of all hosts for each thing done.</param>
/// <param name="Postgres">Processor seconds of PostgreSQL for each.</param>
/// <param name="Commits">Of PostgreSQL for each.</param>
internal sealed record Passage(double Rate, double Server, double Postgres, double Commits);

/// <summary>What hosts and PostgreSQL use, or have used: processor seconds and commits.</summary>
internal readonly record struct Used(double Server, double Postgres, double Commits)
{
    public static Used operator -(Used late, Used early) => new(late.Server - early.Server, late.Postgres - early.Postgres, late.Commits - early.Commits);

    public static Used operator *(Used each, double times) => new(each.Server * times, each.Postgres * times, each.Commits * times);
}

/// <summary>Some hosts, each with a PBX of its own, on one database.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly List<BenchHost> hosts = [];
    private readonly List<SoapCaller> callers = [];
    private readonly NpgsqlDataSource database;
    private readonly int postgres;

    private Installation(string connectionString, int postgres) => (database, this.postgres) = (NpgsqlDataSource.Create(connectionString), postgres);

    /// <summary>How many hosts.</summary>
    public int Count => hosts.Count;

    /// <summary>Starts them on an empty database.</summary>
    public static async Task<Installation> StartAsync(BenchPostgres postgres, int count, int agents, CancellationToken ct)
    {
        // All pools together have to fit into what PostgreSQL takes.
        var connectionString = new NpgsqlConnectionStringBuilder(await postgres.MakeAsync("hosts", ct)) { MaxPoolSize = 40 }.ConnectionString;
        var installation = new Installation(connectionString, await postgres.ProcessIdAsync(ct));
        try
        {
            for (var i = 1; i <= count; i++) installation.hosts.Add(await BenchHost.StartAsync(i, agents, connectionString, ct));
            var key = installation.hosts[0].Server.Credentials.AuthorizedKey;
            installation.callers.AddRange(installation.hosts.Select(host => new SoapCaller(host.Server.Url, key)));
            return installation;
        }
        catch
        {
            await installation.DisposeAsync();
            throw;
        }
    }

    /// <summary>What all use in a second in which nothing is asked of them.</summary>
    public Used Idle { get; private set; }

    /// <summary>Lets the code be compiled as it is in an hour, and sees what is used when nothing is asked.</summary>
    public async Task WarmUpAsync(int clients, CancellationToken ct)
    {
        for (var i = 0; i < 3; i++)
        {
            await FeedAsync(300, ct);
            await OriginateAsync(clients, TimeSpan.FromSeconds(2), ct);
            await StatusAsync(clients, TimeSpan.FromSeconds(2), ct);
        }

        var (before, begun) = (await UsedAsync(ct), Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(3), ct);
        Idle = (await UsedAsync(ct) - before) * (1 / Stopwatch.GetElapsedTime(begun).TotalSeconds);
    }

    /// <summary>The feeds: calls that the PBXs have written down at once, until all of them are in the database. The rate is of lines.</summary>
    public async Task<Passage> FeedAsync(int callsOfEach, CancellationToken ct)
    {
        var target = await RowsAsync(ct) + ((1 + BenchHost.QueueLines) * callsOfEach * Count);
        return await MeasureAsync(async () =>
        {
            await Task.WhenAll(hosts.Select(host => host.WriteAsync(callsOfEach, ct)));
            await UntilAsync(target, ct);
            return ((1 + BenchHost.QueueLines) * callsOfEach * Count, null);
        }, ct);
    }

    /// <summary>The feeds where their files grow a little all the time, as they do in a day: so many calls a second at each host.</summary>
    public Task<Passage> TrickleAsync(int perSecond, TimeSpan time, CancellationToken ct) => MeasureAsync(async () =>
    {
        var calls = (int)(perSecond * time.TotalSeconds);
        for (var i = 0; i < calls; i++)
        {
            await Task.WhenAll(hosts.Select(host => host.WriteAsync(1, ct)));
            await Task.Delay(TimeSpan.FromSeconds(1.0 / perSecond), ct);
        }

        return ((1 + BenchHost.QueueLines) * calls * Count, null);
    }, ct);

    /// <summary>originateCallStatus, so many clients at each host without a rest.</summary>
    public async Task<Passage> StatusAsync(int clients, TimeSpan time, CancellationToken ct)
    {
        var jobs = await Task.WhenAll(callers.Select(c => c.OriginateAsync("bench1", "bench2", ct)));
        return await LoopAsync(clients, time, (caller, host) => caller.StatusAsync(jobs[host], ct), ct);
    }

    /// <summary>originateCall, so many clients at each host without a rest; then all must have come to their end.</summary>
    public async Task<Passage> OriginateAsync(int clients, TimeSpan time, CancellationToken ct)
    {
        var passage = await LoopAsync(clients, time, (caller, _) => caller.OriginateAsync("bench1", "bench2", ct), ct);
        var begun = Stopwatch.GetTimestamp();
        while (await CountAsync("select count(*) from originated_calls where ended_at is null", ct) > 0)
        {
            if (Stopwatch.GetElapsedTime(begun) > Patience) throw new TimeoutException("calls have not come to their end");
            await Task.Delay(50, ct);
        }

        return await CountAsync("select count(*) from originated_calls where status <> 3", ct) == 0
            ? passage
            : throw new InvalidOperationException("calls ended otherwise than they did");
    }

    /// <summary>
    /// Calls at a pace, evenly to the hosts, each ordered over SOAP, asked for twice, and written down by its PBX with a record and its lines of the queue. Answers the part
    /// of them that was done in time, and of the lines what was in the database a second after the last was written.
    /// </summary>
    public async Task<(Passage Passage, double Done)> MixedAsync(int perSecond, TimeSpan time, CancellationToken ct)
    {
        var rows = await RowsAsync(ct);
        var (done, refused, written) = (0, 0, 0);
        var passage = await MeasureAsync(async () =>
        {
            var (begun, asked, under) = (Stopwatch.GetTimestamp(), 0, new List<Task>());
            while (Stopwatch.GetElapsedTime(begun) is var elapsed && elapsed < time)
            {
                var due = (int)(elapsed.TotalSeconds * perSecond);
                if (due / Count > written / Count)
                {
                    var each = (due / Count) - (written / Count);
                    await Task.WhenAll(hosts.Select(host => host.WriteAsync(each, ct)));
                    written += each * Count;
                }

                for (; asked < due; asked++) under.Add(OneAsync(callers[asked % Count]));
                await Task.Delay(20, ct);
            }

            await Task.WhenAny(Task.WhenAll(under), Task.Delay(TimeSpan.FromSeconds(1), ct));
            var inTime = done;
            await Task.WhenAll(under);
            return (inTime, time);
        }, ct);
        var lines = (1 + BenchHost.QueueLines) * written;
        var arrived = await RowsAsync(ct) - rows;
        await UntilAsync(rows + lines, ct);
        return (passage, Math.Min(passage.Rate / perSecond, (double)arrived / Math.Max(1, lines)));

        async Task OneAsync(SoapCaller caller)
        {
            try
            {
                var job = await caller.OriginateAsync("bench1", "bench2", ct);
                await Task.Delay(100, ct);
                for (var i = 0; i < 2; i++) await caller.StatusAsync(job, ct);
                Interlocked.Increment(ref done);
            }
            catch (Exception failure) when (failure is HttpRequestException or SoapFaultException or OperationCanceledException && !ct.IsCancellationRequested)
            {
                // What an overloaded host refuses, or does not answer in time, is not done.
                if (Interlocked.Increment(ref refused) == 1) Console.Error.WriteLine("hosts: refused: " + failure.Message);
            }
        }
    }

    /// <summary>Bytes of the database.</summary>
    public Task<long> BytesAsync(CancellationToken ct) => CountAsync("select pg_database_size(current_database())", ct);

    /// <summary>Calls ordered so far.</summary>
    public Task<long> OrderedAsync(CancellationToken ct) => CountAsync("select count(*) from originated_calls", ct);

    /// <summary>Bytes of memory of one host.</summary>
    public long Memory => hosts.Max(host => ProcessorTime.MemoryOf(host.Server.ProcessId));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var caller in callers) caller.Dispose();
        foreach (var host in hosts) await host.DisposeAsync();
        await database.DisposeAsync();
    }

    private async Task<Passage> LoopAsync(int clients, TimeSpan time, Func<SoapCaller, int, Task> call, CancellationToken ct)
    {
        for (var i = 0; i < 50; i++) await Task.WhenAll(callers.Select(call));
        return await MeasureAsync(async () =>
        {
            var (done, begun) = (0, Stopwatch.GetTimestamp());
            await Task.WhenAll(from host in Enumerable.Range(0, Count) from client in Enumerable.Range(0, clients) select ClientAsync(host));
            return (done, null);

            async Task ClientAsync(int host)
            {
                while (Stopwatch.GetElapsedTime(begun) < time)
                {
                    await call(callers[host], host);
                    Interlocked.Increment(ref done);
                }
            }
        }, ct);
    }

    private async Task<Passage> MeasureAsync(Func<Task<(int Done, TimeSpan? Time)>> passage, CancellationToken ct)
    {
        var (before, begun) = (await UsedAsync(ct), Stopwatch.GetTimestamp());
        var (done, time) = await passage();
        var took = (time ?? Stopwatch.GetElapsedTime(begun)).TotalSeconds;
        await QuietAsync(ct);
        var used = (await UsedAsync(ct) - before - (Idle * Stopwatch.GetElapsedTime(begun).TotalSeconds)) * (1.0 / done);
        return new Passage(done / took, used.Server, used.Postgres, used.Commits);
    }

    /// <summary>Waits until what was left to be written is written: the commits are as few as when nothing is asked.</summary>
    private async Task QuietAsync(CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < Patience)
        {
            var before = await CommitsAsync(ct);
            await Task.Delay(TimeSpan.FromSeconds(1), ct);
            if (await CommitsAsync(ct) - before < Math.Max(80 * Count, Idle.Commits * 1.5)) return;
        }
    }

    private async Task<Used> UsedAsync(CancellationToken ct) =>
        new(hosts.Sum(host => ProcessorTime.Of(host.Server.ProcessId)), ProcessorTime.OfFamily(postgres), await CommitsAsync(ct));

    private Task<long> RowsAsync(CancellationToken ct) =>
        CountAsync("select (select count(*) from cdr) + (select count(*) from queue_activities where unique_id <> '')", ct);

    private async Task UntilAsync(long rows, CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        while (await RowsAsync(ct) is var there && there < rows)
        {
            if (Stopwatch.GetElapsedTime(begun) > Patience) throw new TimeoutException($"{there} rows of {rows} came to the database");
            await Task.Delay(50, ct);
        }
    }

    private Task<long> CommitsAsync(CancellationToken ct) => CountAsync("select xact_commit from pg_stat_database where datname = current_database()", ct);

    private async Task<long> CountAsync(string sql, CancellationToken ct)
    {
        await using var command = database.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(ct), CultureInfo.InvariantCulture);
    }
}
