using System.Globalization;
using System.Security.Claims;
using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Rest;

namespace Expand.Server.Dialer;

/// <summary>The dialer's door of the REST API (contract, rest.md "Dialer").</summary>
internal static class DialerRest
{
    private static readonly QueryParameter CampaignStates = QueryParameter.Choice("state", "Only campaigns in this state.", Enum.GetNames<CampaignState>());
    private static readonly QueryParameter ContactStates = QueryParameter.Choice("state", "Only contacts in this state.", Enum.GetNames<ContactState>());

    public static WebApplication MapDialer(this WebApplication app)
    {
        var campaigns = app.MapRest("/campaign/external/campaigns", "dialer", "Dialer");
        MapCampaigns(campaigns);
        MapListings(campaigns);
        MapContacts(campaigns);
        return app.MapDialerFiles();
    }

    private static void MapCampaigns(RouteGroupBuilder campaigns)
    {
        campaigns.MapPost("", CreateAsync).WithSummary("Sets up a campaign")
            .WithDescription("The campaign is Incomplete; everything but its name may be missing. Members that an answer has and nobody sets (id, state, "
                + "paused, contacts) are ignored. Beyond the original.")
            .AcceptsJson<CampaignBody>(DialerExamples.CampaignForm).Answers<CampaignRecord>(201, DialerExamples.Campaign).HasETag().Refuses(409);
        campaigns.MapGet("", ListAsync).WithSummary("Lists campaigns")
            .WithDescription("All campaigns, whatever their state, ordered by id where nothing else is said.")
            .WithQuery(CampaignStates,
                QueryParameter.Choice("order_by", "What the campaigns are ordered by; id where it is missing.", "id", "name") with { Default = "id" },
                QueryParameter.Order, QueryParameter.Start, QueryParameter.Limit)
            .Answers<Records<CampaignRecord>>(200, DialerExamples.Campaigns);
        campaigns.MapGet("/{id}", GetAsync).WithSummary("Tells of a campaign")
            .WithDescription("State, queue, dates and hours of operation, redial rules, and how many contacts are in each state. "
                + "The ETag is the campaign's version; contacts do not count for it.")
            .Answers<CampaignRecord>(200, DialerExamples.Campaign).HasETag().Refuses(404);
        campaigns.MapPut("/{id}", ChangeCampaignAsync).WithSummary("Sets a campaign up anew")
            .WithDescription("The whole set-up: what is missing becomes what a new campaign has. One that is Active keeps queue, extension, mode, startdate and "
                + "timezone, and what it needs to call; one that is Finalized can only be renamed and described. Where nothing changes the version stays "
                + "the same. Beyond the original.")
            .AcceptsJson<CampaignBody>(DialerExamples.CampaignForm).Answers<CampaignRecord>(200, DialerExamples.Campaign).HasETag().Refuses(404, 409, 412);
        campaigns.MapPut("/{id}/paused", SetPausedAsync).WithSummary("Holds a campaign up, or lets it go on")
            .WithDescription("Of an Active campaign; calls that are under way go on to their ends. One that is so already stays as it is. Beyond the original.")
            .AcceptsJson<CampaignPausedBody>("""{ "paused": true }""").Answers<CampaignRecord>(200, DialerExamples.Campaign).HasETag().Refuses(404, 409, 412);
        campaigns.MapPut("/{id}/state", SetStateAsync).WithSummary("Begins, ends or puts away a campaign")
            .WithDescription("Incomplete → Active → Finalized → Stored; a campaign that is there already stays as it is, one that is paused goes on. "
                + "An Incomplete campaign becomes Active where it has a queue, dates and hours of operation. Beyond the original.")
            .AcceptsJson<CampaignStateBody>("""{ "state": "Active" }""").Answers<CampaignRecord>(200, DialerExamples.Campaign).HasETag().Refuses(404, 409, 412);
    }

    private static void MapListings(RouteGroupBuilder campaigns)
    {
        campaigns.MapGet("/{id}/contacts", ContactsAsync).WithSummary("Lists the contacts of a campaign")
            .WithDescription("recordsTotal counts what the filter matches, before start and limit. Ordered by id where nothing else is said; equal ones by id.")
            .WithQuery(QueryParameter.Start, QueryParameter.Limit, QueryParameter.Order,
                QueryParameter.Choice("order_by", "What the contacts are ordered by.", "numcall", "name"),
                QueryParameter.Text("like", ContactForm.NameLength, "Only contacts that have this text in their name or number, in upper or lower case.") with
                {
                    Example = "Rodrigo",
                },
                ContactStates)
            .Answers<Records<ContactRecord>>(200, DialerExamples.Contacts).Refuses(404);
        campaigns.MapGet("/{id}/contacts/activity", ActivityAsync).WithSummary("Tells what became of the contacts of a campaign")
            .WithDescription("The same records as the listing of contacts, filtered and ordered by when they came to their state or were added. "
                + "Both ends of a period belong to it; of a bare day all of it.")
            .WithQuery(ContactStates,
                QueryParameter.From("sstimestamp", "Only contacts that came to their state at this time or later."),
                QueryParameter.To("estimestamp", "Only contacts that came to their state at this time or before."),
                QueryParameter.From("saddtimestamp", "Only contacts that were added at this time or later.") with { Example = "2019-02-01" },
                QueryParameter.To("eaddtimestamp", "Only contacts that were added at this time or before.") with { Example = "2019-02-28" },
                QueryParameter.Start, QueryParameter.Limit, QueryParameter.Order,
                QueryParameter.Choice("order_by", "What the contacts are ordered by.", "name", "numcall", "timestampadd", "statetimestamp"))
            .Answers<Records<ContactRecord>>(200, DialerExamples.Contacts).Refuses(404);
    }

    private static void MapContacts(RouteGroupBuilder campaigns)
    {
        campaigns.MapPost("/{id}/contacts", AddAsync).WithSummary("Adds a contact")
            .WithDescription("The contact is Pending, or Canceled where enable is false. A campaign that has ended takes none.")
            .AcceptsJson<ContactBody>(DialerExamples.Body).Answers<ContactRecord>(201, DialerExamples.Added).HasETag().Refuses(404, 409);
        campaigns.MapGet("/{id}/contacts/{contactId}", GetContactAsync).WithSummary("Tells of a contact")
            .WithDescription("The contact, with what happened to it. The ETag is its version.")
            .Answers<ContactRecord>(200, DialerExamples.Added).HasETag().Refuses(404);
        campaigns.MapPut("/{id}/contacts/{contactId}", ChangeAsync).WithSummary("Changes a contact")
            .WithDescription("Name, number and data may be changed at any time; enable while the contact was not reached and the campaign has not ended. "
                + "Where nothing changes the version stays the same.")
            .AcceptsJson<ContactBody>(DialerExamples.Change).Answers<ContactRecord>(200, DialerExamples.Changed).HasETag().Refuses(404, 409, 412);
        campaigns.MapPost("/{id}/contacts/bulk", BulkAsync).WithSummary("Adds and changes many contacts")
            .WithDescription("A JSON object a line. A row whose id or externalid is known changes that contact, any other adds one; "
                + "each row has its own result. Beyond the original.")
            .AcceptsNdjson<ContactBulkRow>(DialerExamples.Rows).Refuses(404);
    }

    private static async Task<IResult> ListAsync(Query query, CampaignListing listing, HttpContext http, CancellationToken ct)
    {
        var state = query.Choice("state") is { } word ? Enum.Parse<CampaignState>(word) : (CampaignState?)null;
        var found = await listing.ReadAsync(state, query.Choice("order_by") == "name", query.Descending, query.Start, query.Limit, ct);
        http.Response.RegisterForDisposeAsync(found);
        return Listing.Records(found.Total, found.ReadAsync(ct).Select(CampaignRecord.Of));
    }

    private static async Task<IResult> GetAsync(string id, CampaignListing listing, CancellationToken ct) =>
        Campaign(id) is { } number && await listing.FindAsync(number, ct) is { } found
            ? Answer.Ok(CampaignRecord.Of(found), found.Campaign.Version)
            : NoCampaign(id);

    private static async Task<IResult> CreateAsync(
        Body<CampaignBody> body, Campaigns campaigns, CampaignListing listing, LocalTime zone, HttpContext http, CancellationToken ct)
    {
        var form = body.Value.ToForm(zone);
        if (form.Failure is { } wrong) return wrong.ToProblem();
        var made = await campaigns.CreateAsync(form.Value!, ActorOf(http), ct);
        if (made.Failure is { } failure) return failure.ToProblem();
        var campaign = made.Value!;
        return Answer.Created(
            $"{RestRoutes.Root}/campaign/external/campaigns/{campaign.Id}", CampaignRecord.Of(new CountedCampaign(campaign, 0, 0, 0, 0)), campaign.Version);
    }

    private static async Task<IResult> ChangeCampaignAsync(
        string id, Body<CampaignBody> body, IfMatch ifMatch, Campaigns campaigns, CampaignListing listing, LocalTime zone, HttpContext http, CancellationToken ct)
    {
        if (Campaign(id) is not { } number) return NoCampaign(id);
        var form = body.Value.ToForm(zone);
        if (form.Failure is { } wrong) return wrong.ToProblem();
        var changed = await campaigns.ChangeAsync(number, form.Value!, ifMatch.Expected, ActorOf(http), ct);
        return changed.Failure is { } failure ? failure.ToProblem() : await GetAsync(id, listing, ct);
    }

    private static async Task<IResult> SetPausedAsync(
        string id, Body<CampaignPausedBody> body, IfMatch ifMatch, Campaigns campaigns, CampaignListing listing, HttpContext http, CancellationToken ct)
    {
        if (Campaign(id) is not { } number) return NoCampaign(id);
        var changed = body.Value.Paused!.Value
            ? await campaigns.PauseAsync(number, ifMatch.Expected, ActorOf(http), ct)
            : await campaigns.ResumeAsync(number, ifMatch.Expected, ActorOf(http), ct);
        return changed.Failure is { } failure ? failure.ToProblem() : await GetAsync(id, listing, ct);
    }

    private static Actor ActorOf(HttpContext http) => new($"api:{http.User.FindFirstValue(ClaimTypes.Name)}", http.Connection.RemoteIpAddress?.ToString());

    private static async Task<IResult> SetStateAsync(
        string id, Body<CampaignStateBody> body, IfMatch ifMatch, Campaigns campaigns, CampaignListing listing, HttpContext http, CancellationToken ct)
    {
        if (Campaign(id) is not { } number) return NoCampaign(id);
        var actor = ActorOf(http);
        var changed = Enum.Parse<CampaignState>(body.Value.State!) switch
        {
            CampaignState.Active => await campaigns.ActivateAsync(number, ifMatch.Expected, actor, ct),
            CampaignState.Finalized => await campaigns.FinalizeAsync(number, ifMatch.Expected, actor, ct),
            _ => await campaigns.StoreAsync(number, ifMatch.Expected, actor, ct),
        };
        if (changed.Failure is { } failure) return failure.ToProblem();
        return await GetAsync(id, listing, ct);
    }

    private static Task<IResult> ContactsAsync(string id, Query query, ContactListing listing, LocalTime zone, HttpContext http, CancellationToken ct) =>
        PageAsync(id, query, number => Filter(number, query) with { Like = query.Text("like") }, listing, zone, http, ct);

    private static Task<IResult> ActivityAsync(string id, Query query, ContactListing listing, LocalTime zone, HttpContext http, CancellationToken ct) =>
        PageAsync(id, query, number => Filter(number, query) with
        {
            StateAt = (query.Moment("sstimestamp"), query.Moment("estimestamp")),
            AddedAt = (query.Moment("saddtimestamp"), query.Moment("eaddtimestamp")),
        }, listing, zone, http, ct);

    private static async Task<IResult> PageAsync(
        string id, Query query, Func<int, ContactFilter> filter, ContactListing listing, LocalTime zone, HttpContext http, CancellationToken ct)
    {
        if (Campaign(id) is not { } number || await listing.ReadAsync(filter(number), ct) is not { } found) return NoCampaign(id);
        http.Response.RegisterForDisposeAsync(found);
        return Listing.Records(found.Total, found.ReadAsync(ct).Select(contact => ContactRecord.Of(contact, zone)));
    }

    private static ContactFilter Filter(int campaign, Query query) => new(campaign)
    {
        State = query.Choice("state") is { } state ? Enum.Parse<ContactState>(state) : null,
        Order = query.Choice("order_by") switch
        {
            "name" => ContactOrder.Name,
            "numcall" => ContactOrder.Numcall,
            "timestampadd" => ContactOrder.AddedAt,
            "statetimestamp" => ContactOrder.StateAt,
            _ => ContactOrder.Id,
        },
        Descending = query.Descending,
        Start = query.Start,
        Limit = query.Limit,
    };

    private static async Task<IResult> AddAsync(string id, Body<ContactBody> body, Contacts contacts, LocalTime zone, CancellationToken ct)
    {
        if (Campaign(id) is not { } number) return NoCampaign(id);
        var added = await contacts.AddAsync(number, body.Value.ToForm(), ct);
        if (added.Failure is { } failure) return failure.ToProblem();
        var contact = added.Value!;
        return Answer.Created($"{RestRoutes.Root}/campaign/external/campaigns/{number}/contacts/{contact.Id}", ContactRecord.Of(contact, zone), contact.Version);
    }

    private static async Task<IResult> GetContactAsync(string id, string contactId, Contacts contacts, LocalTime zone, CancellationToken ct) =>
        Campaign(id) is { } number && Contact(contactId) is { } one && await contacts.FindAsync(number, one, ct) is { } found
            ? Answer.Ok(ContactRecord.Of(found, zone), found.Version)
            : NoContact(id, contactId);

    private static async Task<IResult> ChangeAsync(
        string id, string contactId, Body<ContactBody> body, IfMatch ifMatch, Contacts contacts, LocalTime zone, CancellationToken ct)
    {
        if (Campaign(id) is not { } number || Contact(contactId) is not { } one) return NoContact(id, contactId);
        var changed = await contacts.ChangeAsync(number, one, body.Value.ToForm(), ifMatch.Expected, ct);
        return changed.Failure is { } failure ? failure.ToProblem() : Answer.Ok(ContactRecord.Of(changed.Value!, zone), changed.Value!.Version);
    }

    private static async Task<IResult> BulkAsync(string id, Contacts contacts, CampaignListing listing, CancellationToken ct)
    {
        if (Campaign(id) is not { } number || await listing.FindAsync(number, ct) is null) return NoCampaign(id);
        return Bulk.Upsert<ContactBulkRow>(async (rows, within) =>
            await contacts.ApplyAsync(number, [.. rows.Select(r => r.ToRow())], within));
    }

    /// <summary>What is no number is no campaign's id.</summary>
    private static int? Campaign(string id) => int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static long? Contact(string id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static Problem NoCampaign(string id) => Failure.NotFound($"campaign {id}").ToProblem();

    private static Problem NoContact(string id, string contactId) => Failure.NotFound($"contact {contactId} of campaign {id}").ToProblem();
}
