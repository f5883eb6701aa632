using Expand.Server.Platform;
using Expand.Server.Platform.Rest;

namespace Expand.Server.Lists;

/// <summary>Simple lists and their elements in the REST API (contract, rest.md).</summary>
internal static class SimpleListsRest
{
    private const string KeyRule =
        "`key` stands percent-encoded in the address (RFC 3986), `/` as `%2F`, and is decoded once. " + ListsRest.ListRule;

    private const string NoList = "the simple list cartera does not exist";
    private const string NoElement = "the element 27126666 of the list cartera does not exist";
    private const string Taken = "the list cartera has an element 27126666 already";
    private const string Changed = "the element 27126666 was changed since the version that this change is meant for; read it again";

    private static readonly ListAnswer List = new()
    {
        Alias = "Vendedores",
        Description = "Asocia CallerID de llamantes con extensiones de ejecutivos de venta. Mantenido por SAP.",
        Id = 1,
        Name = "vendedores",
        Type = "simple",
    };

    private static readonly ElementAnswer Example = new() { Id = 17, Key = "27126666", Value = "112" };

    public static void MapSimpleLists(this RouteGroupBuilder lists)
    {
        lists.MapGet("", Lists).WithQuery(QueryParameter.Start, QueryParameter.Limit)
            .WithSummary("All simple lists").WithDescription("Ordered by id.")
            .Answers<DataList<ListAnswer>>(200, new DataList<ListAnswer> { Data = [List] });
        lists.MapGet("/{list}", One)
            .WithSummary("One simple list").WithDescription(ListsRest.ListRule)
            .Answers<ListAnswer>(200, List).Refuses(404, NoList);
        lists.MapGet("/{list}/elements", Elements).WithQuery(QueryParameter.Start, QueryParameter.Limit)
            .WithSummary("The elements of a list").WithDescription($"Ordered by id. {ListsRest.ListRule}")
            .Answers<DataList<ElementAnswer>>(200, new DataList<ElementAnswer> { Data = [Example] }).Refuses(404, NoList);
        lists.MapPost("/{list}/elements", AddElement)
            .WithSummary("Adds an element").WithDescription("409 where the key is there already.")
            .AcceptsJson<ElementRequest>(new ElementRequest { Key = "27126666", Value = "112" })
            .Answers<ElementAnswer>(201, Example).HasETag().Refuses(404, NoList).Refuses(409, Taken);
        lists.MapPost("/{list}/elements/bulk", UpsertElements)
            .WithSummary("Adds or changes many elements by key")
            .WithDescription("An element a line. Lines are applied in their order, in portions that are each one transaction; of a key that stands twice the last line counts.")
            .AcceptsNdjson<ElementRequest>(new ElementRequest { Key = "27126666", Value = "112" }).Refuses(404, NoList);
        lists.MapGet("/{list}/elements/{key}", Element)
            .WithSummary("The element of a key").WithDescription(KeyRule)
            .Answers<ElementAnswer>(200, Example).HasETag().Refuses(404, NoElement);
        lists.MapPut("/{list}/elements/{key}", ChangeElement)
            .WithSummary("Gives an element another value")
            .WithDescription($"With another `key` in the body the element is that key's from now on; 409 where that is there already. {KeyRule}")
            .AcceptsJson<ElementChange>("""{ "value": "valor nuevo" }""")
            .Answers<ElementAnswer>(200, Example with { Value = "valor nuevo" }).HasETag().Refuses(404, NoElement).Refuses(409, Taken).Refuses(412, Changed);
        lists.MapDelete("/{list}/elements/{key}", RemoveElement)
            .WithSummary("Removes an element").WithDescription($"Answers the element that it was. {KeyRule}")
            .Answers<ElementAnswer>(200, Example).Refuses(404, NoElement).Refuses(412, Changed);
    }

    private static IResult Lists(Query query, ValueLists lists, CancellationToken ct) => ListsRest.All(lists, ListKind.Simple, query, ct);

    private static Task<IResult> One(string list, ValueLists lists, CancellationToken ct) => ListsRest.OneAsync(lists, ListKind.Simple, list, ct);

    private static Task<IResult> Elements(string list, Query query, ValueLists lists, SimpleElements elements, CancellationToken ct) =>
        ListsRest.ElementsAsync(lists, ListKind.Simple, list, id => elements.ReadAsync(id, query.Start, query.Limit, ct).Select(Told), ct);

    private static async Task<IResult> AddElement(string list, Body<ElementRequest> body, SimpleElements elements, CancellationToken ct)
    {
        var added = await elements.AddAsync(new ListAddress(list), body.Value.Key!, body.Value.Value!, ct);
        return added.Value is { } element
            ? Answer.Created(ListsRest.Location(ListKind.Simple, list, element.Key), Told(element), element.Tag)
            : added.Failure!.ToProblem();
    }

    private static Task<IResult> UpsertElements(string list, ValueLists lists, SimpleElementRows elements, CancellationToken ct) =>
        ListsRest.BulkAsync<ElementRequest>(lists, ListKind.Simple, list, (rows, applied) =>
            elements.UpsertAsync(new ListAddress(list), [.. rows.Select(r => (r.Key!, r.Value!))], applied), ct);

    private static async Task<IResult> Element(string list, string key, HttpContext http, SimpleElementLookup elements, CancellationToken ct) =>
        Answered(await elements.FindAsync(new ListAddress(list), PathKey.Of(http, key), ct));

    private static async Task<IResult> ChangeElement(
        string list, string key, Body<ElementChange> body, IfMatch ifMatch, HttpContext http, SimpleElements elements, CancellationToken ct) =>
        Answered(await elements.ChangeAsync(new ListAddress(list), PathKey.Of(http, key), body.Value.Key, body.Value.Value!, ifMatch.Expected, ct));

    private static async Task<IResult> RemoveElement(string list, string key, IfMatch ifMatch, HttpContext http, SimpleElements elements, CancellationToken ct)
    {
        var removed = await elements.RemoveAsync(new ListAddress(list), PathKey.Of(http, key), ifMatch.Expected, ct);
        return removed.Value is { } element ? Answer.Ok(Told(element)) : removed.Failure!.ToProblem();
    }

    private static IResult Answered(Result<SimpleElement> element) =>
        element.Value is { } known ? Answer.Ok(Told(known), known.Tag) : element.Failure!.ToProblem();

    private static ElementAnswer Told(SimpleElement element) => new() { Id = element.Id, Key = element.Key, Value = element.Value };
}
