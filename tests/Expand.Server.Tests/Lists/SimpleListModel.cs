using System.Net;
using System.Text.Json;

namespace Expand.Server.Tests.Lists;

/// <summary>What a client of a simple list knows: its own keys, in a dictionary. Each step asks the server and says what it must answer.</summary>
internal sealed class SimpleListModel(ListsDesk desk, string list, int client)
{
    /// <summary>Ends of keys that addresses have trouble with.</summary>
    private static readonly string[] Ends = ["", "/", "%", "%2F", " ", "+", "ñ", "😀", "#?&", "/../x", "ñ", "\"\\"];

    private readonly Dictionary<string, (string Value, string Id, string ETag)> elements = new(StringComparer.Ordinal);

    public IEnumerable<(string Key, string Value)> Elements => elements.Select(e => (e.Key, e.Value.Value));

    /// <summary>One operation, chosen by a number.</summary>
    public Task DoAsync(int number)
    {
        var (key, value) = (KeyOf(number / 8), $"v{number}");
        return (number % 8) switch
        {
            0 or 1 => AddAsync(key, value),
            2 => ChangeAsync(key, key, value, number),
            3 => ChangeAsync(key, KeyOf(number / 100), value, number),
            4 => RemoveAsync(key, number),
            5 => BulkAsync([.. Enumerable.Range(0, number % 5 + 1).Select(i => (KeyOf(number / 8 + i / 2), $"v{number / 3 + i % 3}"))]),
            6 => BulkAsync([(key, elements.TryGetValue(key, out var now) ? now.Value : value), (key, value), (key, value)]),
            _ => FindAsync(key),
        };
    }

    private string KeyOf(int number) => $"c{client} {number % 3}{Ends[number % Ends.Length]}";

    private string Address(string key) => $"{list}/elements/{Uri.EscapeDataString(key)}";

    private async Task AddAsync(string key, string value)
    {
        var answer = await desk.SendAsync("POST", $"{list}/elements", new { key, value });
        Assert.Equal(elements.ContainsKey(key) ? HttpStatusCode.Conflict : HttpStatusCode.Created, answer.Status);
        if (answer.Status == HttpStatusCode.Created) Take(answer, key, value, null);
    }

    private async Task ChangeAsync(string key, string newKey, string value, int number)
    {
        var known = elements.TryGetValue(key, out var now);
        var ifMatch = IfMatch(known, now.ETag, number);
        var answer = await desk.SendAsync("PUT", Address(key), newKey == key ? new { value } : new { key = newKey, value }, ifMatch);
        Assert.Equal(
            !known ? HttpStatusCode.NotFound : ifMatch == Stale ? HttpStatusCode.PreconditionFailed
                : newKey != key && elements.ContainsKey(newKey) ? HttpStatusCode.Conflict : HttpStatusCode.OK, answer.Status);
        if (answer.Status != HttpStatusCode.OK) return;
        elements.Remove(key);
        Assert.NotEqual(now.ETag, answer.ETag);
        Take(answer, newKey, value, now.Id);
    }

    private async Task RemoveAsync(string key, int number)
    {
        var known = elements.TryGetValue(key, out var now);
        var ifMatch = IfMatch(known, now.ETag, number);
        var answer = await desk.SendAsync("DELETE", Address(key), ifMatch: ifMatch);
        Assert.Equal(!known ? HttpStatusCode.NotFound : ifMatch == Stale ? HttpStatusCode.PreconditionFailed : HttpStatusCode.OK, answer.Status);
        if (answer.Status != HttpStatusCode.OK) return;
        Assert.Equal((now.Id, key, now.Value), (answer.Json["id"]!.ToJsonString(), (string?)answer.Json["key"], (string?)answer.Json["value"]));
        elements.Remove(key);
    }

    private async Task BulkAsync((string Key, string Value)[] rows)
    {
        var answer = await desk.SendAsync("POST", $"{list}/elements/bulk", string.Join('\n', rows.Select(r => JsonSerializer.Serialize(new { key = r.Key, value = r.Value }))));
        var lines = answer.Lines;
        Assert.Equal(rows.Length, lines.Count);
        foreach (var ((key, value), line) in rows.Zip(lines))
        {
            var known = elements.TryGetValue(key, out var now);
            Assert.Equal(known ? 200 : 201, (int)line["status"]!);
            if (known) Assert.Equal(now.Id, line["id"]!.ToJsonString());
            elements[key] = (value, line["id"]!.ToJsonString(), "");
        }

        foreach (var key in rows.Select(r => r.Key).Distinct())
        {
            var read = await desk.GetAsync(Address(key));
            Take(read, key, elements[key].Value, elements[key].Id);
        }
    }

    private async Task FindAsync(string key)
    {
        var answer = await desk.GetAsync(Address(key));
        if (elements.TryGetValue(key, out var now)) Assert.Equal(now.ETag, answer.ETag);
        else Assert.Equal(HttpStatusCode.NotFound, answer.Status);
    }

    private const string Stale = "\"999\"";

    private static string? IfMatch(bool known, string etag, int number) => (number / 16 % 4) switch
    {
        0 when known => etag,
        1 when known => Stale,
        2 => "*",
        _ => null,
    };

    private void Take(Reply answer, string key, string value, string? id)
    {
        Assert.Equal((key, value), ((string?)answer.Json["key"], (string?)answer.Json["value"]));
        var now = answer.Json["id"]!.ToJsonString();
        if (id is not null) Assert.Equal(id, now);
        elements[key] = (value, now, answer.ETag!);
    }
}
