using Expand.Server.Access;
using Expand.Server.Platform;

namespace Expand.Server.Lists;

/// <summary>An element of either kind of list as somebody writes it down.</summary>
/// <param name="Key">The key; of a range where it begins.</param>
/// <param name="To">Where a range ends; nothing of a key.</param>
/// <param name="Value">The value.</param>
internal sealed record ListDraft(string Key, string To, string Value);

/// <summary>
/// A list's elements changed one by one by people, each change audited in its own transaction. What others changed meanwhile is not overwritten:
/// a change is meant for the version that was seen.
/// </summary>
internal sealed class ListEditing(IServiceScopeFactory scopes, TimeProvider clock)
{
    /// <summary>Adds an element.</summary>
    public Task<Failure?> AddAsync(ValueList list, ListDraft draft, Actor actor, CancellationToken ct) =>
        WrongValue(draft.Value) is { } wrong ? Task.FromResult<Failure?>(wrong)
        : ChangeAsync(list, "list.element.added", Told(draft), actor, async services => list.Kind == ListKind.Simple
            ? (await services.Simple.AddAsync(Of(list), draft.Key, draft.Value, ct)).Failure
            : (await services.Ranges.AddAsync(Of(list), draft.Key, draft.To, draft.Value, ct)).Failure, ct);

    /// <summary>Changes the element that is seen.</summary>
    public Task<Failure?> ChangeAsync(ValueList list, ListRow seen, ListDraft draft, Actor actor, CancellationToken ct)
    {
        if (WrongValue(draft.Value) is { } wrong) return Task.FromResult<Failure?>(wrong);
        var expected = ExpectedVersion.OneOf([seen.Tag]);
        var told = $"{Told(new ListDraft(seen.Key, seen.To, seen.Value))} -> {Told(draft)}";
        return ChangeAsync(list, "list.element.changed", told, actor, async services => list.Kind == ListKind.Simple
            ? (await services.Simple.ChangeAsync(Of(list), seen.Key, draft.Key, draft.Value, expected, ct)).Failure
            : (await services.Ranges.ChangeAsync(Of(list), seen.Key, draft.Key, draft.To, draft.Value, expected, ct)).Failure, ct);
    }

    /// <summary>Removes the element that is seen.</summary>
    public Task<Failure?> RemoveAsync(ValueList list, ListRow seen, Actor actor, CancellationToken ct)
    {
        var expected = ExpectedVersion.OneOf([seen.Tag]);
        var told = Told(new ListDraft(seen.Key, seen.To, seen.Value));
        return ChangeAsync(list, "list.element.removed", told, actor, async services => list.Kind == ListKind.Simple
            ? (await services.Simple.RemoveAsync(Of(list), seen.Key, expected, ct)).Failure
            : (await services.Ranges.RemoveAsync(Of(list), seen.Key, expected, ct)).Failure, ct);
    }

    /// <summary>Why a text is no value; null where it is one.</summary>
    public static Failure? WrongValue(string value) => value.Length <= ListElement.ValueLength && PlainText.Holds(value) ? null
        : Failure.Invalid("value", $"the value takes {ListElement.ValueLength} characters at most, none of them a control character");

    private async Task<Failure?> ChangeAsync(
        ValueList list, string action, string detail, Actor actor, Func<(SimpleElements Simple, RangeElements Ranges), Task<Failure?>> change, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var db = services.GetRequiredService<ExpandDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await change((services.GetRequiredService<SimpleElements>(), services.GetRequiredService<RangeElements>())) is { } failure) return failure;
        db.Add(AuditEntry.Of(clock.GetUtcNow(), actor, action, $"{list.Kind.Word()} list {list.Name}", detail));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return null;
    }

    /// <summary>By its id: a list that was removed and made again under its name is another one.</summary>
    private static ListAddress Of(ValueList list) => new($"{list.Id}");

    private static string Told(ListDraft element) =>
        $"{element.Key}{(element.To.Length > 0 ? $"-{element.To}" : "")}: {(element.Value.Length <= 200 ? element.Value : element.Value[..200] + "…")}";
}
