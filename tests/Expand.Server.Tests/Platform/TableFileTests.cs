using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text;
using System.Xml.Linq;
using Expand.Server.Platform;
using Expand.Server.Platform.Exports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Expand.Server.Tests.Platform;

/// <summary>Tables as files over HTTP: what a spreadsheet and a browser make of them.</summary>
public sealed class TableFileTests : IAsyncLifetime
{
    private const string User = "lrivas";

    private static readonly TableColumn<Row>[] Columns =
        [new("Año", r => r.Text), new("Número", r => r.Number), new("Cuándo", r => r.At)];

    private readonly TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private WebApplication app = null!;
    private IAsyncEnumerable<Row> rows = Empty();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ExportProgress Exports => app.Services.GetRequiredService<ExportProgress>();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<ExportProgress>()
            .AddSingleton(new LocalTime(TimeZoneInfo.FindSystemTimeZoneById("America/Montevideo"), TimeProvider.System));
        app = builder.Build();
        app.Use((context, next) =>
        {
            context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, User)], "test"));
            return next(context);
        });
        app.MapGet("/tabla", () => new TableFile<Row>("tabla", Columns, rows));
        await app.StartAsync(Ct);
        http.BaseAddress = new Uri(app.Urls.First());
    }

    public async ValueTask DisposeAsync()
    {
        goOn.TrySetResult();
        http.Dispose();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task A_csv_file_has_a_byte_order_mark_its_accents_and_local_times()
    {
        rows = Of(new Row("Ñandú; \"café\"\nnuevo", -3, new DateTimeOffset(2026, 3, 2, 3, 0, 5, TimeSpan.Zero)), new Row(null, null, null));
        using var answer = await http.GetAsync(new Uri("/tabla", UriKind.Relative), Ct);
        Assert.Equal("text/csv; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("attachment; filename=\"tabla.csv\"", answer.Content.Headers.ContentDisposition?.ToString());
        var bytes = await answer.Content.ReadAsByteArrayAsync(Ct);
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        Assert.Equal("Año,Número,Cuándo\r\n\"Ñandú; \"\"café\"\"\nnuevo\",-3,2026-03-02 00:00:05\r\n,,\r\n", Encoding.UTF8.GetString(bytes[3..]));
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+598 99 123 456")]
    [InlineData("-2+3")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1")]
    [InlineData("\r=1")]
    public async Task Text_that_a_spreadsheet_would_calculate_stays_text(string text)
    {
        rows = Of(new Row(text, -5, null));
        var line = (await http.GetStringAsync(new Uri("/tabla", UriKind.Relative), Ct)).Split("\r\n", 2)[1];
        // A sign before it that no spreadsheet calculates with; the number beside it stays one.
        Assert.Matches("^\"?'", line);
        Assert.Contains(text, line, StringComparison.Ordinal);
        Assert.EndsWith(",-5,\r\n", line, StringComparison.Ordinal);

        var (cell, types) = await XlsxCellAsync("A2");
        Assert.Equal(text.Replace("\r", "\n", StringComparison.Ordinal), cell.Replace("\r", "\n", StringComparison.Ordinal));
        Assert.Equal("inlineStr", types);
    }

    [Fact]
    public async Task An_xlsx_file_can_be_read_back()
    {
        rows = Of(new Row("Ñandú <&> \"café\"", -3, new DateTimeOffset(2026, 3, 2, 3, 0, 5, TimeSpan.Zero)));
        var (name, _) = await XlsxCellAsync("A1");
        Assert.Equal(("Año", "Ñandú <&> \"café\"", "-3"), (name, (await XlsxCellAsync("A2")).Value, (await XlsxCellAsync("B2")).Value));
        // 2 March 2026 is day 46083 of a spreadsheet; the 5 seconds past midnight are those of the installation's clock.
        Assert.Equal(46083 + (5 / 86_400.0), double.Parse((await XlsxCellAsync("C2")).Value, CultureInfo.InvariantCulture), 8);
    }

    [Fact]
    public async Task An_empty_table_is_a_file_with_its_titles()
    {
        Assert.Equal("Año,Número,Cuándo\r\n", (await http.GetStringAsync(new Uri("/tabla", UriKind.Relative), Ct)));
        Assert.Equal("Cuándo", (await XlsxCellAsync("C1")).Value);
    }

    [Fact]
    public async Task Whoever_made_the_ticket_sees_the_rows_go_out_and_the_end()
    {
        rows = Waiting(3, Ct);
        var ticket = Exports.Begin(User);
        Assert.Equal(ExportState.Waiting, ticket.State);
        var download = http.GetStringAsync(Address(ticket), Ct);
        await Until(() => ticket is { State: ExportState.Running, Rows: 3 });
        goOn.SetResult();
        Assert.Equal(5, (await download).Split("\r\n").Length);
        await Until(() => ticket.State == ExportState.Done);
        Assert.Equal(3, ticket.Rows);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("xlsx")]
    public async Task Cancelling_breaks_the_transfer_off_so_that_it_does_not_pass_for_complete(string format)
    {
        rows = Waiting(20_000, Ct);
        var ticket = Exports.Begin(User);
        var download = ReadAsync(Address(ticket, format));
        await Until(() => ticket.Rows == 20_000);
        ticket.Cancel();
        await Assert.ThrowsAnyAsync<Exception>(() => download);
        await Until(() => ticket.State == ExportState.Cancelled);
    }

    [Theory]
    [InlineData(0, "csv")]
    [InlineData(20_000, "csv")]
    [InlineData(20_000, "xlsx")]
    public async Task A_failure_breaks_the_transfer_off_wherever_it_happens(int after, string format)
    {
        rows = Failing(after);
        var ticket = Exports.Begin(User);
        await Assert.ThrowsAnyAsync<Exception>(() => ReadAsync(Address(ticket, format)));
        await Until(() => ticket.State == ExportState.Failed);
    }

    [Fact]
    public async Task A_browser_that_goes_away_ends_the_reading()
    {
        var ended = new TaskCompletionSource();
        rows = Endless(ended, Ct);
        var ticket = Exports.Begin(User);
        using (var answer = await http.GetAsync(Address(ticket), HttpCompletionOption.ResponseHeadersRead, Ct))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20), Ct);
        await Until(() => ticket.State == ExportState.Cancelled);
    }

    [Fact]
    public async Task A_ticket_of_another_user_is_neither_followed_nor_cancels_anything()
    {
        rows = Waiting(3, Ct);
        var ticket = Exports.Begin("somebody-else");
        var download = http.GetStringAsync(Address(ticket), Ct);
        await Task.Delay(200, Ct);
        ticket.Cancel();
        goOn.SetResult();
        Assert.Equal(5, (await download).Split("\r\n").Length);
        Assert.Equal((ExportState.Cancelled, 0), (ticket.State, ticket.Rows));
    }

    [Fact]
    public async Task A_ticket_is_for_one_download()
    {
        rows = Of(new Row("a", 1, null));
        var ticket = Exports.Begin(User);
        await http.GetStringAsync(Address(ticket), Ct);
        await http.GetStringAsync(Address(ticket), Ct);
        Assert.Equal((ExportState.Done, 1), (ticket.State, ticket.Rows));
    }

    private static Uri Address(ExportTicket ticket, string format = "csv") => new($"/tabla?formato={format}&ticket={ticket.Id}", UriKind.Relative);

    private static async Task Until(Func<bool> so)
    {
        for (var i = 0; i < 2000 && !so(); i++) await Task.Delay(10, Ct);
        Assert.True(so());
    }

    /// <summary>To the end of the body, as a browser does.</summary>
    private async Task ReadAsync(Uri address)
    {
        using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, Ct);
        await using var body = await answer.Content.ReadAsStreamAsync(Ct);
        await body.CopyToAsync(Stream.Null, Ct);
    }

    private async Task<(string Value, string? Type)> XlsxCellAsync(string reference)
    {
        await using var zip = new ZipArchive(await http.GetStreamAsync(new Uri("/tabla?formato=xlsx", UriKind.Relative), Ct) is var body ? await CopyAsync(body) : null!, ZipArchiveMode.Read);
        Assert.NotNull(zip.GetEntry("[Content_Types].xml"));
        await using var sheet = await zip.GetEntry("xl/worksheets/sheet1.xml")!.OpenAsync(Ct);
        var document = await XDocument.LoadAsync(sheet, LoadOptions.PreserveWhitespace, Ct);
        var (column, row) = (reference[0] - 'A', int.Parse(reference[1..], CultureInfo.InvariantCulture) - 1);
        var cell = document.Descendants().Where(e => e.Name.LocalName == "row").ElementAt(row).Elements().ElementAt(column);
        return (cell.Value, cell.Attribute("t")?.Value);
    }

    private static async Task<MemoryStream> CopyAsync(Stream body)
    {
        var copy = new MemoryStream();
        await using (body) await body.CopyToAsync(copy, Ct);
        copy.Position = 0;
        return copy;
    }

    private static async IAsyncEnumerable<Row> Empty()
    {
        await Task.CompletedTask;
        yield break;
    }

    private static async IAsyncEnumerable<Row> Of(params Row[] all)
    {
        await Task.CompletedTask;
        foreach (var row in all) yield return row;
    }

    private async IAsyncEnumerable<Row> Waiting(int count, [EnumeratorCancellation] CancellationToken ct = default)
    {
        for (var i = 0; i < count; i++) yield return new Row($"fila {i}", i, null);
        await goOn.Task.WaitAsync(ct);
    }

    private static async IAsyncEnumerable<Row> Failing(int after)
    {
        await Task.CompletedTask;
        for (var i = 0; i < after; i++) yield return new Row($"fila {i}", i, null);
        throw new InvalidOperationException("the database went away");
    }

    private static async IAsyncEnumerable<Row> Endless(TaskCompletionSource ended, [EnumeratorCancellation] CancellationToken ct = default)
    {
        try
        {
            while (true)
            {
                await Task.Yield();
                ct.ThrowIfCancellationRequested();
                yield return new Row("siempre lo mismo, y es largo para que llene lo que el sistema guarda", 1, null);
            }
        }
        finally
        {
            ended.SetResult();
        }
    }

    private sealed record Row(string? Text, int? Number, DateTimeOffset? At);
}
