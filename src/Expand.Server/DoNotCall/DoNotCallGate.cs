using Expand.Server.Access.Settings;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Expand.Server.DoNotCall;

/// <summary>
/// The one question that other rooms ask: whether numbers may be called. Everything is looked at by one statement, which also writes the evidence: what
/// stands there is what was looked at, of one moment, whatever edition comes in meanwhile.
/// </summary>
internal sealed class DoNotCallGate(Settings<DoNotCallSettings> settings, RegisterValidity registers, HostPresence host, LocalTime time)
{
    private const string Write =
        $"""
        with {VerdictSql.Verdicts}
        insert into dnc_checks (at, number, purpose, purpose_id, campaign_id, host, lists, result, list_id, list_name, exemption_id, reason)
        select $1, v.number, $6, $7, $4, $8, looked.lists, v.result, v.list_id, v.list_name, v.exemption_id, v.reason from verdicts v cross join looked order by v.place
        returning number, result, list_name, reason
        """;

    /// <summary>
    /// Whether these numbers may be called: a verdict for each, in their order. The evidence is written on the context's connection, in the transaction that
    /// is open on it: commit it before anything is dialled. A number that stands several times is looked up, and written down, once.
    /// </summary>
    public async Task<IReadOnlyList<DoNotCallVerdict>> CheckAsync(DoNotCallQuestion question, ExpandDb db, CancellationToken ct)
    {
        if (question.Numbers.Count == 0) return [];
        var set = settings.Value;
        var asked = question.Numbers.Select(number => (number, Compared: Compared(number, set))).ToList();
        await db.Database.OpenConnectionAsync(ct);
        try
        {
            await using var command = VerdictSql.Command(Write, (NpgsqlConnection)db.Database.GetDbConnection(),
                time, [.. asked.Select(a => a.Compared).Distinct()], question.Campaign, question.ObservesRegisters);
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = (int)question.Purpose });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = question.PurposeId });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = host.Id });
            var verdicts = new Dictionary<string, DoNotCallVerdict>(asked.Count, StringComparer.Ordinal);
            await using var rows = await command.ExecuteReaderAsync(ct);
            while (await rows.ReadAsync(ct))
            {
                var number = rows.GetString(0);
                verdicts[number] = new DoNotCallVerdict(number, number, (CheckResult)rows.GetInt32(1), Text(rows, 2), Text(rows, 3));
            }

            return [.. asked.Select(a => verdicts[a.Compared] with { Number = a.number })];
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>
    /// The registers in force that have expired, by name; none where calls may be made. From memory, at no cost: a change at another host is known within a
    /// second. Campaigns that observe registers hold while there is one.
    /// </summary>
    public IReadOnlyList<string> RegistersExpired() => registers.Expired(time.Today());

    /// <summary>What is compared: a text without a digit stands for itself, and no list has it.</summary>
    private static string Compared(string number, DoNotCallSettings set)
    {
        if (set.Canonical(number) is { Length: > 0 } canonical) return canonical[..Math.Min(canonical.Length, CanonicalNumber.MostDigits)];
        return PlainText.Holds(number) ? number[..Math.Min(number.Length, CanonicalNumber.MostDigits)] : "?";
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
