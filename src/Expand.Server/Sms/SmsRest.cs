using System.Globalization;
using Expand.Server.Platform;
using Expand.Server.Platform.Rest;

namespace Expand.Server.Sms;

/// <summary>The REST API's routes of text messages.</summary>
internal static class SmsRest
{
    private const string Path = "/external/sms";
    private const string Missing = "message 1 does not exist";

    private static readonly QueryParameter[] Filter =
    [
        QueryParameter.Choice("state", "Messages that are pending for a recipient, failed for one, failed for none and are pending for none; or drafts.", SmsWords.Pending, SmsWords.Error, SmsWords.Sent, SmsWords.Draft),
        QueryParameter.Text("number", 20, "Messages to a number that these digits stand in."),
        QueryParameter.Text("text", 100, "Messages whose text has this in it, in any case."),
        QueryParameter.From("startdate", "Messages made then or later."),
        QueryParameter.To("enddate", "Messages made then or earlier; of a bare day its end counts."),
        QueryParameter.Order, QueryParameter.Start, QueryParameter.Limit,
    ];

    public static void MapSmsRest(this IEndpointRouteBuilder app)
    {
        var messages = app.MapRest(Path, "sms", "SMS");
        messages.MapPost("", SendAsync).AcceptsJson<SmsBody>(SmsExamples.Body)
            .WithSummary("Sends a text message")
            .WithDescription("It is written down before it is answered, and sent from then on; `GET` tells what becomes of it. The answer tells into how many short messages the text goes. Of a promotional message, recipients who are not to be called are not sent it: the answer counts them and names the list with each. More messages in a second than the installation takes are answered 429.")
            .Answers<SmsDetailAnswer>(201, SmsExamples.Answer).Refuses(400, "recipients: takes numbers of 3 to 15 digits, a + in front where they have the country's code; these are none: 09a")
            .Refuses(429, "more messages than the installation takes in a second; try again in a second").Refuses(503, "no SMS gateway is configured");
        messages.MapGet("", List).WithQuery(Filter)
            .WithSummary("Lists text messages").WithDescription("Ordered by id. Filters narrow together.")
            .Answers<DataList<SmsAnswer>>(200, new DataList<SmsAnswer> { Data = [SmsExamples.Listed] });
        messages.MapGet("/{id}", FindAsync)
            .WithSummary("Answers a text message").WithDescription("With every recipient and what became of it.")
            .Answers<SmsDetailAnswer>(200, SmsExamples.Answer).Refuses(404, Missing);
    }

    private static async Task<IResult> SendAsync(HttpContext http, Body<SmsBody> body, SmsOutbox outbox, LocalTime time, CancellationToken ct)
    {
        var recipients = body.Value.Recipients!.SelectMany(r => (r ?? "").Split([' ', ',', ';', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)).ToList();
        var form = new SmsForm(body.Value.Text!, recipients, body.Value.Sender ?? "", body.Value.Promotional ?? false);
        var (queued, failure) = await outbox.SendAsync(form, SmsOrigin.Rest, http.User.Identity?.Name ?? "REST", ct);
        if (failure is { Kind: FailureKind.TooMany }) http.Response.Headers.RetryAfter = "1";
        if (queued is null) return failure!.ToProblem();
        var (message, refused) = (queued.Message, queued.Refused);
        var numbers = SmsNumbers.Read(recipients).Numbers;
        var listed = new SmsListed(message, new SmsTally(false, numbers.Count, numbers.Count - refused.Count, 0, 0, refused.Count, refused.Count), numbers[0]);
        // As they were written: what has become of them since is asked for with GET.
        var told = numbers.Select(number => new SmsRecipientAnswer
        {
            Number = number,
            State = refused.ContainsKey(number) ? SmsWords.Error : SmsWords.Pending,
            Reason = refused.TryGetValue(number, out var verdict) ? SmsWords.Of(SmsRefusal.FailureOf(verdict), verdict.List) : "",
            Attempts = 0,
            Changed = time.Format(message.CreatedAt),
            Sent = "",
            Delivered = "",
        });
        return Answer.Created(string.Create(CultureInfo.InvariantCulture, $"{RestRoutes.Root}{Path}/{message.Id}"), Detail(listed, [.. told], time));
    }

    private static IResult List(Query query, SmsHistory history, LocalTime time) => Listing.Data(history.List(new SmsFilter
    {
        State = query.Choice("state"),
        Number = query.Text("number"),
        Text = query.Text("text"),
        From = query.Moment("startdate"),
        To = query.Moment("enddate"),
        NewestFirst = query.Descending,
        Start = query.Start,
        Limit = query.Limit,
    }).Select(listed => Told(listed, time)));

    private static async Task<IResult> FindAsync(string id, SmsHistory history, LocalTime time, CancellationToken ct)
    {
        if (!int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || await history.FindAsync(number, ct) is not { } listed)
            return Failure.NotFound($"message {id}").ToProblem();
        var recipients = await history.RecipientsAsync(number, onlyFailed: false, 0, SmsNumbers.Most, ct);
        return Answer.Ok(Detail(listed, [.. recipients.Select(r => Told(r, time))], time));
    }

    private static SmsRecipientAnswer Told(SmsRecipient recipient, LocalTime time) => new()
    {
        Number = recipient.Number,
        State = SmsWords.Of(recipient.State),
        Reason = SmsWords.Of(recipient.Failure, recipient.Reason),
        Attempts = recipient.Attempts,
        Changed = time.Format(recipient.StateAt),
        Sent = recipient.AcceptedAt is { } accepted ? time.Format(accepted) : "",
        Delivered = recipient.DeliveredAt is { } delivered ? time.Format(delivered) : "",
    };

    private static SmsAnswer Told(SmsListed listed, LocalTime time) => new()
    {
        Id = listed.Message.Id,
        State = SmsWords.Of(listed.Tally),
        Text = listed.Message.Text,
        Sender = listed.Message.Sender,
        Promotional = listed.Message.IsPromotional,
        Encoding = Word(listed.Message.Encoding),
        Characters = SmsText.LengthOf(listed.Message.Text),
        Segments = listed.Message.Segments,
        Created = time.Format(listed.Message.CreatedAt),
        Counts = Counts(listed.Tally),
    };

    private static SmsDetailAnswer Detail(SmsListed listed, IReadOnlyList<SmsRecipientAnswer> recipients, LocalTime time) => new()
    {
        Id = listed.Message.Id,
        State = SmsWords.Of(listed.Tally),
        Text = listed.Message.Text,
        Sender = listed.Message.Sender,
        Promotional = listed.Message.IsPromotional,
        Encoding = Word(listed.Message.Encoding),
        Characters = SmsText.LengthOf(listed.Message.Text),
        Segments = listed.Message.Segments,
        Created = time.Format(listed.Message.CreatedAt),
        Counts = Counts(listed.Tally),
        Recipients = recipients,
    };

    private static SmsCounts Counts(SmsTally tally) => new()
    {
        Recipients = tally.Recipients,
        Pending = tally.Open,
        Sent = tally.Accepted,
        Delivered = tally.Delivered,
        Failed = tally.Failed,
        Listed = tally.Listed,
    };

    private static string Word(SmsEncoding encoding) => encoding == SmsEncoding.Gsm7 ? "GSM-7" : "UCS-2";
}
