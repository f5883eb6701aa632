using System.Text;
using Expand.Server.Lists;
using Expand.Server.Lists.Imports;
using Expand.Server.Platform;
using Expand.Server.Platform.Files;

namespace Expand.Server.Tests.Lists;

/// <summary>CSV files imported into lists, and lists exported to such files.</summary>
public sealed class ListImportsTests(SharedListsDesk shared) : IClassFixture<SharedListsDesk>
{
    private readonly ImportWorld world = new(shared.Desk);

    [Fact]
    public async Task Rows_are_added_or_overwrite_and_the_others_are_refused_by_line_and_rule()
    {
        var list = await world.NewAsync(ListKind.Simple);
        await world.ImportAsync(list, "099,viejo\n100,igual\n");
        var import = await world.ImportAsync(list, "clave;valor\n099;nuevo\n100;igual\n;sin clave\n101\n102;a\tb\n\"103;x\n");
        Assert.Equal((ImportState.Done, 6L, 0L, 1L, 1L, 4L), (import.State, import.Counts.Read, import.Counts.Added, import.Counts.Changed, import.Counts.Same, import.Counts.Refused));
        Assert.Equal(
            [(4L, ImportRule.Key), (5, ImportRule.Columns), (6, ImportRule.Value)],
            import.Refusals.Take(3).Select(r => (r.Line, r.Rule)));
        Assert.Equal(["099=nuevo", "100=igual"], await world.ElementsAsync(list));
        var audited = await world.AuditedAsync(list);
        Assert.Equal(["list.import.begun", "list.imported", "list.import.begun", "list.imported"], audited.Select(a => a.Action));
        Assert.Equal("clientes.csv (Overwrite); rows: 6; added: 0; changed: 1; unchanged: 1; refused: 4", audited[^1].Detail);
    }

    [Fact]
    public async Task Where_rows_are_only_added_what_is_known_stays()
    {
        var list = await world.NewAsync(ListKind.Simple);
        await world.ImportAsync(list, "1,uno\n2,dos\n");
        var import = await world.ImportAsync(list, "2,otro\n3,tres\n3,repetido\n", ImportMode.AddOnly);
        Assert.Equal((1L, 0L, 2L), (import.Counts.Added, import.Counts.Changed, import.Counts.Same));
        Assert.Equal(["1=uno", "2=dos", "3=tres"], await world.ElementsAsync(list));
    }

    [Fact]
    public async Task A_replaced_list_has_what_the_file_has_and_is_audited_with_it()
    {
        var list = await world.NewAsync(ListKind.Simple);
        await world.ImportAsync(list, "1,uno\n2,dos\n");
        var import = await world.ImportAsync(list, "2,otro\n7,siete\n7,el último\n", ImportMode.Replace);
        Assert.Equal((ImportState.Done, 2L), (import.State, import.Counts.Removed));
        Assert.Equal(["2=otro", "7=el último"], await world.ElementsAsync(list));
        Assert.StartsWith("clientes.csv (Replace); rows: 3; added: 2;", (await world.AuditedAsync(list))[^1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_a_good_row_does_not_empty_the_list()
    {
        var list = await world.NewAsync(ListKind.Range);
        await world.ImportAsync(list, "10,19,a\n");
        var import = await world.ImportAsync(list, "desde,hasta,valor\nx,y,z\n", ImportMode.Replace);
        Assert.Equal((ImportState.Failed, FailureKind.Invalid), (import.State, import.Failure!.Kind));
        Assert.Equal(["10-19=a"], await world.ElementsAsync(list));
    }

    [Theory]
    [InlineData(ImportMode.Overwrite)]
    [InlineData(ImportMode.AddOnly)]
    [InlineData(ImportMode.Replace)]
    public async Task A_cancelled_import_keeps_what_it_added_and_replaces_nothing(ImportMode mode)
    {
        var list = await world.NewAsync(ListKind.Simple);
        await world.ImportAsync(list, "antes,1\n");
        var text = string.Concat(Enumerable.Range(0, 40 * ListImports.BatchRows).Select(i => $"k{i:000000},v{i}\n"));
        var import = await world.StartAsync(list, await ImportWorld.FileAsync(text), mode);
        while (import.Counts.Added == 0) await Task.Delay(1, TestContext.Current.CancellationToken);
        import.Cancel();
        await ImportWorld.EndAsync(import);
        Assert.Equal(ImportState.Cancelled, import.State);
        var elements = await world.ElementsAsync(list);
        Assert.Contains("antes=1", elements);
        Assert.Equal(mode == ImportMode.Replace ? 1 : 1 + import.Counts.Added, elements.Count);
        Assert.True(import.Counts.Added < 40 * ListImports.BatchRows);
    }

    [Fact]
    public async Task Ranges_that_overlap_are_refused_with_the_one_in_the_way()
    {
        var list = await world.NewAsync(ListKind.Range);
        await world.ImportAsync(list, "100,199,a\n");
        var import = await world.ImportAsync(list, "desde;hasta;valor\n150;250;x\n200;299;b\n0200;0299;c\n300;2;d\n100;199;e\n");
        Assert.Equal(
            [(2L, ImportRule.Overlap, "100-199"), (5, ImportRule.To, null)],
            import.Refusals.OrderBy(r => r.Line).Select(r => (r.Line, r.Rule, r.With)));
        Assert.Equal(["100-199=e", "200-299=b", "0200-0299=c"], await world.ElementsAsync(list));
        import = await world.ImportAsync(list, "100,199,otro\n100,150,corto\n500,599,f\n", ImportMode.AddOnly);
        Assert.Equal((1L, 0L, 1L, 1L), (import.Counts.Added, import.Counts.Changed, import.Counts.Same, import.Counts.Refused));
        await world.ImportAsync(list, "7,8,solo\n", ImportMode.Replace);
        Assert.Equal(["7-8=solo"], await world.ElementsAsync(list));
    }

    [Fact]
    public async Task Two_imports_into_a_list_do_not_run_at_once()
    {
        var list = await world.NewAsync(ListKind.Simple);
        var text = string.Concat(Enumerable.Range(0, 20 * ListImports.BatchRows).Select(i => $"k{i},v\n"));
        var first = await world.StartAsync(list, await ImportWorld.FileAsync(text), ImportMode.Overwrite);
        await using var file = await ImportWorld.FileAsync("1,2\n");
        var second = world.Imports.Start(first.Plan, file);
        Assert.Equal(FailureKind.Conflict, second.Failure!.Kind);
        first.Cancel();
        await ImportWorld.EndAsync(first);
        Assert.Same(first, world.Imports.Of(list.Id));
    }

    [Fact]
    public async Task What_is_exported_is_imported_again_as_it_was()
    {
        var list = await world.NewAsync(ListKind.Simple);
        string[] odd = ["=1+1", "+59899", "-5", "@x", "'=1", "''-", "'", "'abc", "\"", "\"=x\"", "\"'=x\"", "\"a\"", "a,b;c", " x ", "ñandú", "=", "\"=", "#", "clave"];
        var editing = shared.Desk.Host.Get<ListEditing>();
        foreach (var text in odd) Assert.Null(await editing.AddAsync(list, new ListDraft(text, "", text), ImportWorld.Admin, TestContext.Current.CancellationToken));

        var before = await world.ElementsAsync(list);
        var copy = await world.NewAsync(ListKind.Simple);
        var import = await world.ImportAsync(copy, await world.ExportAsync(list));
        Assert.Empty(import.Refusals);
        Assert.Equal(odd.Length, import.Counts.Added);
        Assert.Equal(before, await world.ElementsAsync(copy));
        // Nothing in the file is a formula to a spreadsheet.
        Assert.DoesNotContain("\n=", await world.ExportAsync(list), StringComparison.Ordinal);
        Assert.DoesNotContain(",=", await world.ExportAsync(list), StringComparison.Ordinal);

        var ranges = await world.NewAsync(ListKind.Range);
        await world.ImportAsync(ranges, "001,005,=a\n10,19,\"b,c\"\n");
        var rangesCopy = await world.NewAsync(ListKind.Range);
        Assert.Equal(2, (await world.ImportAsync(rangesCopy, await world.ExportAsync(ranges))).Counts.Added);
        Assert.Equal(await world.ElementsAsync(ranges), await world.ElementsAsync(rangesCopy));
    }

    [Theory]
    [InlineData("clave,valor\n1,2\n", ',', CsvEncoding.Utf8, true)]
    [InlineData("1;dos, tres\n2;cuatro, cinco\n", ';', CsvEncoding.Utf8, false)]
    [InlineData("tel\tquien\n099\tAna\n", '\t', CsvEncoding.Utf8, true)]
    [InlineData("ana,luis\npepe,juan\n", ',', CsvEncoding.Utf8, false)]
    public async Task A_file_is_read_as_it_looks(string text, char separator, CsvEncoding encoding, bool hasHeading)
    {
        await using var file = await ImportWorld.FileAsync(text);
        Assert.Equal(new CsvShape(separator, encoding, hasHeading), await file.GuessAsync(2, ListColumns.IsTitle, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Accents_are_read_in_every_encoding()
    {
        foreach (var (encoding, kind) in new[] { (Encoding.UTF8, CsvEncoding.Utf8), (new UTF8Encoding(false), CsvEncoding.Utf8), (Encoding.Latin1, CsvEncoding.Latin1), (Encoding.Unicode, CsvEncoding.Utf16) })
        {
            var list = await world.NewAsync(ListKind.Simple);
            var file = await ImportWorld.FileAsync("1,Peña\n", encoding);
            Assert.Equal(kind, (await file.GuessAsync(2, ListColumns.IsTitle, TestContext.Current.CancellationToken)).Encoding);
            await ImportWorld.EndAsync(await world.StartAsync(list, file, ImportMode.Overwrite));
            Assert.Equal(["1=Peña"], await world.ElementsAsync(list));
        }
    }
}
