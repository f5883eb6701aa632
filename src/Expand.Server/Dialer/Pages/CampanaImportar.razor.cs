using System.Globalization;
using Expand.Server.Dialer.Imports;
using Expand.Server.Platform.Files;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;
using MudBlazor;

namespace Expand.Server.Dialer.Pages;

/// <summary>Supervisión / Campañas / a campaign / Importar: a CSV file is received, shown as it is read, looked through, imported, and told of.</summary>
public partial class CampanaImportar
{
    private const int PreviewRows = 8;
    private const int GuessRows = 50;
    private const int LeastColumns = 2;

    private static readonly ColumnUse[] Uses =
        [ColumnUse.Name, ColumnUse.Numcall, ColumnUse.ExternalId, ColumnUse.TimeZone, ColumnUse.Enable, ColumnUse.Info, ColumnUse.LeftOut];

    private ContactImport? import;
    private UploadedFile? upload;
    private CsvShape shape = new(',', CsvEncoding.Utf8, false);
    private ContactColumn[] columns = [];
    private List<CsvRow> rows = [];
    private ImportMode mode;
    private string? refused;
    private string? receiving;
    private long received;
    private long toReceive;
    private CancellationTokenSource? receivingStop;

    private IEnumerable<CsvRow> Shown => rows.Skip(shape.HasHeading ? 1 : 0).Take(PreviewRows);

    private long MostBytes => Dialer.Value.ImportMegabytes * 1024L * 1024;

    private protected override Task LoadMoreAsync(CancellationToken ct)
    {
        import = Imports.Of(Id);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override Task UntilNextAsync(CancellationToken ct) =>
        Task.Delay(TimeSpan.FromMilliseconds(import is { IsAtWork: true } ? 300 : 2000), Clock, ct);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        receivingStop?.Dispose();
        upload?.Dispose();
    }

    private static string Megabytes(long bytes) => (bytes / 1048576.0).ToString("N1", CultureInfo.CurrentCulture);

    private async Task ReceiveAsync(InputFileChangeEventArgs chosen)
    {
        refused = chosen.File.Size > MostBytes ? Texts["import.too-large", Megabytes(chosen.File.Size), Dialer.Value.ImportMegabytes].Value
            : chosen.File.Size == 0 ? Texts["import.no-file"].Value : null;
        if (refused is not null) return;
        (receiving, received, toReceive) = (chosen.File.Name, 0, chosen.File.Size);
        receivingStop = CancellationTokenSource.CreateLinkedTokenSource(Leaving);
        var stop = receivingStop;
        try
        {
            await using var content = chosen.File.OpenReadStream(MostBytes, stop.Token);
            var taken = await UploadedFile.ReceiveAsync(chosen.File.Name, content, ToldAsync, stop.Token);
            if (taken.Bytes == chosen.File.Size)
            {
                await PreviewAsync(taken, stop.Token);
            }
            else
            {
                await taken.DisposeAsync();
                refused = Texts["import.broken"];
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Not wanted after all, or the page was left.
        }
        catch (Exception broken) when (broken is IOException or JSException or TimeoutException or OperationCanceledException)
        {
            refused = Texts["import.broken"];
        }
        finally
        {
            (receiving, receivingStop) = (null, null);
            stop.Dispose();
        }
    }

    /// <summary>The page is drawn some times for a file, not for each of its pieces.</summary>
    private async Task ToldAsync(long bytes)
    {
        if ((bytes - received) * 50 <= toReceive) return;
        received = bytes;
        StateHasChanged();
        await Task.Yield();
    }

    private async Task PreviewAsync(UploadedFile taken, CancellationToken ct)
    {
        shape = await taken.GuessAsync(LeastColumns, ContactColumns.IsTitle, ct);
        upload = taken;
        Read();
    }

    private void Reshape(CsvShape other)
    {
        shape = other;
        Read();
    }

    private void Read()
    {
        rows = [.. upload!.Rows(shape).Take(GuessRows)];
        var width = Math.Min(ContactColumns.Most, rows.Select(row => row.Fields.Length).DefaultIfEmpty(0).Max());
        var titles = shape.HasHeading && rows.Count > 0 ? rows[0].Fields : null;
        columns = [.. ContactColumns.Guess(titles, [.. rows.Skip(titles is null ? 0 : 1).Select(r => r.Fields)], width, n => Texts["import.column", n])];
    }

    private void Choose(int column, string use)
    {
        var chosen = Enum.Parse<ColumnUse>(use);
        // What can stand once moves here; where it stood before is additional data again.
        if (chosen is not (ColumnUse.Info or ColumnUse.LeftOut) && Array.FindIndex(columns, c => c.Use == chosen) is >= 0 and var other)
            columns[other] = columns[other] with { Use = ColumnUse.Info };
        columns[column] = columns[column] with { Use = chosen };
    }

    private async Task CheckAsync()
    {
        if (upload is null) return;
        var begun = Imports.Check(new ImportPlan(Id, shape, [.. columns], mode, Me), upload);
        refused = begun.Failure is null ? null : Texts["import.busy"].Value;
        // The import has the file now.
        if (begun.Failure is null) upload = null;
        await ReloadAsync();
    }

    private async Task BeginAsync()
    {
        if (Imports.Begin(import!) is not null) Notices.Add(Texts["import.gone"], Severity.Error);
        await ReloadAsync();
    }

    private async Task ChooseAnewAsync()
    {
        var plan = import!.Plan;
        if (Imports.TakeBack(import) is { } file)
        {
            (upload, shape, mode) = (file, plan.Shape, plan.Mode);
            Read();
            columns = [.. plan.Columns];
        }

        await ReloadAsync();
    }

    private Task ForgetAsync()
    {
        Imports.Forget(import!);
        return ReloadAsync();
    }

    private void Drop()
    {
        upload?.Dispose();
        (upload, refused) = (null, null);
    }
}
