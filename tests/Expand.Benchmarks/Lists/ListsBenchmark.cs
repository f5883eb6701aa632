using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Expand.Benchmarks.Harness;
using Expand.Benchmarks.Peers;
using Expand.Benchmarks.Soap;
using Npgsql;

namespace Expand.Benchmarks.Lists;

/// <summary>
/// How many elements of a list of 100,000 are answered a second to eight clients of the REST API, beside what PostgreSQL answers at all to eight that
/// ask it the same prepared statement (pgbench).
/// </summary>
internal sealed partial class ListsBenchmark : IBenchmark
{
    private const int Clients = 8;
    private const int Elements = 100_000;
    private const string Database = "bench_lists";
    private const int Seconds = 3;

    public string Name => "lists";

    public string Tells => "an element of a list of 100,000 over HTTP, 8 clients: beside pgbench with the same prepared SELECT";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Figure>> RunAsync(string[] options, CancellationToken ct)
    {
        if (options.Length > 0) throw new ArgumentException("lists takes no options");
        Console.Error.WriteLine("lists: starting PostgreSQL and the server");
        await using var postgres = await BenchPostgres.StartAsync(ct);
        var connection = await postgres.MakeAsync(Database, ct);
        await using var quiet = await QuietServer.StartAsync(ct, ("ConnectionStrings__Expand", connection));
        await FillAsync(connection, ct);
        var credentials = quiet.Server.Credentials;
        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.ApiUser}:{credentials.ApiPassword}"));
        var url = quiet.Server.Url + "/expandweb3/api/external/lists/simple/bench/elements/";
        using (var http = new HttpClient())
        {
            http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", basic);
            var answer = await http.GetStringAsync(new Uri(url + "k77"), ct);
            if (!answer.Contains("\"v77\"", StringComparison.Ordinal)) throw new InvalidOperationException($"the element is answered as {answer}");
        }

        using var load = new Wrk(Clients, string.Create(CultureInfo.InvariantCulture,
            $"wrk.headers['Authorization'] = '{basic}'\nfunction request() return wrk.format('GET', wrk.path .. 'k' .. math.random(1, {Elements})) end\n"));
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, string.Create(CultureInfo.InvariantCulture,
                $"""
                \set n random(1, {Elements})
                select e.id, e.key, e.value, e.version from value_lists l left join list_elements e on e.list_id = l.id and e.key = 'k' || :n where l.kind = 'simple' and l.name_key = 'bench';

                """), ct);
            Console.Error.WriteLine("lists: pgbench and the server in turn");
            var pairs = await Pairs.MeasureAsync(
                token => PgbenchAsync(postgres.Host, script, token), token => load.RateAsync(url, Seconds, token), ct, warmUps: 3);
            return
            [
                new("elements a second", pairs.Ratio, "×", Better.Higher, 0.35, "pgbench -M prepared, 8 clients", pairs.Tell("/s")),
                new("allocated for an element", await Allocations.PerRequestAsync(quiet.Server.ProcessId, async token => (await load.RunAsync(url, 5, token)).Requests, ct),
                    "B", Better.Lower, Detail: "by the runtime's own counter, over 5 s of load"),
            ];
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static async Task FillAsync(string connection, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        foreach (var text in new[]
        {
            "insert into value_lists (kind, name, alias, description) values ('simple', 'bench', 'bench', '')",
            $"insert into list_elements (list_id, key, value, version) select l.id, 'k' || n, 'v' || n, 1 from value_lists l, generate_series(1, {Elements}) n where l.name = 'bench'",
            "vacuum analyze list_elements",
        })
        {
            await using var command = source.CreateCommand(text);
            command.CommandTimeout = 120;
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    private static async Task<double> PgbenchAsync(string host, string script, CancellationToken ct)
    {
        var program = Directory.EnumerateFiles("/usr/lib/postgresql", "pgbench", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last();
        using var pgbench = Process.Start(new ProcessStartInfo(program,
            ["-h", host, "-U", "expand", "-n", "-M", "prepared", "-c", $"{Clients}", "-j", "1", "-T", $"{Seconds}", "-f", script, Database])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = pgbench.StandardError.ReadToEndAsync(ct);
        var told = await pgbench.StandardOutput.ReadToEndAsync(ct);
        await pgbench.WaitForExitAsync(ct);
        return Rate().Match(told) is { Success: true } rate
            ? double.Parse(rate.Groups["n"].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pgbench: {told}{await errors}");
    }

    [GeneratedRegex("tps = (?<n>[0-9.]+)")]
    private static partial Regex Rate();
}
