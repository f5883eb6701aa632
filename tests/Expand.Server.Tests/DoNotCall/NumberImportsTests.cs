using Expand.Server.DoNotCall;
using Expand.Server.DoNotCall.Imports;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using static Expand.Server.Tests.DoNotCall.DoNotCallWorld;

namespace Expand.Server.Tests.DoNotCall;

/// <summary>Files of numbers.</summary>
public sealed class NumberImportsTests(Databases databases)
{
    private static readonly DateOnly Today = new(2026, 11, 25);

    [Fact]
    public async Task A_file_is_read_as_it_comes_and_the_rows_that_are_no_number_are_told()
    {
        await using var world = await DoNotCallWorld.StartAsync(databases);
        var list = await world.ListAsync(NumberListKind.Installation, "Pedidos", "099123456");
        var import = await world.ImportAsync(list, "Nombre;Nro. Teléfono;Motivo\nAna;099 123 456;\nJuan;+598 98 000 001;lo pidió\nEva;nada;\nLuz;098000001;\nLeo\n");
        Assert.Equal((ImportState.Done, 5, 1, 2, 2), (import.State, import.Counts.Read, import.Counts.Added, import.Counts.Known, import.Counts.Refused));
        Assert.Equal([(4L, ImportRule.Number), (6L, ImportRule.Columns)], import.Refusals.Select(r => (r.Line, r.Rule)));
        var stored = (await world.Lists.FindAsync(list.Id, Ct))!;
        Assert.Equal(2, stored.Numbers);
        Assert.Equal([("98000001", "lo pidió"), ("99123456", null)], (await world.Numbers.PageAsync(stored, "", null, 10, Ct)).Select(n => (n.Number, n.Note)));
        Assert.Contains(await world.AuditAsync(), a => a.StartsWith("dnc.imported do-not-call list Pedidos: no-llame.csv; rows: 5; added: 1", StringComparison.Ordinal));

        var plain = await world.ImportAsync(list, "24001111\n24002222\n");
        Assert.Equal((2, 0), (plain.Counts.Added, plain.Counts.Refused));
        var wrong = await world.ImportAsync(list, "uno\ndos\n");
        Assert.Equal((ImportState.Failed, "file"), (wrong.State, wrong.Failure!.Field));
    }

    [Fact]
    public async Task An_edition_takes_the_place_of_the_one_before_and_an_older_one_or_one_to_come_is_refused()
    {
        await using var world = await DoNotCallWorld.StartAsync(databases);
        var list = await world.RegisterAsync("No Llame", Today.AddDays(-2), "098000001", "098000002");
        var older = await world.ImportAsync(list, "098000003", Today.AddDays(-3));
        Assert.Equal((ImportState.Failed, "issued"), (older.State, older.Failure!.Field));
        Assert.Equal(CheckResult.Listed, await world.ResultAsync("098000001"));
        var imports = world.Host.Get<NumberImports>();
        Assert.Equal("issued", imports.Start(older.Plan with { IssuedOn = Today.AddDays(1) }, null!).Failure!.Field);
        Assert.Equal("issued", imports.Start(older.Plan with { IssuedOn = null }, null!).Failure!.Field);
        var nothing = await world.ImportAsync(list, "x\n", Today);
        Assert.Equal(FailureKind.Invalid, nothing.Failure!.Kind);
        Assert.Equal(CheckResult.Listed, await world.ResultAsync("098000001"));

        list = await world.RegisterAsync("No Llame", Today, "098000003");
        Assert.Equal((1, Today, Today.AddDays(30)), (list.Numbers, list.IssuedOn, list.ValidUntil));
        Assert.Equal(CheckResult.Clear, await world.ResultAsync("098000001"));
        Assert.Equal(CheckResult.Listed, await world.ResultAsync("098000003"));
    }

    [Fact]
    public async Task Whoever_asks_while_an_edition_comes_in_sees_the_old_one_or_the_new_one_whole()
    {
        await using var world = await DoNotCallWorld.StartAsync(databases);
        var other = await world.AddHostAsync("host-2");
        // Each edition has the half that the other has not.
        string[] even = [.. Enumerable.Range(0, 4_000).Select(i => $"098{2 * i:000000}")], odd = [.. Enumerable.Range(0, 4_000).Select(i => $"098{2 * i + 1:000000}")];
        var list = await world.RegisterAsync("No Llame", Today, even);
        string[] asked = [.. even.Take(100), .. odd.Take(100)];
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var seen = new HashSet<string>();
        var reading = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                var listed = (await world.CheckAsync(Ask(asked), other)).Select(v => v.Result == CheckResult.Listed).ToList();
                var (old, next) = (listed.Take(100).Distinct().Single(), listed.Skip(100).Distinct().Single());
                Assert.True(old ^ next);
                seen.Add(next ? "odd" : "even");
            }
        }, Ct);
        for (var turn = 0; turn < 3; turn++)
        {
            // From two hosts at once: one waits for nobody, it is told that another one runs, or comes after it.
            var both = await Task.WhenAll(world.ImportAsync(list, string.Join('\n', odd), Today), world.ImportAsync(list, string.Join('\n', odd), Today, other));
            Assert.Contains(both, import => import.State == ImportState.Done);
            Assert.All(both, import => Assert.True(import.State == ImportState.Done || import.Failure!.Kind == FailureKind.Conflict, import.Failure?.Message));
            await world.RegisterAsync("No Llame", Today, even);
        }

        await done.CancelAsync();
        await reading;
        Assert.Contains("even", seen);
        // What the evidence says of an edition is that edition's.
        await using var db = world.Open();
        var mixed = await db.Database.SqlQuery<int>(
            $"select count(*)::int as \"Value\" from (select lists->0->>'edition', number, count(distinct result) as results from dnc_checks group by 1, 2) e where results > 1").SingleAsync(Ct);
        Assert.Equal(0, mixed);
    }

    [Fact]
    public async Task An_import_that_is_cancelled_leaves_everything_as_it_was()
    {
        await using var world = await DoNotCallWorld.StartAsync(databases);
        var list = await world.RegisterAsync("No Llame", Today, "098000001");
        var import = await world.StartImportAsync(list, string.Join('\n', Enumerable.Range(0, 400_000).Select(i => $"2{i:0000000}")), Today);
        import.Cancel();
        await Eventually.TrueAsync(() => !import.Runs);
        Assert.Equal(ImportState.Cancelled, import.State);
        var stored = (await world.Lists.FindAsync(list.Id, Ct))!;
        Assert.Equal((1, list.Edition), (stored.Numbers, stored.Edition));
        Assert.Equal(CheckResult.Listed, await world.ResultAsync("098000001"));
        await using var db = world.Open();
        Assert.Equal(1, await db.Set<ListedNumber>().CountAsync(Ct));
    }
}
