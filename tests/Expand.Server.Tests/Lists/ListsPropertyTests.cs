using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using CsCheck;
using Expand.Server.Lists;

namespace Expand.Server.Tests.Lists;

/// <summary>Random operations of several clients at once: each gets the answers that a plain model in memory gives, and nothing is lost.</summary>
public sealed class ListsPropertyTests(SharedListsDesk shared) : IClassFixture<SharedListsDesk>
{
    private const int Clients = 4;

    /// <summary>What each of the clients does, one after the other.</summary>
    private static readonly Gen<int[][]> Work = Gen.Int[0, 1_000_000].Array[8, 25].Array[Clients];

    private readonly ListsDesk desk = shared.Desk;

    [Fact]
    public Task A_simple_list_is_what_its_clients_made_of_it() => Work.SampleAsync(async work =>
    {
        var list = await desk.NewAsync(ListKind.Simple);
        var clients = work.Select((_, i) => new SimpleListModel(desk, list, i)).ToList();
        await Task.WhenAll(work.Select((numbers, i) => EachAsync(numbers, clients[i].DoAsync)));
        Assert.Equal(
            clients.SelectMany(c => c.Elements).Order(),
            (await ElementsAsync(list)).Select(e => ((string)e["key"]!, (string)e["value"]!)).Order());
    }, iter: 6, threads: 1);

    [Fact]
    public Task A_range_list_is_what_its_clients_made_of_it_and_every_key_is_found_as_by_looking_at_each_range() => Work.SampleAsync(async work =>
    {
        var list = await desk.NewAsync(ListKind.Range);
        var clients = work.Select((_, i) => new RangeListModel(desk, list, i + 2)).ToList();
        await Task.WhenAll(work.Select((numbers, i) => EachAsync(numbers, clients[i].DoAsync)));
        Assert.Equal(
            clients.SelectMany(c => c.Ranges).Order(),
            (await ElementsAsync(list)).Select(e => ((string)e["from"]!, (string)e["to"]!, (string)e["value"]!)).Order());
    }, iter: 6, threads: 1);

    [Fact]
    public Task Of_a_key_that_all_write_each_addition_and_removal_is_told_truly() => Work.SampleAsync(async work =>
    {
        var list = await desk.NewAsync(ListKind.Simple);
        var counts = new int[4];
        await Task.WhenAll(work.Select(numbers => EachAsync(numbers, async number =>
        {
            var key = number % 4;
            var answer = number / 4 % 3 == 0
                ? await desk.SendAsync("DELETE", $"{list}/elements/k%2F{key}")
                : await desk.SendAsync("POST", $"{list}/elements", new { key = $"k/{key}", value = $"{number}" });
            if (answer.Status == HttpStatusCode.Created) Interlocked.Increment(ref counts[key]);
            else if (answer.Status == HttpStatusCode.OK) Interlocked.Decrement(ref counts[key]);
            else Assert.Contains(answer.Status, new[] { HttpStatusCode.Conflict, HttpStatusCode.NotFound });
        })));
        var left = (await ElementsAsync(list)).Select(e => (string?)e["key"]).ToHashSet();
        for (var key = 0; key < counts.Length; key++) Assert.Equal(left.Contains($"k/{key}") ? 1 : 0, counts[key]);
    }, iter: 4, threads: 1);

    [Fact]
    public async Task Changes_of_one_element_under_If_Match_lose_none()
    {
        foreach (var kind in new[] { ListKind.Simple, ListKind.Range })
        {
            var list = await desk.NewAsync(kind);
            await desk.SendAsync("POST", $"{list}/elements", kind == ListKind.Simple ? new { key = "1", value = "0" } : new { from = "1", to = "1", value = "0" });
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => EachAsync([.. Enumerable.Range(0, 10)], async _ =>
            {
                while (true)
                {
                    var now = await desk.GetAsync($"{list}/elements/1");
                    var value = (int.Parse((string)now.Json["value"]!, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
                    var changed = await desk.SendAsync("PUT", $"{list}/elements/1", new { value }, now.ETag);
                    if (changed.Status == HttpStatusCode.OK) return;
                    Assert.Equal(HttpStatusCode.PreconditionFailed, changed.Status);
                }
            })));
            Assert.Equal($"{Clients * 10}", (string?)(await desk.GetAsync($"{list}/elements/1")).Json["value"]);
        }
    }

    [Fact]
    public Task Ranges_that_all_fight_for_never_overlap_and_bulks_and_renames_at_once_hold_nobody_up() => Work.SampleAsync(async work =>
    {
        var (ranges, keys) = (await desk.NewAsync(ListKind.Range), await desk.NewAsync(ListKind.Simple));
        var held = 0;
        await Task.WhenAll(work.Select(numbers => EachAsync(numbers, async number =>
        {
            var (from, to) = ($"{number / 16 % 80:00}", $"{number / 16 % 80 + number % 9:00}");
            var answer = (number % 7) switch
            {
                0 or 1 => await desk.SendAsync("POST", $"{ranges}/elements", new { from, to, value = "a" }, idempotencyKey: number % 2 == 0 ? Guid.NewGuid().ToString() : null),
                2 => await desk.SendAsync("PUT", $"{ranges}/elements/{to}", new { from, to, value = "b" }),
                3 => await desk.SendAsync("DELETE", $"{ranges}/elements/{from}"),
                4 => await desk.SendAsync("POST", $"{ranges}/elements/bulk", $$"""{"from":"{{to}}","to":"{{to}}","value":"c"}{{'\n'}}{"from":"{{from}}","to":"{{to}}","value":"d"}"""),
                5 => await desk.SendAsync("POST", $"{keys}/elements/bulk", $$"""{"key":"{{from}}","value":"c"}{{'\n'}}{"key":"{{to}}","value":"{{number}}"}{{'\n'}}{"key":"x","value":"{{number}}"}"""),
                _ => await desk.SendAsync("PUT", $"{keys}/elements/{from}", new { key = number % 2 == 0 ? to : "x", value = "r" }),
            };
            Assert.True((int)answer.Status < 500, answer.Text);
            if (number % 7 < 2 && answer.Status == HttpStatusCode.Created) Interlocked.Increment(ref held);
            if (number % 7 == 3 && answer.Status == HttpStatusCode.OK) Interlocked.Decrement(ref held);
            if (number % 7 == 4) Interlocked.Add(ref held, answer.Lines.Count(l => (int)l["status"]! == 201));
        })));
        var left = (await ElementsAsync(ranges)).Select(e => ((string)e["from"]!, (string)e["to"]!)).Order().ToList();
        Assert.Equal(held, left.Count);
        Assert.All(left.Zip(left.Skip(1)), pair => Assert.True(string.CompareOrdinal(pair.First.Item2, pair.Second.Item1) < 0, $"{pair}"));
    }, iter: 4, threads: 1);

    private static async Task EachAsync(int[] numbers, Func<int, Task> act)
    {
        foreach (var number in numbers) await act(number);
    }

    private async Task<IReadOnlyList<JsonNode>> ElementsAsync(string list) => [.. (await desk.GetAsync($"{list}/elements")).Json["data"]!.AsArray().Select(e => e!)];
}
