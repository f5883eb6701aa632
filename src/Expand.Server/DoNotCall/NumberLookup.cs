using Expand.Server.Access.Settings;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Expand.Server.DoNotCall;

/// <summary>A list that has a number that was looked up.</summary>
internal sealed record ListedAt(NumberList List, DateTimeOffset AddedAt, string? AddedBy, string? Note);

/// <summary>What is known of a number.</summary>
/// <param name="Number">In its canonical spelling.</param>
/// <param name="Result">Whether it may be called, by the lists of the installation, the registers and those of the campaign that was asked for.</param>
/// <param name="List">The list that decides.</param>
/// <param name="Reason">The reason of the exemption that decides.</param>
/// <param name="Lists">Every list that has it, in force or not, of every campaign.</param>
/// <param name="Exemptions">Its exemptions that count today, of every list and campaign.</param>
internal sealed record KnownNumber(
    string Number, CheckResult Result, string? List, string? Reason, IReadOnlyList<ListedAt> Lists, IReadOnlyList<Exemption> Exemptions);

/// <summary>Looks numbers up for people and programs, by the words that the gate decides by. It is no check: nobody is called, and no evidence written.</summary>
internal sealed class NumberLookup(NpgsqlDataSource database, IDbContextFactory<ExpandDb> databases, Settings<DoNotCallSettings> settings, Exemptions exemptions, LocalTime time)
{
    private const string Read = $"with {VerdictSql.Verdicts} select result, list_name, reason from verdicts";

    /// <summary>What is known of a number, or why the text is none.</summary>
    public async Task<Result<KnownNumber>> FindAsync(string number, int? campaign, CancellationToken ct)
    {
        var (canonical, wrong) = ListedNumbers.Read(number, settings.Value);
        if (canonical is null) return wrong!;
        await using var db = await databases.CreateDbContextAsync(ct);
        var lists = await db.Set<ListedNumber>().Where(n => n.Number == canonical)
            .Join(db.Set<NumberList>(), n => new { n.ListId, n.Edition }, l => new { ListId = l.Id, l.Edition }, (n, l) => new { n, l })
            .OrderBy(x => x.l.Kind).ThenBy(x => x.l.NameKey).AsNoTracking().ToListAsync(ct);
        var counting = (await exemptions.PageAsync(canonical, onlyCounting: true, null, 100, ct)).Where(e => e.Number == canonical).ToList();
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = VerdictSql.Command(Read, connection, time, [canonical], campaign, observesRegisters: true);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return new KnownNumber(
            canonical, (CheckResult)row.GetInt32(0), row.IsDBNull(1) ? null : row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2),
            lists.ConvertAll(x => new ListedAt(x.l, x.n.AddedAt, x.n.AddedBy, x.n.Note)), counting);
    }
}
