using Expand.Server.Platform;
using Expand.Server.Platform.Rest;

namespace Expand.Server.Lists;

/// <summary>The lists in the REST API (contract, rest.md): what is the same of both kinds.</summary>
internal static class ListsRest
{
    /// <summary>How a list is named in an address.</summary>
    public const string ListRule = "`list` is the list's name, in any case, or its id.";

    /// <summary>The scope of all its routes.</summary>
    private const string Scope = "lists";

    public static WebApplication MapLists(this WebApplication app)
    {
        app.MapRest(PathOf(ListKind.Simple), Scope, "Simple lists").MapSimpleLists();
        app.MapRest(PathOf(ListKind.Range), Scope, "Range lists").MapRangeLists();
        return app.MapListFiles();
    }

    /// <summary>Where an element is.</summary>
    public static string Location(ListKind kind, string list, string key) =>
        $"{RestRoutes.Root}{PathOf(kind)}/{Uri.EscapeDataString(list)}/elements/{Uri.EscapeDataString(key)}";

    /// <summary>The lists of a kind.</summary>
    public static IResult All(ValueLists lists, ListKind kind, Query query, CancellationToken ct) =>
        Listing.Data(lists.ReadAsync(kind, query.Start, query.Limit, ct).Select(Told));

    /// <summary>One list.</summary>
    public static async Task<IResult> OneAsync(ValueLists lists, ListKind kind, string list, CancellationToken ct)
    {
        var found = await lists.FindAsync(kind, new ListAddress(list), ct);
        return found.Value is { } known ? Answer.Ok(Told(known)) : found.Failure!.ToProblem();
    }

    /// <summary>A listing of a list's elements, or that there is no such list.</summary>
    public static async Task<IResult> ElementsAsync<T>(
        ValueLists lists, ListKind kind, string list, Func<int, IAsyncEnumerable<T>> read, CancellationToken ct)
    {
        var found = await lists.FindAsync(kind, new ListAddress(list), ct);
        return found.Value is { } known ? Listing.Data(read(known.Id)) : found.Failure!.ToProblem();
    }

    /// <summary>Many elements at once, or that there is no such list.</summary>
    public static async Task<IResult> BulkAsync<T>(
        ValueLists lists, ListKind kind, string list, Func<IReadOnlyList<T>, CancellationToken, Task<IReadOnlyList<RowOutcome>>> upsert, CancellationToken ct)
        where T : class =>
        (await lists.FindAsync(kind, new ListAddress(list), ct)).Failure is { } missing ? missing.ToProblem() : Bulk.Upsert(upsert);

    private static string PathOf(ListKind kind) => $"/external/lists/{kind.Word()}";

    private static ListAnswer Told(ValueList list) => new()
    {
        Alias = list.Alias,
        Description = list.Description,
        Id = list.Id,
        Name = list.Name,
        Type = list.Kind.Word(),
    };
}
