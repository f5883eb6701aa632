using System.Globalization;
using Expand.Server.Access;
using Expand.Server.DoNotCall.Imports;
using Expand.Server.Platform.Files;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;

namespace Expand.Server.DoNotCall.Pages;

/// <summary>Supervisión / No llamar / a list / import: a file of numbers is received, shown as it is read, imported, and told of.</summary>
public partial class NoLlamarImportar
{
    private const int PreviewRows = 8;

    /// <summary>As many columns as make a separator worth guessing; a file of one column has none.</summary>
    private const int LikelyColumns = 2;

    private NumberList? list;
    private NumberImport? import;
    private bool loaded;
    private bool isAdministrator;
    private UploadedFile? upload;
    private CsvShape shape = new(',', CsvEncoding.Utf8, false);
    private NumberColumns columns = new(0);
    private List<CsvRow> rows = [];
    private int width;
    private string issued = "";
    private string until = "";
    private FormRefusal? refusal;
    private string? refused;
    private string? receiving;
    private long received;
    private long toReceive;
    private CancellationTokenSource? receivingStop;

    /// <summary>The list.</summary>
    [Parameter]
    public int Id { get; set; }

    [CascadingParameter]
    private Actor Me { get; set; } = null!;

    [CascadingParameter]
    private Task<AuthenticationState> Visitor { get; set; } = null!;

    private bool IsRegister => list!.Kind == NumberListKind.Registry;

    private FormRefusal Refusal => refusal ??= new FormRefusal(Texts, Shared);

    private IEnumerable<CsvRow> Shown => rows.Skip(shape.HasHeading ? 1 : 0).Take(PreviewRows);

    /// <inheritdoc />
    protected override async Task LoadAsync(CancellationToken ct)
    {
        isAdministrator = await Visitor.IsAdministratorAsync();
        list = await Catalog.FindAsync(Id, ct);
        import = list is null ? null : Imports.Of(list.Id);
        loaded = true;
    }

    /// <inheritdoc />
    protected override Task UntilNextAsync(CancellationToken ct) => Task.Delay(TimeSpan.FromMilliseconds(import is { Runs: true } ? 300 : 2000), Clock, ct);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        receivingStop?.Dispose();
        upload?.Dispose();
    }

    private static string Megabytes(long bytes) => (bytes / 1048576.0).ToString("N1", CultureInfo.CurrentCulture);

    private bool IsUsed(int column) => column == columns.Number || column == columns.Note;

    private string? Kept(CsvRow row) => columns.Number < row.Fields.Length ? Numbers.Read(row.Fields[columns.Number].TrimStart('\'')).Value : null;

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
        if ((bytes - received) * 20 <= toReceive) return;
        received = bytes;
        StateHasChanged();
        await Task.Yield();
    }

    private async Task PreviewAsync(UploadedFile taken, CancellationToken ct)
    {
        shape = await taken.GuessAsync(LikelyColumns, NumberColumns.IsTitle, ct);
        upload = taken;
        Issued(Time.Today().Day());
        Read();
    }

    private void Reshape(CsvShape other)
    {
        shape = other;
        Read();
    }

    private void Read()
    {
        rows = [.. upload!.Rows(shape).Take(PreviewRows + 1)];
        width = Math.Min(50, rows.Select(row => row.Fields.Length).DefaultIfEmpty(0).Max());
        columns = NumberColumns.Guess(rows, shape.HasHeading);
    }

    private string TitleOf(int column) =>
        column < 0 ? Texts["import.column.none"]
        : shape.HasHeading && rows.Count > 0 && column < rows[0].Fields.Length && rows[0].Fields[column].Length > 0
            ? Texts["import.column.titled", column + 1, rows[0].Fields[column]] : Texts["import.column", column + 1];

    /// <summary>Until when it is valid follows the edition's date, until somebody says another day.</summary>
    private void Issued(string? day)
    {
        issued = day ?? "";
        if (DoNotCallPages.DayOf(issued) is { } date) until = Imports.ValidUntil(date).Day();
    }

    private async Task StartAsync()
    {
        if (upload is null || width == 0) return;
        if (IsRegister && list!.Numbers > 0 && !await MayReplaceAsync()) return;
        var plan = IsRegister
            ? new NumberImportPlan(list!, shape, columns, Me, DoNotCallPages.DayOf(issued), DoNotCallPages.DayOf(until)) : new NumberImportPlan(list!, shape, columns, Me);
        var started = Imports.Start(plan, upload);
        Refusal.Failure = started.Failure;
        refused = started.Failure is { Field: null } ? Texts["import.busy"].Value : null;
        // The import has the file now.
        if (started.Failure is null) upload = null;
        await ReloadAsync();
    }

    private Task<bool> MayReplaceAsync() => Dialogs.AskAsync(
        Texts["edition.title"], Texts["edition.question", list!.Name, list.Numbers.Count(), upload!.Name], Texts["edition.answer"], Texts["edition.warning"]);

    private void Drop()
    {
        upload?.Dispose();
        (upload, refused, Refusal.Failure) = (null, null, null);
    }

    private Task AgainAsync()
    {
        Imports.Forget(import!);
        return ReloadAsync();
    }
}
