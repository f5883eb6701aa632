using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.AspNetCore.Http.Features;
using SpreadCheetah;

namespace Expand.Server.Platform.Exports;

/// <summary>
/// A table as a file to download, written while its rows are read: memory for a row, not for the table. Text that a spreadsheet would take for a
/// formula is written so that it stays text. A read that fails breaks the transfer off, so that no half file passes for a whole one.
/// </summary>
internal sealed class TableFile<T>(string name, IReadOnlyList<TableColumn<T>> columns, IAsyncEnumerable<T> rows) : IResult
{
    /// <summary>Rows of a sheet at most, its heading included (Excel's own limit); what is more goes on in another sheet.</summary>
    internal const int SheetRows = 1_048_576;

    private static readonly CsvConfiguration Csv = new(CultureInfo.InvariantCulture) { NewLine = "\r\n" };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        var (exports, time) = (services.GetRequiredService<ExportProgress>(), services.GetRequiredService<LocalTime>());
        using var run = exports.Start(httpContext.Request.Query["ticket"], httpContext.User.Identity?.Name ?? "", httpContext.RequestAborted);
        var excel = httpContext.Request.Query["formato"] == "xlsx";
        var response = httpContext.Response;
        response.ContentType = excel ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}.{(excel ? "xlsx" : "csv")}\"";
        response.Headers.CacheControl = "no-store";
        // The parts of a zip file are closed with writes that do not wait; they are short.
        if (excel && httpContext.Features.Get<IHttpBodyControlFeature>() is { } control) control.AllowSynchronousIO = true;
        try
        {
            await (excel ? WriteXlsxAsync(response.Body, time, run) : WriteCsvAsync(response.Body, time, run));
            run.Done();
        }
        catch (OperationCanceledException) when (run.Token.IsCancellationRequested)
        {
            httpContext.Abort();
        }
        catch
        {
            run.Failed();
            if (response.HasStarted) httpContext.Abort();
            throw;
        }
    }

    private async Task WriteCsvAsync(Stream body, LocalTime time, ExportRun run)
    {
        // With a byte order mark: without it Excel takes the accents for something else.
        await using var text = new StreamWriter(body, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true), 16_384, leaveOpen: true);
        await using var csv = new CsvWriter(text, Csv, leaveOpen: true);
        foreach (var column in columns) csv.WriteField(column.Title);
        await csv.NextRecordAsync();
        await foreach (var row in rows.WithCancellation(run.Token))
        {
            foreach (var column in columns) Write(csv, column.Value(row), time);
            await csv.NextRecordAsync();
            run.Row();
        }
    }

    /// <summary>Only text can be taken for a formula: numbers with a minus stay numbers. (CsvHelper's own escape does not tell them apart.)</summary>
    private static void Write(CsvWriter csv, object? value, LocalTime time)
    {
        switch (value)
        {
            case DateTimeOffset at:
                csv.WriteField(time.Format(at));
                break;
            case string text:
                csv.WriteField(text.Length > 0 && "=+-@\t\r\n".Contains(text[0], StringComparison.Ordinal) ? "'" + text : text);
                break;
            default:
                csv.WriteField(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
                break;
        }
    }

    private async Task WriteXlsxAsync(Stream body, LocalTime time, ExportRun run)
    {
        var ct = run.Token;
        await using var book = await Spreadsheet.CreateNewAsync(body, new SpreadCheetahOptions { DefaultDateTimeFormat = SpreadCheetah.Styling.NumberFormat.Custom("yyyy-mm-dd hh:mm:ss") }, ct);
        var heading = columns.Select(c => new DataCell(c.Title)).ToArray();
        var (cells, sheets, written) = (new DataCell[columns.Count], 0, SheetRows);
        await foreach (var row in rows.WithCancellation(ct))
        {
            if (written == SheetRows) written = await BeginSheetAsync();
            for (var i = 0; i < cells.Length; i++) cells[i] = Cell(columns[i].Value(row), time);
            await book.AddRowAsync(cells, ct);
            written++;
            run.Row();
        }

        if (sheets == 0) await BeginSheetAsync();
        await book.FinishAsync(ct);

        async Task<int> BeginSheetAsync()
        {
            await book.StartWorksheetAsync($"{name[..Math.Min(name.Length, 24)]} {++sheets}", token: ct);
            await book.AddRowAsync(heading, ct);
            return 1;
        }
    }

    /// <summary>A cell of text is never a formula in this format.</summary>
    private static DataCell Cell(object? value, LocalTime time) => value switch
    {
        null => default,
        DateTimeOffset at => new DataCell(TimeZoneInfo.ConvertTime(at, time.Zone).DateTime),
        int number => new DataCell(number),
        long number => new DataCell(number),
        double number => new DataCell(number),
        decimal number => new DataCell(number),
        bool yes => new DataCell(yes),
        _ => new DataCell(Convert.ToString(value, CultureInfo.InvariantCulture)),
    };
}
