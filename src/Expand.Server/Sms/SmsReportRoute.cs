using System.Text;
using System.Text.Json;
using Expand.Server.Access.Settings;
using Expand.Server.Platform.Rest;
using Expand.Server.Sms.Gateways;
using Microsoft.AspNetCore.WebUtilities;

namespace Expand.Server.Sms;

/// <summary>Where gateways send their delivery reports: whoever has a message's own address may, and nobody else.</summary>
internal static class SmsReportRoute
{
    private const int LongestBody = 16 * 1024;

    public static void MapSmsReports(this IEndpointRouteBuilder routes) =>
        routes.MapMethods(ReportTicket.Root + "{ticket}", [HttpMethods.Get, HttpMethods.Post], TakeAsync).AllowAnonymous().DisableAntiforgery().ExcludeFromDescription();

    private static async Task<IResult> TakeAsync(string ticket, HttpContext http, SmsReports reports, Settings<SmsSettings> settings, ILogger<SmsReports> log, CancellationToken ct)
    {
        if (!ReportTicket.TryParse(ticket, out var shown)) return Unknown(http, log);
        if (await FieldsAsync(http.Request, ct) is not { } fields) return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        var (report, words) = Read(fields, settings.Value);
        try
        {
            return await reports.TakeAsync(shown.Value, report, words, ct) ? Results.Text("OK") : Unknown(http, log);
        }
#pragma warning disable CA1031 // The gateway comes again with what is not answered with success; the reason is ours to know.
        catch (Exception failure) when (!ct.IsCancellationRequested)
#pragma warning restore CA1031
        {
            if (!Refusals.IsAway(failure)) log.SmsOperationFailed(failure, "report", http.TraceIdentifier);
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static IResult Unknown(HttpContext http, ILogger log)
    {
        log.ReportRefused(http.Connection.RemoteIpAddress?.ToString());
        return Results.NotFound();
    }

    /// <summary>What a report says: Kannel's numbers, or the words that the settings know.</summary>
    internal static (SmsReport Report, string Words) Read(IReadOnlyDictionary<string, string> fields, SmsSettings settings)
    {
        if (settings.Gateway != SmsGatewayKind.Http)
        {
            var words = GatewayWords.Tidy(fields.GetValueOrDefault("answer", ""));
            return (fields.GetValueOrDefault("status", "") switch
            {
                "1" => SmsReport.Delivered,
                "2" or "16" or "34" => SmsReport.Failed,
                "4" or "8" => SmsReport.Accepted,
                _ => SmsReport.Other,
            }, words);
        }

        var state = fields.GetValueOrDefault(settings.ReportField, "");
        var report = Has(settings.ReportDelivered) ? SmsReport.Delivered : Has(settings.ReportFailed) ? SmsReport.Failed : Has(settings.ReportAccepted) ? SmsReport.Accepted : SmsReport.Other;
        return (report, GatewayWords.Tidy(state));

        bool Has(string known) => known.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Contains(state.Trim(), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The fields of the address and of the body, a form or a JSON object; null where the body is too long.</summary>
    private static async Task<IReadOnlyDictionary<string, string>?> FieldsAsync(HttpRequest request, CancellationToken ct)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in request.Query) fields[name] = value.ToString();
        if (!HttpMethods.IsPost(request.Method)) return fields;
        var buffer = new byte[LongestBody + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        if (length > LongestBody) return null;
        AddBody(fields, buffer.AsMemory(0, length), request.ContentType ?? "");
        return fields;
    }

    private static void AddBody(Dictionary<string, string> fields, ReadOnlyMemory<byte> body, string type)
    {
        if (!type.Contains("json", StringComparison.OrdinalIgnoreCase))
        {
            foreach (var (name, value) in QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body.Span))) fields[name] = value.ToString();
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return;
            foreach (var property in document.RootElement.EnumerateObject()) fields[property.Name] = property.Value.ToString();
        }
        catch (JsonException)
        {
            // What is no JSON has no fields: the report says nothing.
        }
    }
}
