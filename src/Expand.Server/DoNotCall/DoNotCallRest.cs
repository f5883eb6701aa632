using System.Globalization;
using System.Security.Claims;
using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Rest;

namespace Expand.Server.DoNotCall;

/// <summary>The REST API's routes of numbers that are not to be called; beyond the original.</summary>
internal static class DoNotCallRest
{
    private const string NoList = "list 1 does not exist";
    private const string OfRegister = "No Llame is a register: its numbers come as whole editions";
    private const string NumberHelp = "`number` may be written in any way: `+598 99 123 456`, `099123456` and `99123456` are one.";

    private static readonly NumberListAnswer List = new()
    {
        Id = 1,
        Name = "Pedidos de baja",
        Kind = "installation",
        Campaign = null,
        InForce = true,
        Numbers = 321,
        IssuedOn = null,
        ValidUntil = null,
        Expired = false,
    };

    private static readonly NumberListAnswer Register = List with
    {
        Id = 2,
        Name = "No Llame",
        Kind = "registry",
        Numbers = 1_500_000,
        IssuedOn = "2026-11-20",
        ValidUntil = "2026-12-20",
    };

    private static readonly ListedNumberAnswer Put = new() { Number = "99123456", List = 1, Listed = true, Changed = true };

    private static readonly KnownNumberAnswer Known = new() { Number = "99123456", MayBeCalled = false, Result = "listed", List = List.Name, Reason = null, Lists = [List] };

    public static void MapDoNotCallRest(this IEndpointRouteBuilder app)
    {
        var routes = app.MapRest("/external/donotcall", "dialer", "Do not call");
        routes.MapGet("/lists", ListsAsync)
            .WithSummary("Lists the lists of numbers that are not to be called").WithDescription("All of them, ordered by kind and name.")
            .Answers<DataList<NumberListAnswer>>(200, new DataList<NumberListAnswer> { Data = [List, Register] });
        routes.MapPut("/lists/{id}/numbers/{number}", AddAsync).AcceptsJson<ListedNumberBody>(new ListedNumberBody { Note = "lo pidió por teléfono" })
            .WithSummary("Puts a number on a list").WithDescription($"It counts for the next call. May be repeated. A register's numbers come as whole editions only. {NumberHelp}")
            .Answers<ListedNumberAnswer>(200, Put).Refuses(404, NoList).Refuses(409, OfRegister);
        routes.MapDelete("/lists/{id}/numbers/{number}", RemoveAsync)
            .WithSummary("Takes a number off a list").WithDescription($"May be repeated: a number that the list has not got is no failure. {NumberHelp}")
            .Answers<ListedNumberAnswer>(200, Put with { Listed = false }).Refuses(404, NoList).Refuses(409, OfRegister);
        routes.MapGet("/numbers/{number}", LookUpAsync).WithQuery(
                QueryParameter.Whole("campaign", 1, int.MaxValue, "Looks at that campaign's lists too, by its id."))
            .WithSummary("Tells whether a number may be called").WithDescription($"By the lists of the installation and the registers in force. It is no check for a call: no evidence is written. {NumberHelp}")
            .Answers<KnownNumberAnswer>(200, Known);
    }

    private static async Task<IResult> ListsAsync(NumberLists lists, LocalTime time, CancellationToken ct)
    {
        var today = time.Today();
        return Answer.Ok(new DataList<NumberListAnswer> { Data = [.. (await lists.AllAsync(ct)).Select(l => NumberListAnswer.Of(l, today))] });
    }

    private static async Task<IResult> AddAsync(string id, string number, Body<ListedNumberBody> body, HttpContext http, ListedNumbers numbers, CancellationToken ct)
    {
        if (IdOf(id) is not { } list) return Failure.NotFound($"list {id}").ToProblem();
        return Told(list, number, listed: true, await numbers.AddAsync(list, number, body.Value.Note, Caller(http), ct), numbers);
    }

    private static async Task<IResult> RemoveAsync(string id, string number, HttpContext http, ListedNumbers numbers, CancellationToken ct)
    {
        if (IdOf(id) is not { } list) return Failure.NotFound($"list {id}").ToProblem();
        return Told(list, number, listed: false, await numbers.RemoveAsync(list, number, Caller(http), ct), numbers);
    }

    private static async Task<IResult> LookUpAsync(string number, Query query, NumberLookup lookup, LocalTime time, CancellationToken ct)
    {
        var (known, failure) = await lookup.FindAsync(number, (int?)query.Whole("campaign"), ct);
        return known is null ? failure!.ToProblem() : Answer.Ok(KnownNumberAnswer.Of(known, time.Today()));
    }

    private static IResult Told(int list, string number, bool listed, Result<bool> changed, ListedNumbers numbers) => changed.Failure is { } failure
        ? failure.ToProblem()
        : Answer.Ok(new ListedNumberAnswer { Number = numbers.Read(number).Value!, List = list, Listed = listed, Changed = changed.Value });

    private static Actor Caller(HttpContext http) => new($"api:{http.User.FindFirstValue(ClaimTypes.Name)}", http.Connection.RemoteIpAddress?.ToString());

    private static int? IdOf(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
