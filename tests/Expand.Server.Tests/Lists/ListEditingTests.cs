using Expand.Server.Lists;
using Expand.Server.Platform;

namespace Expand.Server.Tests.Lists;

/// <summary>Elements found, added, changed and removed by people.</summary>
public sealed class ListEditingTests(SharedListsDesk shared) : IClassFixture<SharedListsDesk>
{
    private readonly ImportWorld world = new(shared.Desk);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ListEditing Editing => shared.Desk.Host.Get<ListEditing>();

    [Theory]
    [InlineData("simple")]
    [InlineData("range")]
    public async Task Changes_are_audited_and_what_somebody_else_changed_is_not_overwritten(string kind)
    {
        var list = await world.NewAsync(kind == "simple" ? ListKind.Simple : ListKind.Range);
        var to = kind == "simple" ? "" : "19";
        Assert.Null(await Editing.AddAsync(list, new ListDraft("10", to, "a"), ImportWorld.Admin, Ct));
        Assert.Equal(FailureKind.Conflict, (await Editing.AddAsync(list, new ListDraft("10", to, "b"), ImportWorld.Admin, Ct))!.Kind);
        var seen = Assert.Single((await PageAsync(list)).Rows);
        Assert.Null(await Editing.ChangeAsync(list, seen, new ListDraft("11", to, "b"), ImportWorld.Admin, Ct));
        Assert.NotNull(await Editing.ChangeAsync(list, seen, new ListDraft("10", to, "c"), ImportWorld.Admin, Ct));
        var now = Assert.Single((await PageAsync(list)).Rows);
        Assert.Null(await Editing.ChangeAsync(list, now, new ListDraft("11", to, "d"), ImportWorld.Admin, Ct));
        Assert.Equal(FailureKind.Changed, (await Editing.ChangeAsync(list, now, new ListDraft("11", to, "e"), ImportWorld.Admin, Ct))!.Kind);
        Assert.Equal(FailureKind.Changed, (await Editing.RemoveAsync(list, now, ImportWorld.Admin, Ct))!.Kind);
        Assert.Null(await Editing.RemoveAsync(list, Assert.Single((await PageAsync(list)).Rows), ImportWorld.Admin, Ct));
        Assert.Empty((await PageAsync(list)).Rows);
        Assert.Equal(
            ["list.element.added", "list.element.changed", "list.element.changed", "list.element.removed"],
            (await world.AuditedAsync(list)).Select(a => a.Action));
    }

    [Fact]
    public async Task Elements_are_paged_by_key_and_found_by_the_beginning_of_the_key_and_a_part_of_the_value()
    {
        var list = await world.NewAsync(ListKind.Simple);
        await world.ImportAsync(list, string.Concat(Enumerable.Range(0, 130).Select(i => $"k{i:000},{(i % 10 == 3 ? "Norte" : "sur")}\n")));
        var first = await PageAsync(list);
        Assert.Equal(("k000", "k049", true), (first.Rows[0].Key, first.Rows[^1].Key, first.HasMore));
        var last = await PageAsync(list, after: "k099");
        Assert.Equal((30, "k100", false), (last.Rows.Count, last.Rows[0].Key, last.HasMore));
        Assert.Equal(["k120", "k121", "k122", "k123", "k124", "k125", "k126", "k127", "k128", "k129"], (await PageAsync(list, "k12")).Rows.Select(r => r.Key));
        Assert.Equal(["k003", "k013"], (await PageAsync(list, "k0", "nOr")).Rows.Take(2).Select(r => r.Key));
        Assert.Empty((await PageAsync(list, "zz")).Rows);
    }

    [Fact]
    public async Task A_range_is_found_by_a_number_that_it_holds_and_ranges_are_paged_by_length_and_beginning()
    {
        var list = await world.NewAsync(ListKind.Range);
        await world.ImportAsync(list, string.Concat(Enumerable.Range(10, 60).Select(i => $"{i}0,{i}9,z{i}\n")) + "5,6,corto\n");
        Assert.Equal("150", Assert.Single((await PageAsync(list, "157")).Rows).Key);
        Assert.Equal("5", Assert.Single((await PageAsync(list, "6")).Rows).Key);
        Assert.Empty((await PageAsync(list, "0157")).Rows);
        var first = await PageAsync(list);
        Assert.Equal(("5", true), (first.Rows[0].Key, first.HasMore));
        Assert.Equal(11, (await PageAsync(list, after: first.Rows[^1].Key)).Rows.Count);
        Assert.Equal("150-159", (await shared.Desk.Host.Get<ListBrowsing>().OverlappedAsync(list.Id, DigitRange.Between("155", "165").Value, "160", Ct)).ToString());
    }

    [Fact]
    public async Task Sizes_are_counted_anew_after_a_change_of_ones_own()
    {
        var list = await world.NewAsync(ListKind.Simple);
        await world.ImportAsync(list, "1,a\n2,b\n");
        Assert.Equal(2, (await shared.Desk.Host.Get<ListSizes>().AllAsync(anew: true, Ct))[list.Id]);
    }

    private Task<ListPage> PageAsync(ValueList list, string key = "", string value = "", string? after = null) =>
        shared.Desk.Host.Get<ListBrowsing>().PageAsync(list, new ListSearch(key, value), after, 50, Ct);
}
