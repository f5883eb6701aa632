using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Lists.Imports;
using Expand.Server.Platform.Files;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;

namespace Expand.Server.Lists.Pages;

/// <summary>Configuración / Listas / a list / import: a CSV file is received, shown as it is read, imported, and told of.</summary>
public partial class ListaImportar
{
    private const int PreviewRows = 8;
    private ValueList? list;
    private ListImport? import;
    private bool loaded;
    private UploadedFile? upload;
    private CsvShape shape = new(',', CsvEncoding.Utf8, false);
    private ListColumns columns = new(0, -1, 1);
    private List<CsvRow> rows = [];
    private int width;
    private ImportMode mode;
    private string? refused;
    private string? receiving;
    private long received;
    private long toReceive;
    private CancellationTokenSource? receivingStop;

    /// <summary>What kind of list: <c>simples</c> or <c>rangos</c>.</summary>
    [Parameter]
    public string Kind { get; set; } = "";

    /// <summary>The list's name or id.</summary>
    [Parameter]
    public string Name { get; set; } = "";

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    private bool IsWideEnough => width >= ListColumns.CountOf(list!.Kind);

    private IEnumerable<CsvRow> Shown => rows.Skip(shape.HasHeading ? 1 : 0).Take(PreviewRows);

    private IEnumerable<(string Role, int Column)> Chosen => list!.Kind == ListKind.Simple
        ? [("key", columns.Key), ("value", columns.Value)]
        : [("from", columns.Key), ("to", columns.To), ("value", columns.Value)];

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        list = await Lists.FindAsync(Kind, Name, ct);
        import = list is null ? null : Imports.Of(list.Id);
        loaded = true;
    }

    /// <inheritdoc />
    protected override Task UntilNextAsync(CancellationToken ct) =>
        Task.Delay(TimeSpan.FromMilliseconds(import is { State: ImportState.Running } ? 300 : 2000), Clock, ct);

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
        refused = chosen.File.Size > UploadedFile.MostBytes ? Texts["import.too-large", Megabytes(chosen.File.Size)].Value
            : chosen.File.Size == 0 ? Texts["import.no-file"].Value : null;
        if (refused is not null) return;
        (receiving, received, toReceive) = (chosen.File.Name, 0, chosen.File.Size);
        receivingStop = CancellationTokenSource.CreateLinkedTokenSource(Leaving);
        var stop = receivingStop;
        try
        {
            await using var content = chosen.File.OpenReadStream(UploadedFile.MostBytes, stop.Token);
            var taken = await UploadedFile.ReceiveAsync(chosen.File.Name, content, ToldAsync, stop.Token);
            if (taken.Bytes == chosen.File.Size) await PreviewAsync(taken, stop.Token);
            else await RefuseAsync(taken);
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

    private async Task RefuseAsync(UploadedFile half)
    {
        await half.DisposeAsync();
        refused = Texts["import.broken"];
    }

    /// <summary>The page is drawn ten times for a file, not for each of its pieces.</summary>
    private async Task ToldAsync(long bytes)
    {
        var isWorthIt = (bytes - received) * 20 > toReceive;
        if (!isWorthIt) return;
        received = bytes;
        StateHasChanged();
        await Task.Yield();
    }

    private async Task PreviewAsync(UploadedFile taken, CancellationToken ct)
    {
        shape = await taken.GuessAsync(ListColumns.CountOf(list!.Kind), ListColumns.IsTitle, ct);
        upload = taken;
        Read();
        columns = ListColumns.Guess(list.Kind, shape.HasHeading && rows.Count > 0 ? rows[0].Fields : null);
        Fit();
    }

    private void Reshape(CsvShape other)
    {
        shape = other;
        Read();
        Fit();
    }

    private void Read()
    {
        rows = [.. upload!.Rows(shape).Take(PreviewRows + 1)];
        width = Math.Min(50, rows.Select(row => row.Fields.Length).DefaultIfEmpty(0).Max());
    }

    /// <summary>No column is chosen that there is not.</summary>
    private void Fit()
    {
        if (Math.Max(Math.Max(columns.Key, columns.To), columns.Value) >= width) columns = ListColumns.Guess(list!.Kind, null);
    }

    private void Choose(string role, int column) => columns = role switch
    {
        "to" => columns with { To = column },
        "value" => columns with { Value = column },
        _ => columns with { Key = column },
    };

    private string? RoleAt(int column) => Chosen.FirstOrDefault(c => c.Column == column).Role;

    private string TitleOf(int column) => shape.HasHeading && rows.Count > 0 && column < rows[0].Fields.Length && rows[0].Fields[column].Length > 0
        ? Texts["import.column.titled", column + 1, rows[0].Fields[column]]
        : Texts["import.column", column + 1];

    private async Task StartAsync()
    {
        if (upload is null || !IsWideEnough) return;
        if (mode == ImportMode.Replace && !await MayReplaceAsync()) return;
        var started = Imports.Start(new ImportPlan(list!, shape, columns, mode, Me), upload);
        refused = started.Failure is null ? null : Texts["import.busy"].Value;
        // The import has the file now.
        if (started.Failure is null) upload = null;
        await ReloadAsync();
    }

    private async Task<bool> MayReplaceAsync()
    {
        var size = (await Sizes.AllAsync(anew: true, Leaving)).GetValueOrDefault(list!.Id);
        return size == 0 || await Dialogs.AskAsync(
            Texts["import.replace.title"], Texts["import.replace.question", size.ToString("N0", CultureInfo.CurrentCulture), list.Name, upload!.Name], Texts["import.replace.answer"],
            Texts["import.replace.warning"]);
    }

    private void Drop()
    {
        upload?.Dispose();
        (upload, refused) = (null, null);
    }

    private Task AgainAsync()
    {
        Imports.Forget(import!);
        return ReloadAsync();
    }
}
