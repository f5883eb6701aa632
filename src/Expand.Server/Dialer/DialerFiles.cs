using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Expand.Server.Access;
using Expand.Server.Dialer.Imports;
using Expand.Server.Dialer.Pages;
using Expand.Server.Platform;
using Expand.Server.Platform.Exports;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Expand.Server.Dialer;

/// <summary>What supervisors download: a campaign's attempts, its contacts, and the rows that an import refused.</summary>
internal static class DialerFiles
{
    /// <summary>Members of the additional data that get a column each at most, the most frequent ones.</summary>
    private const int MostMembers = 60;

    public static WebApplication MapDialerFiles(this WebApplication app)
    {
        var files = app.MapGroup(CampaignAddresses.All + "/{id:int}").RequireAuthorization(policy => policy.RequireRole(Roles.Supervisor));
        files.MapGet("/intentos/exportar", AttemptsAsync);
        files.MapGet("/contactos/exportar", ContactsAsync);
        files.MapGet("/importar/rechazos", RefusalsOf);
        return app;
    }

    public static string Attempts(int campaign, ActivityQuery query) => query.Address(CampaignAddresses.Of(campaign, "intentos/exportar"));

    public static string Contacts(int campaign, bool asColumns) => CampaignAddresses.Of(campaign, "contactos/exportar") + (asColumns ? "?datos=columnas" : "");

    public static string Refusals(int campaign, string import) => $"{CampaignAddresses.Of(campaign, "importar/rechazos")}?importacion={import}";

    private static async Task<IResult> AttemptsAsync(
        int id, HttpContext http, CampaignListing campaigns, AttemptListing attempts, UserDirectory users, LocalTime time, IStringLocalizer<CampaignText> texts, CancellationToken ct)
    {
        if (await campaigns.FindAsync(id, ct) is not { Campaign: var campaign }) return Results.NotFound();
        var asked = ActivityQuery.Read(http.Request.Query).Filter(id, time);
        if (asked.Failure is { } wrong) return TypedResults.Problem(wrong.Message, statusCode: StatusCodes.Status400BadRequest);
        TableColumn<AttemptRow> Column(string title, Func<AttemptRow, object?> value) => new(texts["file." + title], value);
        return new TableFile<AttemptRow>(Name("intentos", id),
        [
            Column("campaign", _ => campaign.Name), Column("contact", a => a.Contact), Column("externalid", a => a.ExternalId), Column("name", a => a.ContactName),
            Column("number", a => a.Numcall), Column("asked", a => a.AskedAt ?? a.ClaimedAt), Column("answered", a => a.AnsweredAt), Column("connected", a => a.ConnectedAt),
            Column("ended", a => a.EndedAt), Column("ring", a => Seconds(a.RingSeconds)), Column("wait", a => Seconds(a.WaitSeconds)), Column("talk", a => Seconds(a.TalkSeconds)),
            Column("outcome", a => DialerWords.Outcome(texts, a)), Column("outcome.word", a => a.Outcome?.ToString()), Column("agent", a => a.Agent),
            Column("agent.name", a => a.Agent.Length == 0 ? "" : users.Numbers.At(a.Agent, a.ClaimedAt)?.FullName), Column("trunk", a => a.Trunk),
            Column("uniqueid", a => a.ChannelId),
        ], attempts.ReadAsync(asked.Value!, ct));
    }

    private static async Task<IResult> ContactsAsync(
        int id, string? datos, CampaignListing campaigns, ContactListing contacts, NpgsqlDataSource database, IStringLocalizer<CampaignText> texts, HttpContext http, CancellationToken ct)
    {
        if (await campaigns.FindAsync(id, ct) is null) return Results.NotFound();
        var members = datos == "columnas" ? await MembersAsync(database, id, ct) : null;
        TableColumn<Row> Column(string title, Func<Row, object?> value) => new(texts["file." + title], value);
        List<TableColumn<Row>> columns =
        [
            Column("contact", c => c.Contact.Id), Column("externalid", c => c.Contact.ExternalId), Column("name", c => c.Contact.Name), Column("number", c => c.Contact.Numcall),
            Column("enable", c => texts[c.Contact.Enable ? "file.yes" : "file.no"].Value), Column("state", c => texts["contact." + c.Contact.State].Value), Column("state.word", c => c.Contact.State.ToString()),
            Column("attempts", c => c.Contact.Life.Attempts.Count), Column("last", c => c.Contact.LastAttempt is { } last ? texts["outcome." + last].Value : ""),
            Column("last.at", c => c.Contact.AttemptAt), Column("state.at", c => c.Contact.StateAt), Column("added", c => c.Contact.AddedAt),
            Column("due", c => c.Contact.State == ContactState.Pending && c.Contact.DueAt > DateTimeOffset.UnixEpoch ? c.Contact.DueAt : null), Column("timezone", c => c.Contact.TimeZone),
        ];
        if (members is null) columns.Add(Column("info", c => c.Contact.Info));
        else columns.AddRange(members.Select(member => new TableColumn<Row>(member, c => c.Member(member))));
        return new TableFile<Row>(Name("contactos", id), columns, RowsAsync(contacts, id, members is not null, http.RequestAborted));
    }

    private static IResult RefusalsOf(int id, string importacion, ContactImports imports, IStringLocalizer<ContactText> texts)
    {
        if (imports.Find(importacion) is not { } import || import.Plan.Campaign != id) return Results.NotFound();
        return new TableFile<RefusedRow>(Name("rechazos", id),
            [
                new(texts["refused.line"], r => r.Line), new(texts["refused.field"], r => texts["rule.field." + r.Rule].Value),
                new(texts["refused.rule"], r => texts["rule." + r.Rule, r.With ?? 0].Value), new(texts["refused.row"], r => r.Text),
            ],
            import.Refusals.ToAsyncEnumerable());
    }

    private static async IAsyncEnumerable<Row> RowsAsync(ContactListing contacts, int campaign, bool areParsed, [EnumeratorCancellation] CancellationToken ct)
    {
        if (await contacts.ReadAsync(new ContactFilter(campaign), ct) is not { } found) yield break;
        await foreach (var contact in found.ReadAsync(ct)) yield return new Row(contact, areParsed ? JsonElement.Parse(contact.Info) : null);
    }

    private static async Task<List<string>> MembersAsync(NpgsqlDataSource database, int campaign, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select k from (select json_object_keys(info) as k from contacts where campaign = $1) m group by k order by count(*) desc, k limit $2
            """);
        command.Parameters.Add(new() { Value = campaign });
        command.Parameters.Add(new() { Value = MostMembers });
        command.CommandTimeout = 120;
        var members = new List<string>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) members.Add(rows.GetString(0));
        return members;
    }

    private static string Name(string what, int campaign) => string.Create(CultureInfo.InvariantCulture, $"{what}-{campaign}");

    private static double? Seconds(double? value) => value is { } number ? Math.Round(number, 1, MidpointRounding.AwayFromZero) : null;

    /// <summary>A contact, and its additional data where they get columns.</summary>
    private sealed record Row(Contact Contact, JsonElement? Info)
    {
        public string? Member(string name) => Info is { } info && info.TryGetProperty(name, out var value)
            ? value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText() : null;
    }
}
