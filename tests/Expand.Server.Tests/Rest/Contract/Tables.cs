using System.Globalization;
using Npgsql;

namespace Expand.Server.Tests.Rest.Contract;

/// <summary>What stands in the database, to be compared.</summary>
internal static class Tables
{
    /// <summary>Months are made meanwhile: what is in them is in the table that they are of.</summary>
    private const string Names =
        """
        select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and not relname = any($1) order by 1
        """;

    /// <summary>What the server writes by itself, whoever asks for what: who runs, which credential was used when, and which was refused; when it looks
    /// at a recording again, what became of messages that were taken, what the dialer makes of the campaigns, call or not, and from which day on there are sums.</summary>
    private static readonly string[] OfTheServer =
        ["hosts", "api_credentials", "audit", "inspected_requests", "recordings", "sms_recipients", "sms_rates", "campaign_paces", "agent_days_reach"];

    /// <summary>By table the number of its rows and a sum over what is in them.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(string database, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(ct);
        var names = new List<string>();
        await using (var command = new NpgsqlCommand(Names, connection))
        {
            command.Parameters.AddWithValue(OfTheServer);
            await using var rows = await command.ExecuteReaderAsync(ct);
            while (await rows.ReadAsync(ct)) names.Add(rows.GetString(0));
        }

        var sums = new Dictionary<string, string>();
        foreach (var name in names)
        {
            await using var command = new NpgsqlCommand($"select count(*), coalesce(sum(hashtext(t::text)::bigint), 0) from \"{name}\" t", connection);
            await using var rows = await command.ExecuteReaderAsync(ct);
            await rows.ReadAsync(ct);
            sums[name] = string.Create(CultureInfo.InvariantCulture, $"{name}: {rows.GetInt64(0)} rows, {rows.GetDecimal(1)}");
        }

        return sums;
    }
}
