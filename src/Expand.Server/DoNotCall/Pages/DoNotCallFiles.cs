using System.Text.Json;
using Expand.Server.DoNotCall.Imports;
using Expand.Server.Platform;
using Expand.Server.Platform.Exports;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Expand.Server.DoNotCall.Pages;

/// <summary>What is downloaded: the evidence of a search, and the rows that an import refused.</summary>
internal static class DoNotCallFiles
{
    public const string Evidence = DoNotCallPages.Evidence + "/exportar";
    public const string Refusals = DoNotCallPages.Home + "/rechazos";

    public static void MapDoNotCallFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Evidence, EvidenceOf).RequireAuthorization(policy => policy.RequireRole(DoNotCallPages.Visitors)).ExcludeFromDescription();
        routes.MapGet(Refusals, RefusalsOf).RequireAuthorization(policy => policy.RequireRole(DoNotCallPages.Visitors)).ExcludeFromDescription();
    }

    /// <summary>The lists that were looked at, in one text: name and edition.</summary>
    public static string Looked(NumberCheck check) => string.Join("; ", JsonSerializer.Deserialize<LookedAt[]>(check.Lists, JsonSerializerOptions.Web)!
        .Select(list => list.IssuedOn is { } issued ? $"{list.Name} ({issued.Day()})" : list.Name));

    private static TableFile<NumberCheck> EvidenceOf(
        HttpContext http, CheckRecords checks, ListedNumbers numbers, LocalTime time, [FromServices] IStringLocalizer<DoNotCallText> texts, CancellationToken ct) =>
        new("evidencia-no-llamar", Columns(texts), checks.ReadAsync(CheckSearch.Of(http.Request.Query).Filter(time, numbers), ct));

    private static TableColumn<NumberCheck>[] Columns(IStringLocalizer<DoNotCallText> texts) =>
    [
        new("Id", c => c.Id),
        new(texts["at"], c => c.At),
        new(texts["number"], c => c.Number),
        new(texts["result"], c => texts["result." + c.Result].Value),
        new(texts["list"], c => c.ListName),
        new(texts["reason"], c => c.Reason),
        new(texts["purpose"], c => texts["purpose." + c.Purpose].Value),
        new(texts["purpose.id"], c => c.PurposeId),
        new(texts["campaign"], c => c.CampaignId),
        new(texts["looked"], Looked),
        new(texts["host"], c => c.Host),
    ];

    private static IResult RefusalsOf(string importacion, NumberImports imports, [FromServices] IStringLocalizer<DoNotCallText> texts)
    {
        if (imports.Find(importacion) is not { } import) return Results.NotFound();
        return new TableFile<RefusedRow>("rechazos-no-llamar",
            [new(texts["refused.line"], r => r.Line), new(texts["refused.rule"], r => texts["rule." + r.Rule].Value), new(texts["refused.row"], r => r.Text)],
            import.Refusals.ToAsyncEnumerable());
    }
}
