using System.Text.RegularExpressions;
using Expand.Server.Access;
using Expand.Server.Access.Settings;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.DoNotCall;

/// <summary>
/// The numbers of a list, one by one: added and removed, each audited; both may be repeated. A register's numbers come and go with its editions only: what a
/// person changed in one would be gone with the next.
/// </summary>
internal sealed partial class ListedNumbers(IDbContextFactory<ExpandDb> databases, Settings<DoNotCallSettings> settings, TimeProvider clock)
{
    /// <summary>What a text that is no number is told.</summary>
    public const string NumberRule = "takes a number of up to 18 digits, a + in front, and spaces . - / ( ) between them";

    /// <summary>Digits of a number of a list at most; no number has more than fifteen.</summary>
    private const int MostDigits = 18;

    /// <summary>Whether a list has it from now on, and had it not before. A note that is given takes the place of the one before.</summary>
    public async Task<Result<bool>> AddAsync(int listId, string number, string? note, Actor actor, CancellationToken ct)
    {
        note = note?.Trim() is { Length: > 0 } said ? said : null;
        var (canonical, failure) = Read(number);
        if ((failure ?? WrongNote(note)) is { } wrong) return wrong;
        return await ChangeAsync(listId, async (db, list) =>
        {
            var known = await Of(db, list, canonical!).AsNoTracking().SingleOrDefaultAsync(ct);
            if (known is not null && (note is null || note == known.Note)) return false;
            var now = clock.GetUtcNow();
            if (known is null)
            {
                db.Add(new ListedNumber { ListId = list.Id, Edition = list.Edition, Number = canonical!, AddedAt = now, AddedBy = actor.Name, Note = note });
                list.Numbers++;
            }
            else await Of(db, list, canonical!).ExecuteUpdateAsync(u => u.SetProperty(n => n.Note, note), ct);

            list.ChangedAt = now;
            db.Add(AuditEntry.Of(now, actor, known is null ? "dnc.number-added" : "dnc.number-noted", $"do-not-call list {list.Name}", note is null ? canonical : $"{canonical}: {note}"));
            return known is null;
        }, ct);
    }

    /// <summary>Whether the list had it; it has not any more.</summary>
    public async Task<Result<bool>> RemoveAsync(int listId, string number, Actor actor, CancellationToken ct)
    {
        var (canonical, wrong) = Read(number);
        if (wrong is not null) return wrong;
        return await ChangeAsync(listId, async (db, list) =>
        {
            if (await Of(db, list, canonical!).ExecuteDeleteAsync(ct) == 0) return false;
            list.Numbers--;
            list.ChangedAt = clock.GetUtcNow();
            db.Add(AuditEntry.Of(clock.GetUtcNow(), actor, "dnc.number-removed", $"do-not-call list {list.Name}", canonical));
            return true;
        }, ct);
    }

    /// <summary>A number of a list; null where it has not got it.</summary>
    public async Task<ListedNumber?> FindAsync(NumberList list, string canonical, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await Of(db, list, canonical).AsNoTracking().SingleOrDefaultAsync(ct);
    }

    /// <summary>Numbers of the list that begin with these digits, in their order, from the one after <paramref name="after"/>.</summary>
    public async Task<List<ListedNumber>> PageAsync(NumberList list, string begins, string? after, int most, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var (from, pattern) = (after ?? "", begins + "%");
        return await db.Set<ListedNumber>().FromSql(
            $"""
            select * from dnc_numbers where list_id = {list.Id} and edition = {list.Edition} and number > {from} and number >= {begins} and number like {pattern}
            order by number limit {most}
            """).AsNoTracking().ToListAsync(ct);
    }

    /// <summary>A number's canonical spelling, or why the text is no number.</summary>
    public Result<string> Read(string number) => Read(number, settings.Value);

    /// <summary>The same by settings that the caller has read.</summary>
    internal static Result<string> Read(string number, DoNotCallSettings set)
    {
        number = number.Trim();
        return number.Length <= CanonicalNumber.MostDigits && NumberText().IsMatch(number) && set.Canonical(number) is { Length: > 0 and <= MostDigits } canonical
            ? canonical : Failure.Invalid("number", NumberRule);
    }

    private static Failure? WrongNote(string? note) =>
        note is null ? null
        : note.Length > ListedNumber.NoteLength ? Failure.Invalid("note", $"may have {ListedNumber.NoteLength} characters at most")
        : PlainText.Holds(note) ? null : Failure.Invalid("note", PlainText.Rule);

    private static IQueryable<ListedNumber> Of(ExpandDb db, NumberList list, string canonical) =>
        db.Set<ListedNumber>().Where(n => n.ListId == list.Id && n.Edition == list.Edition && n.Number == canonical);

    [GeneratedRegex(@"\A[+(*#0-9][-+*# ./()0-9]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex NumberText();

    private async Task<Result<bool>> ChangeAsync(int listId, Func<ExpandDb, NumberList, Task<bool>> change, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await NumberLists.HeldAsync(db, listId, ct) is not { } list) return NumberLists.Missing(listId);
        if (list.Kind == NumberListKind.Registry) return Failure.Conflict($"{list.Name} is a register: its numbers come as whole editions");
        var changed = await change(db, list);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return changed;
    }
}
