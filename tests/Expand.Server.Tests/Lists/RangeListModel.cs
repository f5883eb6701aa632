using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Expand.Server.Tests.Lists;

/// <summary>What a client of a range list knows: its ranges, all of keys of a length that is its own, searched one by one.</summary>
internal sealed class RangeListModel(ListsDesk desk, string list, int digits)
{
    private const int Keys = 60;
    private List<Range> ranges = [];

    private sealed record Range(int From, int To, string Value, string? Id, string? ETag);

    public IEnumerable<(string From, string To, string Value)> Ranges => ranges.Select(r => (Key(r.From), Key(r.To), r.Value));

    /// <summary>One operation, chosen by a number.</summary>
    public Task DoAsync(int number)
    {
        var (from, value) = (number / 8 % Keys, $"v{number % 5}");
        var to = Math.Min(from + number / 500 % 9, Keys - 1);
        return (number % 8) switch
        {
            0 or 1 => AddAsync(from, to, value),
            2 or 3 => ChangeAsync(number, from, to, value),
            4 => RemoveAsync(number),
            5 or 6 => BulkAsync([.. Enumerable.Range(0, number % 7 + 1).Select(i => RowOf(number / 8 + i * 13, number + i))]),
            _ => LookupAsync(from),
        };
    }

    private string Key(int number) => number.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');

    private string Address(int from) => $"{list}/elements/{Key(from)}";

    /// <summary>A row for a bulk: half of them begin where a range does.</summary>
    private (int From, int To, string Value) RowOf(int place, int number)
    {
        var from = number % 2 == 0 && ranges.Count > 0 ? ranges[place % ranges.Count].From : place % Keys;
        return (from, Math.Min(from + number / 3 % 8, Keys - 1), $"v{number % 3}");
    }

    private async Task AddAsync(int from, int to, string value)
    {
        var answer = await desk.SendAsync("POST", $"{list}/elements", new { from = Key(from), to = Key(to), value });
        Assert.Equal(IsFree(ranges, from, to) ? HttpStatusCode.Created : HttpStatusCode.Conflict, answer.Status);
        if (answer.Status == HttpStatusCode.Created) ranges.Add(Taken(answer, from, to, value, null));
    }

    private async Task ChangeAsync(int number, int from, int to, string value)
    {
        if (ranges.Count == 0)
        {
            Assert.Equal(HttpStatusCode.NotFound, (await desk.SendAsync("PUT", Address(from), new { value })).Status);
            return;
        }

        var now = ranges[number / 7 % ranges.Count];
        var others = ranges.Where(r => r != now).ToList();
        var answer = (number % 3) switch
        {
            0 => await desk.SendAsync("PUT", Address(now.From), new { value }, now.ETag),
            1 => await desk.SendAsync("PUT", Address(now.From), new { from = Key(from), to = Key(to), value }, now.ETag),
            _ => await desk.SendAsync("PUT", Address(now.From), new { from = Key(from), to = Key(to), value }),
        };
        if (number % 3 == 0) (from, to) = (now.From, now.To);
        Assert.Equal(IsFree(others, from, to) ? HttpStatusCode.OK : HttpStatusCode.Conflict, answer.Status);
        if (answer.Status == HttpStatusCode.OK) ranges = [.. others, Taken(answer, from, to, value, now.Id)];
    }

    private async Task RemoveAsync(int number)
    {
        if (ranges.Count == 0) return;
        var now = ranges[number / 7 % ranges.Count];
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await desk.SendAsync("DELETE", Address(now.From), ifMatch: "\"999\"")).Status);
        Taken(await desk.SendAsync("DELETE", Address(now.From), ifMatch: now.ETag), now.From, now.To, now.Value, now.Id);
        ranges.Remove(now);
    }

    private async Task BulkAsync((int From, int To, string Value)[] rows)
    {
        var answer = await desk.SendAsync("POST", $"{list}/elements/bulk",
            string.Join('\n', rows.Select(r => JsonSerializer.Serialize(new { from = Key(r.From), to = Key(r.To), value = r.Value }))));
        foreach (var ((from, to, value), line) in rows.Zip(answer.Lines))
        {
            var now = ranges.Find(r => r.From == from);
            var isFree = IsFree(ranges.Where(r => r != now), from, to);
            Assert.Equal(!isFree ? 409 : now is null ? 201 : 200, (int)line["status"]!);
            if (!isFree) continue;
            if (now is not null) ranges.Remove(now);
            ranges.Add(new Range(from, to, value, line["id"]!.ToJsonString(), null));
            if (now is not null) Assert.Equal(now.Id, line["id"]!.ToJsonString());
        }

        // Their versions, for the next change.
        foreach (var range in ranges.Where(r => r.ETag is null).ToList())
            ranges[ranges.IndexOf(range)] = Taken(await desk.GetAsync(Address(range.From)), range.From, range.To, range.Value, range.Id);
    }

    private async Task LookupAsync(int key)
    {
        var answer = await desk.GetAsync($"{list}/lookup/{Key(key)}");
        if (ranges.Find(r => r.From <= key && key <= r.To) is { } held) Assert.Equal(held, Taken(answer, held.From, held.To, held.Value, held.Id));
        else Assert.Equal(HttpStatusCode.NotFound, answer.Status);
    }

    private static bool IsFree(IEnumerable<Range> ranges, int from, int to) => ranges.All(r => r.To < from || to < r.From);

    private Range Taken(Reply answer, int from, int to, string value, string? id)
    {
        Assert.Equal((Key(from), Key(to), value), ((string?)answer.Json["from"], (string?)answer.Json["to"], (string?)answer.Json["value"]));
        var now = answer.Json["id"]!.ToJsonString();
        if (id is not null) Assert.Equal(id, now);
        return new Range(from, to, value, now, answer.ETag);
    }
}
