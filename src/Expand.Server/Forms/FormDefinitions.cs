using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Forms;

/// <summary>A form and how often it was filled in.</summary>
internal sealed record FormInfo(DynamicForm Form, int Entries);

/// <summary>A definition as somebody saw it before they changed it.</summary>
/// <param name="Form">The form; null: there was none of the name.</param>
internal sealed record SeenForm(DynamicForm? Form);

/// <summary>The forms that there are; every change audited. Changes take turns.</summary>
internal sealed class FormDefinitions(IDbContextFactory<ExpandDb> databases, TimeProvider clock, ILogger<FormDefinitions> log)
{
    /// <summary>All forms, ordered by name.</summary>
    public async Task<IReadOnlyList<FormInfo>> AllAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<DynamicForm>().AsNoTracking().OrderBy(f => f.Name)
            .Select(f => new FormInfo(f, db.Set<FormEntry>().Count(e => e.FormId == f.Id))).ToListAsync(ct);
    }

    /// <summary>The form of that name or id; null where there is none.</summary>
    public async Task<DynamicForm?> FindAsync(string nameOrId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var forms = db.Set<DynamicForm>().AsNoTracking();
        return int.TryParse(nameOrId, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? await forms.SingleOrDefaultAsync(f => f.Id == id, ct)
            : await forms.SingleOrDefaultAsync(f => f.Name == nameOrId, ct);
    }

    /// <summary>The forms that can be filled in for calls of a queue, ordered by title.</summary>
    public async Task<IReadOnlyList<DynamicForm>> OfQueueAsync(string queue, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Set<DynamicForm>().AsNoTracking().Where(f => f.Queues.Contains(queue)).OrderBy(f => f.Title).ThenBy(f => f.Id).ToListAsync(ct);
    }

    /// <summary>
    /// Makes a form, or gives the one of that name other fields, title and queues; what was filled in before stays as it is. The same again
    /// changes nothing.
    /// </summary>
    public Task<Failure?> DefineAsync(FormDefinition definition, Actor actor, CancellationToken ct) => DefineAsync(definition, null, actor, ct);

    /// <summary>
    /// The same by somebody who changes what they saw: a conflict where they saw no form of the name and there is one, and a refusal where it is not
    /// any more what they saw.
    /// </summary>
    public async Task<Failure?> DefineAsync(FormDefinition definition, SeenForm? seen, Actor actor, CancellationToken ct)
    {
        if (definition.Validate() is { } wrong) return wrong;
        var fields = StoredJson.Write(definition.Fields!.Select(Plain));
        string[] queues = [.. (definition.Queues ?? []).Distinct().Order(StringComparer.Ordinal)];
        return await ChangeAsync("form.defined", definition.Name!, actor, async (db, form) =>
        {
            if (seen is not null && Refusal(seen.Form, form) is { } refused) return (refused, null);
            if (form is not null && form.Title == definition.Title && form.Fields == fields && form.Queues.SequenceEqual(queues)) return (null, null);
            if (form is null) db.Add(new DynamicForm { Name = definition.Name!, Title = definition.Title!, Fields = fields, Queues = queues });
            else (form.Title, form.Fields, form.Queues) = (definition.Title!, fields, queues);
            await db.SaveChangesAsync(ct);
            return (null, $"{definition.Title}; fields: {string.Join(", ", definition.Fields!.Select(f => f.Name))}; queues: {string.Join(", ", queues)}");
        }, ct);
    }

    /// <summary>Removes a form that was never filled in. What customers agreed to is kept: a form with entries is taken from its queues instead.</summary>
    public Task<Failure?> RemoveAsync(string name, Actor actor, CancellationToken ct) =>
        ChangeAsync("form.removed", name, actor, async (db, form) =>
        {
            if (form is null) return (Failure.NotFound($"form {name}"), null);
            var entries = await db.Set<FormEntry>().CountAsync(e => e.FormId == form.Id, ct);
            if (entries > 0) return (Failure.Conflict($"form {name} has {entries} entries, which are kept: define it without queues to end its use"), null);
            db.Remove(form);
            return (null, form.Title);
        }, ct);

    /// <summary>Whether nothing was changed from the one to the other.</summary>
    public static bool IsSame(DynamicForm seen, DynamicForm now) =>
        now.Title == seen.Title && now.Fields == seen.Fields && now.Queues.SequenceEqual(seen.Queues);

    private static Failure? Refusal(DynamicForm? seen, DynamicForm? now) =>
        seen is null ? now is null ? null : Failure.Conflict($"there is a form {now.Name} already")
        : now is null || now.Id != seen.Id ? Failure.NotFound($"form {seen.Name}")
        : IsSame(seen, now) ? null
        : Failure.Changed($"form {now.Name} was changed meanwhile; read it again");

    /// <summary>Without what says nothing, so that the same form is the same text.</summary>
    private static FormField Plain(FormField field) => field.Kind == FormFieldKind.Choice ? field : field with { Options = null };

    private async Task<Failure?> ChangeAsync(
        string action, string name, Actor actor, Func<ExpandDb, DynamicForm?, Task<(Failure? Failure, string? Detail)>> change, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Against another change; who fills in a form is held up by the row only.
        await db.Database.ExecuteSqlAsync($"lock table dynamic_forms in share row exclusive mode", ct);
        var form = await db.Set<DynamicForm>().FromSql($"select * from dynamic_forms where name = {name} for update").SingleOrDefaultAsync(ct);
        var (failure, detail) = await change(db, form);
        if (failure is not null || detail is null) return failure;
        db.Add(AuditEntry.Of(clock.GetUtcNow(), actor, action, $"form {name}", detail));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        log.FormChanged(action, name, actor.Name);
        return null;
    }
}
