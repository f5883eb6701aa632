using Expand.Server.Access;
using Expand.Server.Lists;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Expand.Server.Tests.Lists;

/// <summary>The lists themselves, and the demonstration's.</summary>
public sealed class ValueListsTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_list_is_made_changed_and_removed_with_what_is_in_it_and_the_audit_tells()
    {
        await using var desk = await ListsDesk.StartAsync(databases);
        var id = await desk.ListAsync(ListKind.Simple, " cartera ", "", " De SAP ");
        Assert.Equal(FailureKind.Conflict, (await desk.Lists.AddAsync(ListKind.Simple, "CARTERA", "", "", Actor.System, Ct)).Failure!.Kind);
        await desk.ListAsync(ListKind.Range, "cartera");
        Assert.Equal(("cartera", "cartera", "De SAP"), await ShownAsync(desk, "Cartera"));

        Assert.Null(await desk.Lists.ChangeAsync(ListKind.Simple, new ListAddress("cartera"), "Clientes", "Los clientes", null, Actor.System, Ct));
        Assert.Equal(("Clientes", "Los clientes", "De SAP"), await ShownAsync(desk, "clientes"));
        Assert.Null(await desk.Lists.ChangeAsync(ListKind.Simple, new ListAddress($"{id}"), null, "", "", Actor.System, Ct));
        Assert.Equal(("Clientes", "Clientes", ""), await ShownAsync(desk, $"{id}"));
        Assert.Null(await desk.Lists.ChangeAsync(ListKind.Simple, new ListAddress("clientes"), null, null, null, Actor.System, Ct));
        await desk.ListAsync(ListKind.Simple, "otra");
        Assert.Equal(FailureKind.Conflict, (await desk.Lists.ChangeAsync(ListKind.Simple, new ListAddress("otra"), "CLIENTES", null, null, Actor.System, Ct))!.Kind);

        Assert.Equal(System.Net.HttpStatusCode.Created, (await desk.SendAsync("POST", "/simple/clientes/elements", new { key = "1", value = "a" })).Status);
        Assert.Null(await desk.Lists.RemoveAsync(ListKind.Simple, new ListAddress("clientes"), Actor.System, Ct));
        Assert.Equal(FailureKind.NotFound, (await desk.Lists.RemoveAsync(ListKind.Simple, new ListAddress("clientes"), Actor.System, Ct))!.Kind);
        Assert.Equal(FailureKind.NotFound, (await desk.Lists.ChangeAsync(ListKind.Simple, new ListAddress($"{id}"), null, "x", null, Actor.System, Ct))!.Kind);
        await using var db = Databases.Open(desk.Database);
        Assert.False(await db.Set<ListElement>().AnyAsync(Ct));
        Assert.Equal(
            ["list.added", "list.added", "list.changed", "list.changed", "list.added", "list.removed"],
            await db.Set<AuditEntry>().Where(a => a.Action.StartsWith("list.")).OrderBy(a => a.Id).Select(a => a.Action).ToListAsync(Ct));
    }

    [Theory]
    [InlineData("name", "", "", "")]
    [InlineData("name", "123", "", "")]
    [InlineData("name", "..", "", "")]
    [InlineData("name", "con espacio", "", "")]
    [InlineData("name", "ñandú", "", "")]
    [InlineData("alias", "x", "a\tb", "")]
    [InlineData("description", "x", "", "a\nb")]
    public async Task What_is_wrong_is_named_and_nothing_is_made(string field, string name, string alias, string description)
    {
        await using var db = Databases.Open(await databases.NewAsync());
        var lists = new ValueLists(new OneDatabase(db), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<ValueLists>.Instance);
        var failure = (await lists.AddAsync(ListKind.Simple, name, alias, description, Actor.System, Ct)).Failure!;
        Assert.Equal((FailureKind.Invalid, field), (failure.Kind, failure.Field));
        Assert.StartsWith(field, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_who_make_or_rename_a_list_to_one_name_at_once_one_has_it()
    {
        await using var desk = await ListsDesk.StartAsync(databases);
        foreach (var i in Enumerable.Range(0, 4)) await desk.ListAsync(ListKind.Simple, $"lista{i}");
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(async i => (await desk.Lists.AddAsync(ListKind.Simple, "Nueva", "", "", Actor.System, Ct)).Failure)
            .Concat(Enumerable.Range(0, 4).Select(i => desk.Lists.ChangeAsync(ListKind.Simple, new ListAddress($"lista{i}"), "nueva", null, null, Actor.System, Ct))));
        Assert.Single(made, failure => failure is null);
        Assert.All(made.OfType<Failure>(), failure => Assert.Equal(FailureKind.Conflict, failure.Kind));
    }

    [Fact]
    public async Task The_demonstration_has_the_manuals_two_lists_and_one_that_was_cut_short_finds_what_it_made()
    {
        await using var desk = await ListsDesk.StartAsync(databases);
        await desk.ListAsync(ListKind.Simple, "vendedores", "Vendedores");
        for (var i = 0; i < 2; i++)
        {
            await using var scope = desk.Host.Scope();
            await scope.ServiceProvider.GetServices<IDemoPart>().Single(p => p.Name == "lists").MakeAsync(Ct);
        }

        var lists = (await desk.GetAsync("/simple")).Json["data"]!.AsArray();
        Assert.Equal(["vendedores", "cartera"], lists.Select(l => (string?)l!["name"]));
        Assert.Equal("Asocia CallerID de llamantes con la extension del ejecutivo de cartera que debe atenderlo. Mantenido por SAP", (string?)lists[1]!["description"]);
        Assert.Equal(5, (await desk.GetAsync("/simple/cartera/elements")).Json["data"]!.AsArray().Count);
        Assert.Equal("701", (string?)(await desk.GetAsync("/simple/vendedores/elements/24001100")).Json["value"]);
        Assert.Equal("Móvil", (string?)(await desk.GetAsync("/range/prefijos/lookup/099123456")).Json["value"]);
    }

    private static async Task<(string Name, string Alias, string Description)> ShownAsync(ListsDesk desk, string list)
    {
        var shown = (await desk.GetAsync($"/simple/{list}")).Json;
        return ((string)shown["name"]!, (string)shown["alias"]!, (string)shown["description"]!);
    }

    private sealed class OneDatabase(ExpandDb db) : IDbContextFactory<ExpandDb>
    {
        public ExpandDb CreateDbContext() => db;
    }
}
