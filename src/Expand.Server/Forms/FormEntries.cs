using System.Runtime.CompilerServices;
using Expand.Server.Access;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Forms;

/// <summary>What an agent fills in, and for which call.</summary>
/// <param name="Form">The form's name or id.</param>
/// <param name="Username">The agent.</param>
/// <param name="Queue">The call's queue; one of the form's.</param>
/// <param name="IncomingCallId">The contract's idcall.</param>
/// <param name="UniqueId">The call's Uniqueid in the PBX.</param>
/// <param name="Extension">The agent's device.</param>
/// <param name="SessionId">The agent's session.</param>
/// <param name="CallChunk">The part of the call; empty where nothing tells.</param>
/// <param name="AudioFilename">The recording; empty where there is none.</param>
/// <param name="Values">Values by field name.</param>
internal sealed record FormEntryDraft(
    string Form, string Username, string Queue, long IncomingCallId, string UniqueId, string Extension, string SessionId, string CallChunk,
    string AudioFilename, IReadOnlyDictionary<string, IReadOnlyList<string>> Values);

/// <summary>An entry with its form's name, title and fields (JSON).</summary>
internal sealed record FiledEntry(FormEntry Entry, string Form, string Title, string Fields);

/// <summary>Entries of forms: filled in and corrected by agents, listed for other systems.</summary>
internal sealed class FormEntries(
    IDbContextFactory<ExpandDb> databases, UserDirectory users, EntryIds ids, TimeProvider clock, ILogger<FormEntries> log)
{
    private const int TextLength = 200;
    private const int MostOfCalls = 100;

    /// <summary>An entry of now; refused by field where a value breaks the rule of its field.</summary>
    public async Task<Result<FormEntry>> FillInAsync(FormEntryDraft draft, CancellationToken ct)
    {
        if (users.Find(draft.Username) is not { IsAgent: true } agent) return Failure.Invalid("agent", "only an agent fills in a form");
        if (draft.IncomingCallId < 0) return Failure.Invalid("incomingcall_id", "takes a whole number that is not negative");
        foreach (var (field, text) in new[]
        {
            ("uniqueid", draft.UniqueId), ("extension", draft.Extension), ("session_id", draft.SessionId), ("call_chunk", draft.CallChunk),
            ("audio_filename", draft.AudioFilename),
        })
        {
            if (text.Length > TextLength || !PlainText.Holds(text)) return Failure.Invalid(field, $"takes {TextLength} characters at most, none of them a control character");
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await HoldFormAsync(db, draft.Form, ct) is not { } form) return Failure.NotFound($"form {draft.Form}");
        if (!form.Queues.Contains(draft.Queue)) return Failure.Invalid("queue", $"form {form.Name} is not one of queue {draft.Queue}");
        var (data, wrong) = FormData.Write(form.FieldList, draft.Values);
        if (data is null) return wrong!;
        var entry = Entry(form, agent, draft, data);
        db.Add(entry);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        log.FilledIn(form.Name, entry.Id, agent.AgentNumber);
        return entry;
    }

    /// <summary>
    /// Gives an entry other values, checked against the form as it is now. <paramref name="version"/> is the one that was corrected: who saw an
    /// older one is refused, and reads it again.
    /// </summary>
    public async Task<Result<FormEntry>> CorrectAsync(
        string id, int version, IReadOnlyDictionary<string, IReadOnlyList<string>> values, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Set<FormEntry>().SingleOrDefaultAsync(e => e.Id == id, ct) is not { } entry) return Failure.NotFound($"entry {id}");
        if (entry.Version != version) return Failure.Changed($"entry {id} was corrected meanwhile; read it again");
        var form = await db.Set<DynamicForm>().AsNoTracking().SingleAsync(f => f.Id == entry.FormId, ct);
        var (data, wrong) = FormData.Write(form.FieldList, values);
        if (data is null) return wrong!;
        (entry.Data, entry.LastModified, entry.Version) = (data, Now(), version + 1);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Failure.Changed($"entry {id} was corrected meanwhile; read it again");
        }

        log.Corrected(form.Name, id);
        return entry;
    }

    /// <summary>A form's entries filled in from one instant to another, both included (null: no bound), the oldest first; read while they are taken.</summary>
    public async IAsyncEnumerable<FormEntry> ListAsync(
        int formId, DateTimeOffset? from, DateTimeOffset? to, int start, int? limit, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var entries = db.Set<FormEntry>().AsNoTracking().Where(e => e.FormId == formId);
        if (from is { } first) entries = entries.Where(e => e.Timestamp >= first);
        if (to is { } last) entries = entries.Where(e => e.Timestamp <= last);
        entries = entries.OrderBy(e => e.Timestamp).ThenBy(e => e.Id).Skip(start);
        if (limit is { } most) entries = entries.Take(most);
        await foreach (var entry in entries.AsAsyncEnumerable().WithCancellation(ct)) yield return entry;
    }

    /// <summary>
    /// Some of a form's entries, the newest first: those filled in before the one given (null: the newest ones). By keys and not by an offset, so that
    /// the oldest are as near as the newest.
    /// </summary>
    public async Task<IReadOnlyList<FormEntry>> NewestAsync(
        int formId, DateTimeOffset? from, DateTimeOffset? to, FormEntry? before, int most, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var entries = db.Set<FormEntry>().AsNoTracking().Where(e => e.FormId == formId);
        if (from is { } first) entries = entries.Where(e => e.Timestamp >= first);
        if (to is { } last) entries = entries.Where(e => e.Timestamp <= last);
        if (before is not null) entries = entries.Where(e => EF.Functions.LessThan(ValueTuple.Create(e.Timestamp, e.Id), ValueTuple.Create(before.Timestamp, before.Id)));
        return await entries.OrderByDescending(e => e.Timestamp).ThenByDescending(e => e.Id).Take(most).ToListAsync(ct);
    }

    /// <summary>A call's entry in a form, the newest where there are several; null where there is none.</summary>
    public async Task<FormEntry?> FindAsync(int formId, long incomingCallId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<FormEntry>().AsNoTracking().Where(e => e.FormId == formId && e.IncomingCallId == incomingCallId)
            .OrderByDescending(e => e.Timestamp).ThenByDescending(e => e.Id).FirstOrDefaultAsync(ct);
    }

    /// <summary>What was filled in for any of these calls, the newest first.</summary>
    public async Task<IReadOnlyList<FiledEntry>> OfCallsAsync(IReadOnlyCollection<string> uniqueIds, CancellationToken ct)
    {
        if (uniqueIds.Count == 0) return [];
        await using var db = await databases.CreateDbContextAsync(ct);
        return await (
            from entry in db.Set<FormEntry>().AsNoTracking()
            join form in db.Set<DynamicForm>() on entry.FormId equals form.Id
            where uniqueIds.Contains(entry.UniqueId)
            orderby entry.Timestamp descending, entry.Id descending
            select new FiledEntry(entry, form.Name, form.Title, form.Fields)).Take(MostOfCalls).ToListAsync(ct);
    }

    /// <summary>The form, which cannot be removed until the transaction ends.</summary>
    private static Task<DynamicForm?> HoldFormAsync(ExpandDb db, string nameOrId, CancellationToken ct) =>
        db.Set<DynamicForm>().FromSql($"select * from dynamic_forms where name = {nameOrId} or id::text = {nameOrId} for key share")
            .AsNoTracking().SingleOrDefaultAsync(ct);

    private FormEntry Entry(DynamicForm form, Person agent, FormEntryDraft draft, string data)
    {
        var now = Now();
        return new FormEntry
        {
            Id = ids.Next(now),
            FormId = form.Id,
            AgentNumber = agent.AgentNumber,
            AgentUsername = agent.Username,
            AudioFilename = draft.AudioFilename,
            CallChunk = draft.CallChunk,
            Data = data,
            Extension = draft.Extension,
            IncomingCallId = draft.IncomingCallId,
            LastModified = now,
            Queue = draft.Queue,
            SessionId = draft.SessionId,
            Timestamp = now,
            UniqueId = draft.UniqueId,
        };
    }

    /// <summary>Now, as PostgreSQL keeps it: whole microseconds.</summary>
    private DateTimeOffset Now()
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
