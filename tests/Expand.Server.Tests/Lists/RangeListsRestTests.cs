using System.Net;
using Expand.Server.Lists;

namespace Expand.Server.Tests.Lists;

/// <summary>Range lists through the API: every route, and what each refuses.</summary>
public sealed class RangeListsRestTests(SharedListsDesk shared) : IClassFixture<SharedListsDesk>
{
    private readonly ListsDesk desk = shared.Desk;

    [Fact]
    public async Task A_range_is_added_found_changed_moved_and_removed()
    {
        var list = await desk.NewAsync(ListKind.Range);
        Assert.Equal("range", (string?)(await desk.GetAsync(list)).Json["type"]);
        var added = await PostAsync(list, "27100000", "27199999", "Montevideo");
        Assert.Equal(HttpStatusCode.Created, added.Status);
        Assert.Equal($$"""{"id":{{added.Json["id"]}},"from":"27100000","to":"27199999","value":"Montevideo"}""", added.Text);
        Assert.Equal($"/expandweb3/api/external/lists{list}/elements/27100000", added.Location!.ToString());
        Assert.Equal($$"""{"data":[{{added.Text}}]}""", (await desk.GetAsync($"{list}/elements/")).Text);
        Assert.Equal(added.ETag, (await desk.GetAsync($"{list}/elements/27100000")).ETag);
        Assert.Equal(added.Text, (await desk.GetAsync($"{list}/lookup/27126666/")).Text);

        var changed = await desk.SendAsync("PUT", $"{list}/elements/27100000", new { value = "Centro" }, added.ETag);
        Assert.Equal("Centro", (string?)changed.Json["value"]);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await desk.SendAsync("PUT", $"{list}/elements/27100000", new { value = "x" }, added.ETag)).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await desk.SendAsync("DELETE", $"{list}/elements/27100000", ifMatch: added.ETag)).Status);
        var moved = await desk.SendAsync("PUT", $"{list}/elements/27100000", new { from = "0271", to = "0279", value = "Corto" }, changed.ETag);
        Assert.Equal($$"""{"id":{{added.Json["id"]}},"from":"0271","to":"0279","value":"Corto"}""", moved.Text);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.GetAsync($"{list}/elements/27100000")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.GetAsync($"{list}/lookup/27126666")).Status);
        Assert.Equal(moved, await desk.GetAsync($"{list}/lookup/0275"));
        Assert.Equal(moved.Text, (await desk.SendAsync("DELETE", $"{list}/elements/0271", ifMatch: moved.ETag)).Text);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.SendAsync("DELETE", $"{list}/elements/0271")).Status);
    }

    [Fact]
    public async Task Keys_of_other_lengths_are_other_keys_and_leading_zeros_count()
    {
        var list = await desk.NewAsync(ListKind.Range);
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(list, "1", "9", "one")).Status);
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(list, "01", "05", "two")).Status);
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(list, "001", "999", "three")).Status);
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(list, "000000000000000000", "999999999999999999", "longest")).Status);
        foreach (var (key, value) in new[] { ("5", "one"), ("05", "two"), ("005", "three"), ("000000000000000005", "longest"), ("999999999999999999", "longest") })
            Assert.Equal(value, (string?)(await desk.GetAsync($"{list}/lookup/{key}")).Json["value"]);
        foreach (var key in new[] { "0", "06", "000", "0005" }) Assert.Equal(HttpStatusCode.NotFound, (await desk.GetAsync($"{list}/lookup/{key}")).Status);
        foreach (var key in new[] { "x", "1a", "-1", "%20", "٣", "1234567890123456789" })
        {
            var refused = await desk.GetAsync($"{list}/lookup/{Uri.EscapeDataString(Uri.UnescapeDataString(key))}");
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
            Assert.Contains("key", refused.Json["errors"]!.AsObject());
        }

        Assert.Equal(HttpStatusCode.NotFound, (await desk.GetAsync($"{list}/elements/x")).Status);
    }

    [Theory]
    [InlineData("100", "100")]
    [InlineData("150", "160")]
    [InlineData("199", "299")]
    [InlineData("000", "100")]
    [InlineData("000", "999")]
    public async Task A_range_that_overlaps_is_refused_and_the_one_in_the_way_is_named(string from, string to)
    {
        var list = await desk.NewAsync(ListKind.Range);
        await PostAsync(list, "100", "199", "there");
        var refused = await PostAsync(list, from, to, "x");
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("100-199", (string?)refused.Json["detail"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(list, "500", "509", "y")).Status);
        var moved = await desk.SendAsync("PUT", $"{list}/elements/500", new { from, to, value = "z" });
        Assert.Equal(HttpStatusCode.Conflict, moved.Status);
        Assert.Contains("100-199", (string?)moved.Json["detail"], StringComparison.Ordinal);
        Assert.Equal("y", (string?)(await desk.GetAsync($"{list}/elements/500")).Json["value"]);
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(await desk.NewAsync(ListKind.Range), from, to, "other list")).Status);
    }

    [Fact]
    public async Task A_range_may_be_moved_over_itself()
    {
        var list = await desk.NewAsync(ListKind.Range);
        await PostAsync(list, "100", "199", "a");
        Assert.Equal(HttpStatusCode.OK, (await desk.SendAsync("PUT", $"{list}/elements/100", new { to = "150", value = "a" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await desk.SendAsync("PUT", $"{list}/elements/100", new { from = "140", to = "299", value = "b" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await desk.SendAsync("PUT", $"{list}/elements/140", new { from = "000", value = "c" })).Status);
        Assert.Equal("000", (string?)(await desk.GetAsync($"{list}/lookup/299")).Json["from"]);
    }

    [Theory]
    [InlineData("from", """{"to":"2","value":"a"}""")]
    [InlineData("from", """{"from":"","to":"2","value":"a"}""")]
    [InlineData("from", """{"from":"1\n","to":"2","value":"a"}""")]
    [InlineData("from", """{"from":1,"to":"2","value":"a"}""")]
    [InlineData("from", """{"from":"1234567890123456789","to":"1234567890123456789","value":"a"}""")]
    [InlineData("to", """{"from":"1","to":"10","value":"a"}""")]
    [InlineData("to", """{"from":"3","to":"2","value":"a"}""")]
    [InlineData("to", """{"from":"1","to":"٣","value":"a"}""")]
    [InlineData("value", """{"from":"1","to":"2"}""")]
    [InlineData("value", """{"from":"1","to":"2","value":"a\nb"}""")]
    [InlineData("key", """{"from":"1","to":"2","value":"a","key":"1"}""")]
    public async Task A_wrong_body_is_refused_by_its_field_and_nothing_is_written(string field, string body)
    {
        var list = await desk.NewAsync(ListKind.Range);
        var refused = await desk.SendAsync("POST", $"{list}/elements", body);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains(field, refused.Json["errors"]!.AsObject());
        Assert.Contains(field, (string?)refused.Json["detail"], StringComparison.Ordinal);
        Assert.Equal("""{"data":[]}""", (await desk.GetAsync($"{list}/elements")).Text);
    }

    [Fact]
    public async Task A_move_to_ends_that_do_not_fit_is_refused()
    {
        var list = await desk.NewAsync(ListKind.Range);
        await PostAsync(list, "100", "199", "a");
        foreach (var body in new[] { """{"to":"099","value":"a"}""", """{"to":"1990","value":"a"}""", """{"from":"200","value":"a"}""", """{"from":"x","value":"a"}""", """{"to":"150"}""" })
            Assert.Equal(HttpStatusCode.BadRequest, (await desk.SendAsync("PUT", $"{list}/elements/100", body)).Status);
        Assert.Equal("199", (string?)(await desk.GetAsync($"{list}/elements/100")).Json["to"]);
    }

    [Fact]
    public async Task Bulk_rows_are_applied_in_their_order_and_each_is_told_what_became_of_it()
    {
        var list = await desk.NewAsync(ListKind.Range);
        await PostAsync(list, "100", "199", "a");
        await PostAsync(list, "300", "399", "b");
        var before = await desk.GetAsync($"{list}/elements/300");
        var lines = (await desk.SendAsync("POST", $"{list}/elements/bulk",
            """
            {"from":"150","to":"160","value":"in the way"}
            {"from":"100","to":"149","value":"a"}
            {"from":"150","to":"160","value":"new"}
            {"from":"150","to":"199","value":"newer"}
            {"from":"300","to":"399","value":"b"}
            {"from":"200","to":"300","value":"x"}
            {"from":"5","to":"4","value":"x"}
            {"from":"200","to":"299","value":"c"}
            {"from":"100","to":"149","value":"a2"}
            """)).Lines;
        Assert.Equal([409, 200, 201, 200, 200, 409, 400, 201, 200], lines.Select(l => (int)l["status"]!));
        Assert.Contains("100-199", (string?)lines[0]["detail"], StringComparison.Ordinal);
        Assert.Contains("300-399", (string?)lines[5]["detail"], StringComparison.Ordinal);
        Assert.Equal((long)lines[2]["id"]!, (long)lines[3]["id"]!);
        Assert.Equal(before, await desk.GetAsync($"{list}/elements/300"));
        Assert.Equal(
            ["100-149 a2", "300-399 b", "150-199 newer", "200-299 c"],
            (await desk.GetAsync($"{list}/elements")).Json["data"]!.AsArray().Select(e => $"{e!["from"]}-{e["to"]} {e["value"]}"));
        Assert.Equal(HttpStatusCode.NotFound, (await desk.SendAsync("POST", "/range/nadie/elements/bulk", """{"from":"1","to":"1","value":"b"}""")).Status);
    }

    [Fact]
    public async Task A_repeat_with_the_same_idempotency_key_gets_the_first_answer()
    {
        var list = await desk.NewAsync(ListKind.Range);
        var body = new { from = "1", to = "2", value = "a" };
        var first = await desk.SendAsync("POST", $"{list}/elements", body, idempotencyKey: "range-one");
        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal(first, await desk.SendAsync("POST", $"{list}/elements", body, idempotencyKey: "range-one"));
        Assert.Equal(HttpStatusCode.Conflict, (await desk.SendAsync("POST", $"{list}/elements", body, idempotencyKey: "range-two")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await desk.SendAsync("POST", $"{list}/elements", body, idempotencyKey: "range-two")).Status);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await desk.ListAsync(ListKind.Simple, "sencilla");
        foreach (var none in new[] { "nadie", "99999", "sencilla" })
        {
            foreach (var (method, path) in new[] { ("GET", ""), ("GET", "/elements"), ("GET", "/elements/1"), ("GET", "/lookup/1"), ("POST", "/elements"), ("PUT", "/elements/1"), ("DELETE", "/elements/1") })
            {
                object? body = method == "POST" ? new { from = "1", to = "2", value = "v" } : method == "PUT" ? new { value = "v" } : null;
                Assert.Equal(HttpStatusCode.NotFound, (await desk.SendAsync(method, $"/range/{none}{path}", body)).Status);
            }
        }

        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await desk.SendAsync("PUT", "/range/sencilla/lookup/1", new { value = "v" })).Status);
    }

    private Task<Reply> PostAsync(string list, string from, string to, string value) =>
        desk.SendAsync("POST", $"{list}/elements", new { from, to, value });
}
