using Expand.Server.Access;
using Expand.Server.Lists.Imports;
using Expand.Server.Lists.Pages;
using Expand.Server.Platform.Exports;
using Microsoft.Extensions.Localization;

namespace Expand.Server.Lists;

/// <summary>What administrators download: a list's elements, and the rows that an import refused.</summary>
internal static class ListFiles
{
    public const string Elements = "/configuracion/listas/exportar";
    public const string Refusals = "/configuracion/listas/rechazos";

    public static WebApplication MapListFiles(this WebApplication app)
    {
        app.MapGet(Elements, ElementsAsync).RequireAuthorization(policy => policy.RequireRole(Roles.Administrator));
        app.MapGet(Refusals, RefusalsOf).RequireAuthorization(policy => policy.RequireRole(Roles.Administrator));
        return app;
    }

    private static async Task<IResult> ElementsAsync(
        string tipo, int lista, ValueLists lists, SimpleElements simple, RangeElements ranges, IStringLocalizer<ListText> texts, CancellationToken ct)
    {
        var kind = tipo == ListKind.Range.Word() ? ListKind.Range : ListKind.Simple;
        return (await lists.FindAsync(kind, new ListAddress($"{lista}"), ct)).Value is { } list ? Table(list, simple, ranges, texts, ct) : Results.NotFound();
    }

    /// <summary>A list's elements, as a file that can be imported again as it is.</summary>
    internal static IResult Table(ValueList list, SimpleElements simple, RangeElements ranges, IStringLocalizer<ListText> texts, CancellationToken ct) =>
        list.Kind == ListKind.Simple
            ? new TableFile<SimpleElement>(list.Name,
                [new(texts["file.key"], e => ListColumns.Written(e.Key)), new(texts["file.value"], e => ListColumns.Written(e.Value))],
                simple.ReadAsync(list.Id, 0, null, ct))
            : new TableFile<RangeElement>(list.Name,
                [new(texts["file.from"], e => e.Range.From), new(texts["file.to"], e => e.Range.To), new(texts["file.value"], e => ListColumns.Written(e.Value))],
                ranges.ReadAsync(list.Id, 0, null, ct));

    private static IResult RefusalsOf(string importacion, ListImports imports, IStringLocalizer<ListText> texts)
    {
        if (imports.Find(importacion) is not { } import) return Results.NotFound();
        return new TableFile<RefusedRow>($"rechazos-{import.Plan.List.Name}",
            [new(texts["file.line"], r => r.Line), new(texts["file.rule"], r => RefusedRules.Told(r, texts)), new(texts["file.row"], r => r.Text)],
            import.Refusals.ToAsyncEnumerable());
    }
}
