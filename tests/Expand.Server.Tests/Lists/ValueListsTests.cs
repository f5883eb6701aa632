using Expand.Server.Access;
using Expand.Server.Lists;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Expand.Server.Tests.Lists;

/// <summary>The lists themselves, and the demonstration's.</summary>
public sealed class ValueListsTests(SharedListsDesk shared) : IClassFixture<SharedListsDesk>
{
    private readonly ListsDesk desk = shared.Desk;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_list_is_made_changed_and_removed_with_what_is_in_it_and_the_audit_tells()
    {
        await using var db = Databases.Open(desk.Database);
        var audited = await db.Set<AuditEntry>().MaxAsync(a => (long?)a.Id, Ct) ?? 0;
        var id = await desk.ListAsync(ListKind.Simple, " clientela ", "", " De SAP ");
        Assert.Equal(FailureKind.Conflict, (await desk.Lists.AddAsync(ListKind.Simple, "CLIENTELA", "", "", Actor.System, Ct)).Failure!.Kind);
        await desk.ListAsync(ListKind.Range, "clientela");
        Assert.Equal(("clientela", "clientela", "De SAP"), await ShownAsync("Clientela"));

        Assert.Null(await desk.Lists.ChangeAsync(ListKind.Simple, new ListAddress("clientela"), "Clientes", "Los clientes", null, Actor.System, Ct));
        Assert.Equal(("Clientes", "Los clientes", "De SAP"), await ShownAsync("clientes"));
        Assert.Null(await desk.Lists.ChangeAsync(ListKind.Simple, new ListAddress($"{id}"), null, "", "", Actor.System, Ct));
        Assert.Equal(("Clientes", "Clientes", ""), await ShownAsync($"{id}"));
        Assert.Null(await desk.Lists.ChangeAsync(ListKind.Simple, new ListAddress("clientes"), null, null, null, Actor.System, Ct));
        await desk.ListAsync(ListKind.Simple, "otra");
        Assert.Equal(FailureKind.Conflict, (await desk.Lists.ChangeAsync(ListKind.Simple, new ListAddress("otra"), "CLIENTES", null, null, Actor.System, Ct))!.Kind);

        Assert.Equal(System.Net.HttpStatusCode.Created, (await desk.SendAsync("POST", "/simple/clientes/elements", new { key = "1", value = "a" })).Status);
        Assert.Null(await desk.Lists.RemoveAsync(ListKind.Simple, new ListAddress("clientes"), Actor.System, Ct));
        Assert.Equal(FailureKind.NotFound, (await desk.Lists.RemoveAsync(ListKind.Simple, new ListAddress("clientes"), Actor.System, Ct))!.Kind);
        Assert.Equal(FailureKind.NotFound, (await desk.Lists.ChangeAsync(ListKind.Simple, new ListAddress($"{id}"), null, "x", null, Actor.System, Ct))!.Kind);
        Assert.False(await db.Set<ListElement>().AnyAsync(e => e.ListId == id, Ct));
        Assert.Equal(
            ["list.added", "list.added", "list.changed", "list.changed", "list.added", "list.removed"],
            await db.Set<AuditEntry>().Where(a => a.Action.StartsWith("list.") && a.Id > audited).OrderBy(a => a.Id).Select(a => a.Action).ToListAsync(Ct));
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
        var failure = (await desk.Lists.AddAsync(ListKind.Simple, name, alias, description, Actor.System, Ct)).Failure!;
        Assert.Equal((FailureKind.Invalid, field), (failure.Kind, failure.Field));
        Assert.StartsWith(field, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_who_make_or_rename_a_list_to_one_name_at_once_one_has_it()
    {
        foreach (var i in Enumerable.Range(0, 4)) await desk.ListAsync(ListKind.Simple, $"lista{i}");
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(async i => (await desk.Lists.AddAsync(ListKind.Simple, "Nueva", "", "", Actor.System, Ct)).Failure)
            .Concat(Enumerable.Range(0, 4).Select(i => desk.Lists.ChangeAsync(ListKind.Simple, new ListAddress($"lista{i}"), "nueva", null, null, Actor.System, Ct))));
        Assert.Single(made, failure => failure is null);
        Assert.All(made.OfType<Failure>(), failure => Assert.Equal(FailureKind.Conflict, failure.Kind));
    }

    [Fact]
    public async Task The_demonstration_has_the_manuals_two_lists_and_one_that_was_cut_short_finds_what_it_made()
    {
        await desk.ListAsync(ListKind.Simple, "vendedores", "Vendedores");
        for (var i = 0; i < 2; i++)
        {
            await using var scope = desk.Host.Scope();
            await scope.ServiceProvider.GetServices<IDemoPart>().Single(p => p.Name == "lists").MakeAsync(Ct);
        }

        var lists = (await desk.GetAsync("/simple")).Json["data"]!.AsArray();
        Assert.Equal(["vendedores", "cartera"], lists.Select(l => (string?)l!["name"]).Where(name => name is "vendedores" or "cartera"));
        Assert.Equal(
            "Asocia CallerID de llamantes con la extension del ejecutivo de cartera que debe atenderlo. Mantenido por SAP",
            lists.Where(l => (string?)l!["name"] == "cartera").Select(l => (string?)l!["description"]).Single());
        Assert.Equal(5, (await desk.GetAsync("/simple/cartera/elements")).Json["data"]!.AsArray().Count);
        Assert.Equal("701", (string?)(await desk.GetAsync("/simple/vendedores/elements/24001100")).Json["value"]);
        Assert.Equal("Móvil", (string?)(await desk.GetAsync("/range/prefijos/lookup/099123456")).Json["value"]);
    }

    private async Task<(string Name, string Alias, string Description)> ShownAsync(string list)
    {
        var shown = (await desk.GetAsync($"/simple/{list}")).Json;
        return ((string)shown["name"]!, (string)shown["alias"]!, (string)shown["description"]!);
    }
}
