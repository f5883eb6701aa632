using System.Globalization;
using Expand.Server.OutgoingCalls.Pages;
using Expand.Server.Platform;
using Expand.Server.Platform.Rest;

namespace Expand.Server.OutgoingCalls;

/// <summary>The routes of pending outgoing calls (contract, rest.md), and of their page's file.</summary>
internal static class OutgoingCallsRest
{
    private const string Path = "/external/outgoingcalls/call";
    private const string Missing = "outgoing call 1 does not exist";

    private static readonly QueryParameter[] Filter =
    [
        QueryParameter.Text("queue", 64, "Calls of that queue."),
        QueryParameter.Text("phone", PhoneNumber.MaxLength + 1, "Calls that have this number, whatever separators are in it."),
        QueryParameter.From("startdate", "Calls to be made then or later."),
        QueryParameter.To("enddate", "Calls to be made then or earlier; of a bare day its end counts."),
        QueryParameter.Text("agent", 64, "Calls of that agent's username, in any case; empty: the calls of every agent of their queue."),
        QueryParameter.Choice("status", "Calls that are in this state at this moment.", OutgoingCallStates.Words),
        QueryParameter.Start, QueryParameter.Limit,
    ];

    public static WebApplication MapOutgoingCalls(this WebApplication app)
    {
        var calls = app.MapRest(Path, "outgoingcalls", "Outgoing calls");
        calls.MapGet("", List).WithQuery(Filter)
            .WithSummary("Lists pending outgoing calls").WithDescription("Ordered by id, of every state unless `status` names one. Filters narrow together.")
            .Answers<DataList<OutgoingCallAnswer>>(200, new DataList<OutgoingCallAnswer> { Data = [OutgoingCallExamples.Answer] });
        calls.MapPost("", AddAsync).AcceptsJson<OutgoingCallBody>(OutgoingCallExamples.Body)
            .WithSummary("Adds a pending outgoing call").WithDescription("The agents of the queue, or the one agent, are shown it from then on.")
            .Answers<OutgoingCallId>(201, OutgoingCallExamples.Id).HasETag().Refuses(400, "agent: there is no agent with the username pperez");
        calls.MapGet("/{id}", FindAsync)
            .WithSummary("Answers a pending outgoing call").WithDescription("Of whatever state; calls are never deleted.")
            .Answers<OutgoingCallAnswer>(200, OutgoingCallExamples.Answer).HasETag().Refuses(404, Missing);
        calls.MapPut("/{id}", ReplaceAsync).AcceptsJson<OutgoingCallBody>(OutgoingCallExamples.Body)
            .WithSummary("Replaces a pending outgoing call")
            .WithDescription("Takes all fields: an optional one that is absent is none from then on. Refused with 409 where the call is no longer PENDING.")
            .Answers<OutgoingCallId>(200, OutgoingCallExamples.Id).HasETag()
            .Refuses(404, Missing).Refuses(409, "outgoing call 1 is COMPLETED: only a pending one can be changed").Refuses(412);
        calls.MapDelete("/{id}", CancelAsync)
            .WithSummary("Cancels a pending outgoing call")
            .WithDescription("It is kept, and shown to agents no longer. One that is CANCELED already stays so; a COMPLETED one is refused with 409.")
            .Answers<string>(200, "\"ok\"").HasETag()
            .Refuses(404, Missing).Refuses(409, "outgoing call 1 is COMPLETED: it cannot become CANCELED").Refuses(412);
        app.MapPendingExport();
        return app;
    }

    private static IResult List(Query query, PendingCalls calls, LocalTime time) => Listing.Data(
        calls.List(new OutgoingCallFilter
        {
            Queue = query.Text("queue"),
            Phone = query.Text("phone"),
            From = query.Moment("startdate"),
            To = query.Moment("enddate"),
            Agent = query.Text("agent"),
            Status = query.Choice("status") is { } word ? OutgoingCallStates.Of(word) : null,
            Start = query.Start,
            Limit = query.Limit,
        }).Select(call => Told(call, time)));

    private static async Task<IResult> AddAsync(Body<OutgoingCallBody> body, PendingCalls calls, LocalTime time, CancellationToken ct)
    {
        var (call, failure) = await calls.AddAsync(Form(body.Value, time), ct);
        return call is null
            ? failure!.ToProblem()
            : Answer.Created(string.Create(CultureInfo.InvariantCulture, $"{RestRoutes.Root}{Path}/{call.Id}"), new OutgoingCallId { CallId = call.Id }, call.Version);
    }

    private static async Task<IResult> FindAsync(string id, PendingCalls calls, LocalTime time, CancellationToken ct) =>
        IdOf(id) is { } number && await calls.FindAsync(number, ct) is { } call ? Answer.Ok(Told(call, time), call.Version) : Unknown(id);

    private static async Task<IResult> ReplaceAsync(
        string id, Body<OutgoingCallBody> body, IfMatch ifMatch, PendingCalls calls, LocalTime time, CancellationToken ct)
    {
        if (IdOf(id) is not { } number) return Unknown(id);
        var (call, failure) = await calls.ReplaceAsync(number, Form(body.Value, time), ifMatch.Expected, ct);
        return call is null ? failure!.ToProblem() : Answer.Ok(new OutgoingCallId { CallId = call.Id }, call.Version);
    }

    private static async Task<IResult> CancelAsync(string id, IfMatch ifMatch, PendingCalls calls, CancellationToken ct)
    {
        if (IdOf(id) is not { } number) return Unknown(id);
        var (call, failure) = await calls.CancelAsync(number, ifMatch.Expected, ct);
        return call is null ? failure!.ToProblem() : Answer.Ok("ok", call.Version);
    }

    private static OutgoingCallForm Form(OutgoingCallBody body, LocalTime time) => new(
        body.Queue!, body.Phone!, body.Contact!, body.Subject!, RestTime.TryParse(body.CallDate!, time, out var date) ? date : null,
        body.Expiration ?? 0, body.Agent!, body.Link);

    private static OutgoingCallAnswer Told(OutgoingCall call, LocalTime time)
    {
        var date = time.Format(call.CallDate);
        return new OutgoingCallAnswer
        {
            Id = call.Id,
            Queue = call.Queue,
            Phone = call.Phones,
            Contact = call.Contact,
            Subject = call.Subject,
            CallDate = date.EndsWith(":00", StringComparison.Ordinal) ? date[..^3] : date,
            Expiration = call.Expiration,
            Agent = call.Agent,
            Status = call.Status.Word(),
            Link = OutgoingCallLinks.Read(call.Link),
        };
    }

    private static long? IdOf(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private static Problem Unknown(string id) => Failure.NotFound($"outgoing call {id}").ToProblem();
}
