using System.Globalization;
using System.Text.Json;
using Expand.Benchmarks.Harness;
using Expand.Benchmarks.Reports;
using Expand.Benchmarks.Year;
using Npgsql;

namespace Expand.Benchmarks.Contacts;

/// <summary>
/// Pages of a campaign of a million contacts over the REST API: those that hold a text, with the number of all that do, beside PostgreSQL counting them with
/// ILIKE; and a page near the end, beside a plain OFFSET.
/// </summary>
internal sealed class ContactsBenchmark : IBenchmark
{
    private const int Limit = 25;

    // In one of forty, in one of two thousand, in four digits of numbers, and nowhere.
    private static readonly string[] Texts = ["rodrigo", "rodrigo maitzman", "7266", "zzzz"];

    public string Name => "contacts";

    public string Tells => "pages of a million contacts: like with recordsTotal beside an ILIKE count; start=999000 beside OFFSET";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Figure>> RunAsync(string[] options, CancellationToken ct)
    {
        if (options.Length > 0) throw new ArgumentException("contacts takes no options");
        await using var postgres = await BenchPostgres.StartAsync(ct);
        var (connection, remark) = await YearData.YearAsync(postgres, ct);
        await using var source = NpgsqlDataSource.Create(connection);
        await using var reports = await ReportServer.StartAsync(connection, ct);
        var campaign = Convert.ToInt32(await ScalarAsync(source, "select min(id) from campaigns", ct), CultureInfo.InvariantCulture);
        var count = Convert.ToInt64(await ScalarAsync(source, "select count(*) from contacts where campaign = $1", ct, campaign), CultureInfo.InvariantCulture);
        var contacts = string.Create(CultureInfo.InvariantCulture, $"/expandweb3/api/campaign/external/campaigns/{campaign}/contacts?limit={Limit}");
        var figures = new List<Figure>();
        foreach (var text in Texts)
        {
            Console.Error.WriteLine($"contacts: like={text}");
            var page = $"{contacts}&order_by=name&like={Uri.EscapeDataString(text)}";
            const string Counted = "select count(*) from contacts where campaign = $1 and (name ilike $2 or numcall ilike $2)";
            var (total, _) = await PageAsync(reports, page, ct);
            if (total != (long)(await ScalarAsync(source, Counted, ct, campaign, $"%{text}%"))!) throw new InvalidOperationException($"like={text}: recordsTotal is {total}, which it is not");
            for (var i = 0; i < 9; i++) await reports.GetAsync(page, ct);
            var pairs = await Pairs.TimeAsync(token => ScalarAsync(source, Counted, token, campaign, $"%{text}%"), token => reports.GetAsync(page, token), ct, warmUps: 1);
            figures.Add(new($"like={text}, with recordsTotal", 1 / pairs.Ratio, "×", Better.Higher, 20, "ILIKE count", pairs.Tell("ms", 1000) + $"; {total} of {count}{remark}"));
        }

        Console.Error.WriteLine("contacts: a page near the end");
        var start = count - 1000;
        var last = string.Create(CultureInfo.InvariantCulture, $"{contacts}&order_by=name&start={start}");
        const string Offset =
            "select (array_agg(name))[1] from (select id, name, numcall, enable, info, state, state_at, added_at, attempt_at, last_attempt, state_log, version from contacts where campaign = $1 order by name, id offset $2 limit $3) p";
        var (_, name) = await PageAsync(reports, last, ct);
        if (name != (string?)await ScalarAsync(source, Offset, ct, campaign, start, Limit)) throw new InvalidOperationException($"the page begins with {name}, which it does not");
        for (var i = 0; i < 9; i++) await reports.GetAsync(last, ct);
        var deep = await Pairs.TimeAsync(token => ScalarAsync(source, Offset, token, campaign, start, Limit), token => reports.GetAsync(last, token), ct, warmUps: 2);
        figures.Add(new($"start={start}, by name", 1 / deep.Ratio, "×", Better.Higher, 8, "OFFSET", deep.Tell("ms", 1000) + remark));
        return figures;
    }

    /// <summary>The number of all, and the name of the page's first contact.</summary>
    private static async Task<(long Total, string? First)> PageAsync(ReportServer reports, string path, CancellationToken ct)
    {
        using var answer = JsonDocument.Parse(await reports.GetAsync(path, ct));
        var rows = answer.RootElement.EnumerateObject().First(p => p.Value.ValueKind == JsonValueKind.Array).Value;
        return (answer.RootElement.GetProperty("recordsTotal").GetInt64(), rows.GetArrayLength() == 0 ? null : rows[0].GetProperty("name").GetString());
    }

    private static async Task<object?> ScalarAsync(NpgsqlDataSource source, string sql, CancellationToken ct, params object[] values)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return await command.ExecuteScalarAsync(ct);
    }
}
