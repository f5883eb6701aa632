using Expand.Server.Platform;
using Expand.Server.Platform.Rest;

namespace Expand.Server.Lists;

/// <summary>The elements of range lists in the REST API (contract, rest.md: of the same shape as those of simple lists).</summary>
internal static class RangeElementsRest
{
    private static readonly RangeAnswer Example = new() { Id = 21, From = "27100000", To = "27199999", Value = "Montevideo" };
    private static readonly RangeRequest Request = new() { From = Example.From, To = Example.To, Value = Example.Value };

    public static void MapRangeElements(this RouteGroupBuilder lists)
    {
        lists.MapGet("/{list}/elements", Elements).WithQuery(QueryParameter.Start, QueryParameter.Limit)
            .WithSummary("The elements of a range list").WithDescription("Ordered by id.")
            .Answers<DataList<RangeAnswer>>(200, new DataList<RangeAnswer> { Data = [Example] }).Refuses(404);
        lists.MapPost("/{list}/elements", Add)
            .WithSummary("Adds a range")
            .WithDescription("It holds the keys of as many digits as its ends have, from the one to the other. 409 names the range of the list that it overlaps.")
            .AcceptsJson<RangeRequest>(Request).Answers<RangeAnswer>(201, Example).Refuses(404, 409);
        lists.MapPost("/{list}/elements/bulk", Upsert)
            .WithSummary("Adds or changes many ranges by where they begin")
            .WithDescription("A range a line. Lines are applied in their order, in portions that are each one transaction; one that overlaps another range is refused.")
            .AcceptsNdjson<RangeRequest>(Request).Refuses(404);
        lists.MapGet("/{list}/elements/{from}", One)
            .WithSummary("The range that begins with a key").WithDescription("`from` is the range's first key, with its leading zeros.")
            .Answers<RangeAnswer>(200, Example).Refuses(404);
        lists.MapPut("/{list}/elements/{from}", Change)
            .WithSummary("Gives a range another value, and other ends where they are given")
            .WithDescription("409 names the range of the list that it would overlap.")
            .AcceptsJson<RangeChange>(new RangeChange { Value = "Montevideo y Canelones" })
            .Answers<RangeAnswer>(200, Example with { Value = "Montevideo y Canelones" }).Refuses(404, 409, 412);
        lists.MapDelete("/{list}/elements/{from}", Remove)
            .WithSummary("Removes a range").WithDescription("Answers the element that it was.")
            .Answers<RangeAnswer>(200, Example).Refuses(404, 412);
        lists.MapGet("/{list}/lookup/{key}", Lookup)
            .WithSummary("The range that holds a key").WithDescription("400 where the key is not 1 to 18 digits.")
            .Answers<RangeAnswer>(200, Example).Refuses(400, 404);
    }

    private static Task<IResult> Elements(string list, Query query, ValueLists lists, RangeElements elements, CancellationToken ct) =>
        ListsRest.ElementsAsync(lists, ListKind.Range, list, id => elements.ReadAsync(id, query.Start, query.Limit, ct).Select(Told), ct);

    private static async Task<IResult> Add(string list, Body<RangeRequest> body, RangeElements elements, CancellationToken ct)
    {
        var added = await elements.AddAsync(new ListAddress(list), body.Value.From!, body.Value.To!, body.Value.Value!, ct);
        return added.Value is { } element
            ? Answer.Created(ListsRest.Location(ListKind.Range, list, element.Range.From), Told(element), element.Tag)
            : added.Failure!.ToProblem();
    }

    private static Task<IResult> Upsert(string list, ValueLists lists, RangeElementRows elements, CancellationToken ct) =>
        ListsRest.BulkAsync<RangeRequest>(lists, ListKind.Range, list, (rows, applied) =>
            elements.UpsertAsync(new ListAddress(list), [.. rows.Select(r => new RangeRow(r.From!, r.To!, r.Value!))], applied), ct);

    private static async Task<IResult> One(string list, string from, RangeElements elements, CancellationToken ct) =>
        Answered(await elements.FindAsync(new ListAddress(list), from, ct));

    private static async Task<IResult> Lookup(string list, string key, RangeElements elements, CancellationToken ct) =>
        Answered(await elements.LookupAsync(new ListAddress(list), key, ct));

    private static async Task<IResult> Change(
        string list, string from, Body<RangeChange> body, IfMatch ifMatch, RangeElements elements, CancellationToken ct) =>
        Answered(await elements.ChangeAsync(new ListAddress(list), from, body.Value.From, body.Value.To, body.Value.Value!, ifMatch, ct));

    private static async Task<IResult> Remove(string list, string from, IfMatch ifMatch, RangeElements elements, CancellationToken ct)
    {
        var removed = await elements.RemoveAsync(new ListAddress(list), from, ifMatch, ct);
        return removed.Value is { } element ? Answer.Ok(Told(element)) : removed.Failure!.ToProblem();
    }

    private static IResult Answered(Result<RangeElement> element) =>
        element.Value is { } known ? Answer.Ok(Told(known), known.Tag) : element.Failure!.ToProblem();

    private static RangeAnswer Told(RangeElement element) => new()
    {
        Id = element.Id, From = element.Range.From, To = element.Range.To, Value = element.Value,
    };
}
