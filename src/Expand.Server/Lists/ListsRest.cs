using Expand.Server.Platform.Rest;

namespace Expand.Server.Lists;

/// <summary>The lists in the REST API (contract, rest.md): what is the same of both kinds.</summary>
internal static class ListsRest
{
    /// <summary>The scope of all its routes.</summary>
    private const string Scope = "lists";

    private static readonly ListAnswer Sellers = new()
    {
        Alias = "Vendedores",
        Description = "Asocia CallerID de llamantes con extensiones de ejecutivos de venta. Mantenido por SAP.",
        Id = 1,
        Name = "vendedores",
        Type = "simple",
    };

    private static readonly ListAnswer Prefixes = new()
    {
        Alias = "Prefijos", Description = "Asocia rangos de números con su origen.", Id = 3, Name = "prefijos", Type = "range",
    };

    public static WebApplication MapLists(this WebApplication app)
    {
        Lists(app.MapRest(PathOf(ListKind.Simple), Scope, "Simple lists"), ListKind.Simple, Sellers).MapSimpleElements();
        Lists(app.MapRest(PathOf(ListKind.Range), Scope, "Range lists"), ListKind.Range, Prefixes).MapRangeElements();
        return app;
    }

    /// <summary>Where an element is.</summary>
    public static string Location(ListKind kind, string list, string key) =>
        $"{RestRoutes.Root}{PathOf(kind)}/{Uri.EscapeDataString(list)}/elements/{Uri.EscapeDataString(key)}";

    /// <summary>A listing of a list's elements, or that there is no such list.</summary>
    public static async Task<IResult> ElementsAsync<T>(
        ValueLists lists, ListKind kind, string list, Func<int, IAsyncEnumerable<T>> read, CancellationToken ct)
    {
        var found = await lists.FindAsync(kind, new ListAddress(list), ct);
        return found.Value is { } known ? Listing.Data(read(known.Id)) : found.Failure!.ToProblem();
    }

    /// <summary>Many elements at once, or that there is no such list.</summary>
    public static async Task<IResult> BulkAsync<T>(
        ValueLists lists, ListKind kind, string list, Func<IReadOnlyList<T>, CancellationToken, Task<IReadOnlyList<BulkOutcome>>> upsert, CancellationToken ct)
        where T : class =>
        (await lists.FindAsync(kind, new ListAddress(list), ct)).Failure is { } missing ? missing.ToProblem() : Bulk.Upsert(upsert);

    private static string PathOf(ListKind kind) => $"/external/lists/{kind.Word()}";

    private static RouteGroupBuilder Lists(RouteGroupBuilder group, ListKind kind, ListAnswer example)
    {
        group.MapGet("", (Query query, ValueLists lists, CancellationToken ct) =>
                Task.FromResult(Listing.Data(lists.ReadAsync(kind, query.Start, query.Limit, ct).Select(Told))))
            .WithQuery(QueryParameter.Start, QueryParameter.Limit)
            .WithSummary($"All {kind.Word()} lists").WithDescription("Ordered by id.")
            .Answers<DataList<ListAnswer>>(200, new DataList<ListAnswer> { Data = [example] });
        group.MapGet("/{list}", async (string list, ValueLists lists, CancellationToken ct) =>
            {
                var found = await lists.FindAsync(kind, new ListAddress(list), ct);
                return found.Value is { } known ? Answer.Ok(Told(known)) : found.Failure!.ToProblem();
            })
            .WithSummary($"One {kind.Word()} list").WithDescription("`list` is the list's name, in any case, or its id.")
            .Answers<ListAnswer>(200, example).Refuses(404);
        return group;
    }

    private static ListAnswer Told(ValueList list) => new()
    {
        Alias = list.Alias, Description = list.Description, Id = list.Id, Name = list.Name, Type = list.Kind.Word(),
    };
}
