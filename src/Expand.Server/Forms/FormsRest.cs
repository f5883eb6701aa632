using System.Globalization;
using Expand.Server.Platform;
using Expand.Server.Platform.Rest;

namespace Expand.Server.Forms;

/// <summary>The routes of agent forms (contract, rest.md).</summary>
internal static class FormsRest
{
    public static WebApplication MapForms(this WebApplication app)
    {
        var forms = app.MapRest("/external/dynamicforms", "dynamicforms", "Agent forms");
        forms.MapGet("/{form}/entries", ListAsync)
            .WithQuery(
                QueryParameter.From("start_date", "Entries filled in then or later."),
                QueryParameter.To("end_date", "Entries filled in then or earlier; of a bare day its end counts."),
                QueryParameter.Start, QueryParameter.Limit)
            .WithSummary("Lists the entries of a form").WithDescription("The oldest first. `form` is the form's name or id.")
            .Answers<IReadOnlyList<FormEntryAnswer>>(200, new[] { Example }).Refuses(404, "form encuesta does not exist");
        forms.MapGet("/{form}/entries/{idcall}", FindAsync)
            .WithSummary("Answers the entry of a call")
            .WithDescription("The entry whose `incomingcall_id` is `idcall`; the newest where the form was filled in several times during the call.")
            .Answers<FormEntryAnswer>(200, Example)
            .Refuses(400, "takes a whole number").Refuses(404, "an entry of form encuesta for call 91662 does not exist");
        return app.MapFormFiles();
    }

    private static async Task<IResult> ListAsync(
        string form, Query query, FormDefinitions forms, FormEntries entries, LocalTime time, CancellationToken ct) =>
        await forms.FindAsync(form, ct) is { } found
            ? Listing.Array(entries.ListAsync(found.Id, query.Moment("start_date"), query.Moment("end_date"), query.Start, query.Limit, ct).Select(entry => Told(entry, time)))
            : Unknown(form);

    private static async Task<IResult> FindAsync(
        string form, string idcall, FormDefinitions forms, FormEntries entries, LocalTime time, CancellationToken ct)
    {
        var digits = idcall.StartsWith('-') ? idcall[1..] : idcall;
        if (digits.Length == 0 || !digits.All(char.IsAsciiDigit)) return Failure.Invalid("idcall", "takes a whole number").ToProblem();
        if (await forms.FindAsync(form, ct) is not { } found) return Unknown(form);
        // A whole number that no call can have is a call without an entry.
        return long.TryParse(idcall, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var call)
            && await entries.FindAsync(found.Id, call, ct) is { } entry
            ? Answer.Ok(Told(entry, time))
            : Failure.NotFound($"an entry of form {found.Name} for call {idcall}").ToProblem();
    }

    private static FormEntryAnswer Told(FormEntry entry, LocalTime time) => new()
    {
        Id = entry.Id,
        Agent = new FormAgentAnswer { Number = long.Parse(entry.AgentNumber, CultureInfo.InvariantCulture), Username = entry.AgentUsername },
        AudioFilename = entry.AudioFilename,
        CallChunk = entry.CallChunk,
        Data = FormData.Read(entry.Data),
        DynamicFormId = entry.FormId,
        Extension = entry.Extension,
        IncomingCallId = entry.IncomingCallId,
        LastModifiedTimestamp = time.FormatExact(entry.LastModified),
        Queue = entry.Queue,
        SessionId = entry.SessionId,
        Timestamp = time.FormatExact(entry.Timestamp),
        UniqueId = entry.UniqueId,
    };

    private static Problem Unknown(string form) => Failure.NotFound($"form {form}").ToProblem();

    /// <summary>The contract's own.</summary>
    private static readonly FormEntryAnswer Example = new()
    {
        Id = "59c14bc9d04d72233046dc3f",
        Agent = new FormAgentAnswer { Number = 303, Username = "cguerra" },
        AudioFilename = "audio_91662_1505840066.63",
        CallChunk = "55a6bc9a43564848ae433fecf3ec0a9115058400249",
        Data = new Dictionary<string, IReadOnlyList<FormValue>> { ["codigofeliz"] = [new FormValue { Label = "codigofeliz", Value = "NG1lOWF917" }] },
        DynamicFormId = 1,
        Extension = "SIP/303",
        IncomingCallId = 91662,
        LastModifiedTimestamp = "2017-09-19T13:54:33.824000-03:00",
        Queue = "ope",
        SessionId = "5c1df070-19eb-4e6b-8a27-96b28ec51cc8-150582807997",
        Timestamp = "2017-09-19T13:54:33.824000-03:00",
        UniqueId = "1505840001.827",
    };
}
