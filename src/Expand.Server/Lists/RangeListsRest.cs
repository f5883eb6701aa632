using Expand.Server.Platform;
using Expand.Server.Platform.Rest;

namespace Expand.Server.Lists;

/// <summary>Range lists and their elements in the REST API (contract, rest.md: of the same shape as simple lists).</summary>
internal static class RangeListsRest
{
    private const string NoList = "the range list prefijos does not exist";
    private const string NoElement = "an element from 27100000 in the list prefijos does not exist";
    private const string InTheWay = "the range 27000000-27149999 of the list is in the way";
    private const string Changed = "the element 27100000-27199999 was changed since the version that this change is meant for; read it again";

    private static readonly ListAnswer List = new()
    {
        Alias = "Prefijos",
        Description = "Asocia rangos de números con el lugar del que llaman.",
        Id = 3,
        Name = "prefijos",
        Type = "range",
    };

    private static readonly RangeAnswer Example = new() { Id = 21, From = "27100000", To = "27199999", Value = "Montevideo" };
    private static readonly RangeRequest Request = new() { From = Example.From, To = Example.To, Value = Example.Value };

    public static void MapRangeLists(this RouteGroupBuilder lists)
    {
        lists.MapGet("", Lists).WithQuery(QueryParameter.Start, QueryParameter.Limit)
            .WithSummary("All range lists").WithDescription("Ordered by id.")
            .Answers<DataList<ListAnswer>>(200, new DataList<ListAnswer> { Data = [List] });
        lists.MapGet("/{list}", One)
            .WithSummary("One range list").WithDescription(ListsRest.ListRule)
            .Answers<ListAnswer>(200, List).Refuses(404, NoList);
        lists.MapGet("/{list}/elements", Elements).WithQuery(QueryParameter.Start, QueryParameter.Limit)
            .WithSummary("The elements of a range list").WithDescription($"Ordered by id. {ListsRest.ListRule}")
            .Answers<DataList<RangeAnswer>>(200, new DataList<RangeAnswer> { Data = [Example] }).Refuses(404, NoList);
        lists.MapPost("/{list}/elements", AddElement)
            .WithSummary("Adds a range")
            .WithDescription("It holds the keys of as many digits as its ends have, from the one to the other. 409 names the range of the list that it overlaps.")
            .AcceptsJson<RangeRequest>(Request).Answers<RangeAnswer>(201, Example).HasETag().Refuses(404, NoList).Refuses(409, InTheWay);
        lists.MapPost("/{list}/elements/bulk", UpsertElements)
            .WithSummary("Adds or changes many ranges by where they begin")
            .WithDescription("A range a line. Lines are applied in their order, in portions that are each one transaction; one that overlaps another range is refused.")
            .AcceptsNdjson<RangeRequest>(Request).Refuses(404, NoList);
        lists.MapGet("/{list}/elements/{from}", Element)
            .WithSummary("The range that begins with a key").WithDescription("`from` is the range's first key, with its leading zeros.")
            .Answers<RangeAnswer>(200, Example).HasETag().Refuses(404, NoElement);
        lists.MapPut("/{list}/elements/{from}", ChangeElement)
            .WithSummary("Gives a range another value, and other ends where they are given")
            .WithDescription("409 names the range of the list that it would overlap.")
            .AcceptsJson<RangeChange>("""{ "value": "Montevideo y Canelones" }""")
            .Answers<RangeAnswer>(200, Example with { Value = "Montevideo y Canelones" }).HasETag().Refuses(404, NoElement).Refuses(409, InTheWay).Refuses(412, Changed);
        lists.MapDelete("/{list}/elements/{from}", RemoveElement)
            .WithSummary("Removes a range").WithDescription("Answers the element that it was.")
            .Answers<RangeAnswer>(200, Example).Refuses(404, NoElement).Refuses(412, Changed);
        lists.MapGet("/{list}/lookup/{key}", Lookup)
            .WithSummary("The range that holds a key").WithDescription("400 where the key is not 1 to 18 digits.")
            .Answers<RangeAnswer>(200, Example).HasETag().Refuses(400, "the key takes 1 to 18 digits").Refuses(404, "an element that holds 27126666 in the list prefijos does not exist");
    }

    private static IResult Lists(Query query, ValueLists lists, CancellationToken ct) => ListsRest.All(lists, ListKind.Range, query, ct);

    private static Task<IResult> One(string list, ValueLists lists, CancellationToken ct) => ListsRest.OneAsync(lists, ListKind.Range, list, ct);

    private static Task<IResult> Elements(string list, Query query, ValueLists lists, RangeElements elements, CancellationToken ct) =>
        ListsRest.ElementsAsync(lists, ListKind.Range, list, id => elements.ReadAsync(id, query.Start, query.Limit, ct).Select(Told), ct);

    private static async Task<IResult> AddElement(string list, Body<RangeRequest> body, RangeElements elements, CancellationToken ct)
    {
        var added = await elements.AddAsync(new ListAddress(list), body.Value.From!, body.Value.To!, body.Value.Value!, ct);
        return added.Value is { } element
            ? Answer.Created(ListsRest.Location(ListKind.Range, list, element.Range.From), Told(element), element.Tag)
            : added.Failure!.ToProblem();
    }

    private static Task<IResult> UpsertElements(string list, ValueLists lists, RangeElementRows elements, CancellationToken ct) =>
        ListsRest.BulkAsync<RangeRequest>(lists, ListKind.Range, list, (rows, applied) =>
            elements.UpsertAsync(new ListAddress(list), [.. rows.Select(r => new RangeRow(r.From!, r.To!, r.Value!))], applied), ct);

    private static async Task<IResult> Element(string list, string from, RangeElements elements, CancellationToken ct) =>
        Answered(await elements.FindAsync(new ListAddress(list), from, ct));

    private static async Task<IResult> Lookup(string list, string key, RangeElements elements, CancellationToken ct) =>
        Answered(await elements.LookupAsync(new ListAddress(list), key, ct));

    private static async Task<IResult> ChangeElement(
        string list, string from, Body<RangeChange> body, IfMatch ifMatch, RangeElements elements, CancellationToken ct) =>
        Answered(await elements.ChangeAsync(new ListAddress(list), from, body.Value.From, body.Value.To, body.Value.Value!, ifMatch.Expected, ct));

    private static async Task<IResult> RemoveElement(string list, string from, IfMatch ifMatch, RangeElements elements, CancellationToken ct)
    {
        var removed = await elements.RemoveAsync(new ListAddress(list), from, ifMatch.Expected, ct);
        return removed.Value is { } element ? Answer.Ok(Told(element)) : removed.Failure!.ToProblem();
    }

    private static IResult Answered(Result<RangeElement> element) =>
        element.Value is { } known ? Answer.Ok(Told(known), known.Tag) : element.Failure!.ToProblem();

    private static RangeAnswer Told(RangeElement element) => new()
    {
        Id = element.Id,
        From = element.Range.From,
        To = element.Range.To,
        Value = element.Value,
    };
}
