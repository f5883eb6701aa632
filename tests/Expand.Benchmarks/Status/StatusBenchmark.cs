using System.Globalization;
using System.Text;
using Expand.Benchmarks.Harness;
using Expand.Benchmarks.Peers;
using Expand.TestKit;
using Npgsql;

namespace Expand.Benchmarks.Status;

/// <summary>
/// statusQueues of a centre of a thousand agents, beside Kestrel that answers the same bytes as a constant: while nothing changes, and while agents pause and
/// come back; and how many statements it costs the database.
/// </summary>
internal sealed class StatusBenchmark : IBenchmark
{
    private const string Type = "text/xml; charset=utf-8";
    private const int Clients = 4;
    private const double Seconds = 2;
    private const int ChangesPerSecond = 20;

    public string Name => "status";

    public string Tells => "statusQueues of 1000 agents beside the same bytes as a constant; what it asks of the database";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Figure>> RunAsync(string[] options, CancellationToken ct)
    {
        if (options.Length > 0) throw new ArgumentException("status takes no options");
        Console.Error.WriteLine("status: starting PostgreSQL, the server and Kestrel");
        await using var postgres = await BenchPostgres.StartAsync(ct);
        var connection = await postgres.MakeAsync("bench_status", ct);
        await using var centre = new BusyCentre();
        var settings = centre.Settings.ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal);
        settings["ConnectionStrings__Expand"] = connection;
        await using var server = await ServerFixture.StartAsync(settings, ct: ct);
        var url = server.Url + "/apiws/2/apiws.php";
        var body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:ns1=\"urn:apiws\"><SOAP-ENV:Body>"
            + $"<ns1:statusQueues><authorizedKey>{server.Credentials.AuthorizedKey}</authorizedKey></ns1:statusQueues></SOAP-ENV:Body></SOAP-ENV:Envelope>\n";
        using var load = Wrk.Post(Clients, body, Type);
        var file = Path.GetTempFileName();
        try
        {
            var answer = await WholeAsync(url, body, ct);
            await File.WriteAllBytesAsync(file, answer, ct);
            var (kestrel, port) = await ChildProcess.StartPeerAsync("constant", ct, file, Type);
            using var _ = kestrel;
            var constant = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/");

            Console.Error.WriteLine("status: while nothing changes");
            var still = await MeasureAsync();
            Console.Error.WriteLine("status: while agents pause and come back");
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var changing = ChangeAsync(centre, enough.Token);
            var moving = await MeasureAsync();
            await enough.CancelAsync();
            await changing;

            Console.Error.WriteLine("status: what it asks of the database");
            await using var source = NpgsqlDataSource.Create(connection);
            var idle = await TransactionsAsync(source, () => Task.Delay(TimeSpan.FromSeconds(5), ct), ct);
            var requests = 0L;
            var busy = await TransactionsAsync(source, async () => requests = (await load.RunAsync(url, 5, ct)).Requests, ct);
            var size = string.Create(CultureInfo.InvariantCulture, $"; {answer.Length / 1024} KB");
            return
            [
                new("time of an answer, nothing changes", 1 / still.Ratio, "×", Better.Lower, 2, "the same bytes as a constant", still.Tell("/s") + size),
                new($"time of an answer, {ChangesPerSecond} changes a second", 1 / moving.Ratio, "×", Better.Lower, 2, "the same bytes as a constant", moving.Tell("/s") + size),
                // What the server asks of its database while nobody asks it anything is more in one interval than in another.
                new("transactions of the database for an answer", Math.Max(0, busy - idle) / (double)requests, "", Better.Lower, 0.01, "",
                    string.Create(CultureInfo.InvariantCulture, $"{busy} in 5 s with {requests} answers, {idle} in 5 s without")),
            ];

            Task<Pairs> MeasureAsync() =>
                Pairs.MeasureAsync(token => load.RateAsync(constant, Seconds, token), token => load.RateAsync(url, Seconds, token), ct, warmUps: 2);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The answer once the picture is that of the whole centre.</summary>
    private static async Task<byte[]> WholeAsync(string url, string body, CancellationToken ct)
    {
        using var http = new HttpClient();
        for (var patience = 0; patience < 100; patience++)
        {
            using var content = new StringContent(body, Encoding.UTF8, "text/xml");
            using var response = await http.PostAsync(new Uri(url), content, ct);
            var answer = await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(ct);
            var text = Encoding.UTF8.GetString(answer);
            if (text.Split("&lt;agent ").Length - 1 == BusyCentre.Agents && text.Split("&lt;call ").Length - 1 > 0) return answer;
            await Task.Delay(100, ct);
        }

        throw new InvalidOperationException("statusQueues does not tell of the whole centre");
    }

    private static async Task ChangeAsync(BusyCentre centre, CancellationToken ct)
    {
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / ChangesPerSecond));
            for (var n = 0; await timer.WaitForNextTickAsync(ct); n++) await centre.ChangeAsync(n * 7 % BusyCentre.Agents, n / BusyCentre.Agents % 2 == 0);
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    /// <summary>How many transactions the database ends while something is done (pg_stat_database, which lags by a second at most).</summary>
    private static async Task<long> TransactionsAsync(NpgsqlDataSource source, Func<Task> work, CancellationToken ct)
    {
        var before = await ReadAsync();
        await work();
        return await ReadAsync() - before;

        async Task<long> ReadAsync()
        {
            await Task.Delay(1500, ct);
            await using var command = source.CreateCommand("select xact_commit + xact_rollback from pg_stat_database where datname = current_database()");
            return (long)(await command.ExecuteScalarAsync(ct))!;
        }
    }
}
