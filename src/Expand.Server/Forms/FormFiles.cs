using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Forms.Pages;
using Expand.Server.Platform;
using Expand.Server.Platform.Exports;
using Microsoft.Extensions.Localization;

namespace Expand.Server.Forms;

/// <summary>What administrators download: a form's entries, with a column for each of its fields.</summary>
internal static class FormFiles
{
    public const string Entries = "/administracion/ajustes/formularios/exportar";

    public static WebApplication MapFormFiles(this WebApplication app)
    {
        app.MapGet(Entries, EntriesAsync).RequireAuthorization(policy => policy.RequireRole(Roles.Administrator));
        return app;
    }

    private static async Task<IResult> EntriesAsync(
        string formulario, string? desde, string? hasta, FormDefinitions forms, FormEntries entries, LocalTime time,
        IStringLocalizer<FormText> texts, CancellationToken ct)
    {
        if (await forms.FindAsync(formulario, ct) is not { } form) return Results.NotFound();
        return Table(form, First(desde, time), Last(hasta, time), entries, texts, ct);
    }

    /// <summary>A form's entries of a period, the oldest first.</summary>
    internal static IResult Table(
        DynamicForm form, DateTimeOffset? from, DateTimeOffset? to, FormEntries entries, IStringLocalizer<FormText> texts, CancellationToken ct)
    {
        var fields = form.FieldList;
        TableColumn<FilledIn>[] columns =
        [
            new(texts["entry.at"], e => e.Entry.Timestamp),
            new(texts["entry.corrected"], e => e.Entry.Version > 1 ? e.Entry.LastModified : null),
            new(texts["entry.agent.number"], e => e.Entry.AgentNumber),
            new(texts["entry.agent"], e => e.Entry.AgentUsername),
            new(texts["entry.queue"], e => e.Entry.Queue),
            new(texts["entry.call"], e => e.Entry.IncomingCallId),
            new(texts["entry.uniqueid"], e => e.Entry.UniqueId),
            new(texts["entry.extension"], e => e.Entry.Extension),
            new(texts["entry.recording"], e => e.Entry.AudioFilename),
            .. fields.Select(field => new TableColumn<FilledIn>(field.Label ?? field.Name!, e => Value(e, field))),
            new(texts["entry.others"], e => string.Join("; ", e.Data.Where(d => fields.All(f => f.Name != d.Key)).Select(d => $"{d.Key}: {Told(d.Value, isChoice: false)}"))),
        ];
        var rows = entries.ListAsync(form.Id, from, to, 0, null, ct).Select(e => new FilledIn(e, FormData.Read(e.Data)));
        return new TableFile<FilledIn>(form.Name, columns, rows);
    }

    /// <summary>Of a choice what the agent read; of anything else the value.</summary>
    internal static string Told(IReadOnlyList<FormValue> values, bool isChoice) => string.Join("; ", values.Select(v => isChoice ? v.Label : v.Value));

    private static object? Value(FilledIn entry, FormField field)
    {
        if (entry.Data.GetValueOrDefault(field.Name!) is not { Count: > 0 } values) return null;
        return field.Kind == FormFieldKind.Number && values is [var one] && decimal.TryParse(one.Value, NumberStyles.Number, CultureInfo.InvariantCulture, out var number)
            ? number : Told(values, field.Kind == FormFieldKind.Choice);
    }

    /// <summary>The first instant of a day; null where the text is none.</summary>
    internal static DateTimeOffset? First(string? day, LocalTime time) => time.Start(day ?? "");

    /// <summary>The last instant of a day as PostgreSQL keeps them; null where the text is none.</summary>
    internal static DateTimeOffset? Last(string? day, LocalTime time) => time.End(day ?? "")?.AddSeconds(1).AddMicroseconds(-1);

    /// <summary>An entry and what was filled in.</summary>
    private sealed record FilledIn(FormEntry Entry, IReadOnlyDictionary<string, IReadOnlyList<FormValue>> Data);
}
