using System.Net;
using Expand.Server.Access;
using Expand.Server.Lists;
using Expand.Server.Tests.Host;

namespace Expand.Server.Tests.Lists;

/// <summary>Simple lists through the API: the manual's examples, every route, and what each refuses.</summary>
public sealed class SimpleListsRestTests(Databases databases, SharedListsDesk shared) : IClassFixture<SharedListsDesk>
{
    private readonly ListsDesk desk = shared.Desk;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_manuals_examples_answer_as_it_shows()
    {
        await using var fresh = await ListsDesk.StartAsync(databases);
        await fresh.ListAsync(ListKind.Simple, "vendedores", "Vendedores", "Asocia CallerID de llamantes con extensiones de ejecutivos de venta. Mantenido por SAP.");
        await fresh.ListAsync(ListKind.Simple, "cartera", "Cartera", "Asocia CallerID de llamantes con la extension del ejecutivo de cartera que debe atenderlo. Mantenido por SAP");
        Assert.Equal(
            """
            {"data":[{"alias":"Vendedores","description":"Asocia CallerID de llamantes con extensiones de ejecutivos de venta. Mantenido por SAP.","id":1,"name":"vendedores","type":"simple"},{"alias":"Cartera","description":"Asocia CallerID de llamantes con la extension del ejecutivo de cartera que debe atenderlo. Mantenido por SAP","id":2,"name":"cartera","type":"simple"}]}
            """, (await fresh.GetAsync("/simple")).Text);
        Assert.Equal("""{"data":[]}""", (await fresh.GetAsync("/simple/cartera/elements")).Text);

        var added = await fresh.SendAsync("POST", "/simple/cartera/elements", """{ "key": "27126666", "value": "112" }""");
        Assert.Equal((HttpStatusCode.Created, """{"id":1,"key":"27126666","value":"112"}"""), (added.Status, added.Text));
        Assert.Equal("/expandweb3/api/external/lists/simple/cartera/elements/27126666", added.Location!.ToString());
        Assert.Equal("""{"data":[{"id":1,"key":"27126666","value":"112"}]}""", (await fresh.GetAsync("/simple/2/elements/")).Text);

        var changed = await fresh.SendAsync("PUT", "/simple/cartera/elements/27126666", """{ "value": "valor nuevo" }""");
        Assert.Equal((HttpStatusCode.OK, """{"id":1,"key":"27126666","value":"valor nuevo"}"""), (changed.Status, changed.Text));
        Assert.NotEqual(added.ETag, changed.ETag);
        Assert.Equal(changed, await fresh.GetAsync("/simple/CARTERA/elements/27126666/"));
        Assert.Equal(changed.Text, (await fresh.SendAsync("DELETE", "/simple/2/elements/27126666")).Text);
        Assert.Equal(HttpStatusCode.NotFound, (await fresh.GetAsync("/simple/cartera/elements/27126666")).Status);
    }

    [Fact]
    public async Task A_key_is_there_once_however_many_add_it_at_once()
    {
        var list = await desk.NewAsync(ListKind.Simple);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => desk.SendAsync("POST", $"{list}/elements", new { key = "k", value = $"{i}" })));
        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Created), a =>
        {
            Assert.Equal(HttpStatusCode.Conflict, a.Status);
            Assert.Equal("Conflict", (string?)a.Json["errrorCode"]);
            Assert.Contains("element k", (string?)a.Json["detail"], StringComparison.Ordinal);
        });
        Assert.Equal(HttpStatusCode.Created, (await desk.SendAsync("POST", (await desk.NewAsync(ListKind.Simple)) + "/elements", new { key = "k", value = "other list" })).Status);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a%2Fb")]
    [InlineData("100%")]
    [InlineData("uno dos")]
    [InlineData("+59827126666")]
    [InlineData("Muñoz Iñárritu")]
    [InlineData("😀 漢字")]
    [InlineData("#1?a=b&c")]
    [InlineData("al final/")]
    [InlineData("..%2F..")]
    [InlineData("../../x")]
    [InlineData("bulk")]
    [InlineData("a\\b\"c'd;e<f>")]
    [InlineData("%")]
    public async Task Any_key_has_an_address(string key)
    {
        var list = await desk.NewAsync(ListKind.Simple);
        var added = await desk.SendAsync("POST", $"{list}/elements", new { key, value = "1" });
        Assert.Equal(HttpStatusCode.Created, added.Status);
        var address = list + "/elements/" + Uri.EscapeDataString(key);
        Assert.EndsWith(address, added.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(key, (string?)(await desk.GetAsync(address)).Json["key"]);
        Assert.Equal(key, (string?)(await desk.GetAsync(address + "/?")).Json["key"]);
        Assert.Equal("2", (string?)(await desk.SendAsync("PUT", address, new { value = "2" })).Json["value"]);
        Assert.Equal("3", (string?)(await desk.SendAsync("PUT", address + "/", new { key, value = "3" })).Json["value"]);
        Assert.Equal("3", (string?)(await desk.SendAsync("DELETE", address)).Json["value"]);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.GetAsync(address)).Status);
    }

    [Fact]
    public async Task Another_key_in_the_body_renames_the_element()
    {
        var list = await desk.NewAsync(ListKind.Simple);
        var (one, two) = (await desk.SendAsync("POST", $"{list}/elements", new { key = "1", value = "a" }), await desk.SendAsync("POST", $"{list}/elements", new { key = "2", value = "b" }));
        Assert.Equal(HttpStatusCode.Conflict, (await desk.SendAsync("PUT", $"{list}/elements/1", new { key = "2", value = "x" })).Status);
        Assert.Equal(one.Text, (await desk.GetAsync($"{list}/elements/1")).Text);
        Assert.Equal(two.Text, (await desk.GetAsync($"{list}/elements/2")).Text);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await desk.SendAsync("PUT", $"{list}/elements/1", new { key = "3", value = "x" }, two.ETag)).Status);
        var renamed = (await desk.SendAsync("PUT", $"{list}/elements/1", new { id = 7, key = "3", value = "c" }, one.ETag)).Text;
        Assert.Equal(one.Text.Replace("\"1\",\"value\":\"a\"", "\"3\",\"value\":\"c\"", StringComparison.Ordinal), renamed);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.GetAsync($"{list}/elements/1")).Status);
        Assert.Equal($$"""{"data":[{{renamed}},{{two.Text}}]}""", (await desk.GetAsync($"{list}/elements")).Text);
    }

    [Fact]
    public async Task A_change_meant_for_another_version_is_refused_even_of_a_key_that_was_removed_and_added_again()
    {
        var list = await desk.NewAsync(ListKind.Simple);
        var k = $"{list}/elements/k";
        var first = await desk.SendAsync("POST", $"{list}/elements", new { key = "k", value = "1" });
        Assert.Equal(first.ETag, (await desk.GetAsync(k)).ETag);
        var second = await desk.SendAsync("PUT", k, new { value = "2" }, first.ETag);
        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await desk.SendAsync("PUT", k, new { value = "3" }, first.ETag)).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await desk.SendAsync("DELETE", k, ifMatch: first.ETag)).Status);
        Assert.Equal(HttpStatusCode.OK, (await desk.SendAsync("PUT", k, new { value = "4" }, $"{first.ETag}, {second.ETag}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await desk.SendAsync("DELETE", k, ifMatch: "*")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.SendAsync("DELETE", k, ifMatch: "*")).Status);
        Assert.Equal(HttpStatusCode.Created, (await desk.SendAsync("POST", $"{list}/elements", new { key = "k", value = "5" })).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await desk.SendAsync("PUT", k, new { value = "6" }, first.ETag)).Status);
        Assert.Equal("5", (string?)(await desk.GetAsync(k)).Json["value"]);
    }

    [Fact]
    public async Task Listings_are_cut_by_start_and_limit()
    {
        var list = await desk.NewAsync(ListKind.Simple);
        var rows = string.Join('\n', Enumerable.Range(0, 1200).Select(i => $$"""{"key":"k{{i}}","value":"{{i}}"}"""));
        Assert.All((await desk.SendAsync("POST", $"{list}/elements/bulk", rows)).Lines, l => Assert.Equal(201, (int)l["status"]!));
        var all = (await desk.GetAsync($"{list}/elements")).Json["data"]!.AsArray();
        Assert.Equal(Enumerable.Range(0, 1200).Select(i => $"k{i}"), all.Select(e => (string?)e!["key"]));
        Assert.Equal(["k1190", "k1191"], (await desk.GetAsync($"{list}/elements?start=1190&limit=2")).Json["data"]!.AsArray().Select(e => (string?)e!["key"]));
        Assert.Empty((await desk.GetAsync($"{list}/elements?limit=0")).Json["data"]!.AsArray());
        await desk.NewAsync(ListKind.Simple);
        var lists = (await desk.GetAsync("/simple?limit=1000")).Json["data"]!.AsArray();
        Assert.Equal(lists[1]!.ToJsonString(), Assert.Single((await desk.GetAsync("/simple?start=1&limit=1")).Json["data"]!.AsArray())!.ToJsonString());
        foreach (var wrong in new[] { "/simple?start=-1", "/simple?order=asc", $"{list}/elements?limit=x", $"{list}/elements?like=a" })
            Assert.Equal(HttpStatusCode.BadRequest, (await desk.GetAsync(wrong)).Status);
    }

    [Fact]
    public async Task Bulk_rows_are_applied_in_their_order_and_each_is_told_what_became_of_it()
    {
        var list = await desk.NewAsync(ListKind.Simple);
        Assert.Equal(HttpStatusCode.Created, (await desk.SendAsync("POST", $"{list}/elements", new { key = "there", value = "1" })).Status);
        var before = await desk.GetAsync($"{list}/elements/there");
        var lines = (await desk.SendAsync("POST", $"{list}/elements/bulk",
            """
            {"key":"there","value":"1"}
            {"key":"new","value":"1"}
            {"key":"new","value":"2"}
            {"key":"..","value":"1"}
            {"key":"bad"}
            {"key":"new","value":"3"}
            {"key":"a/b","value":""}
            """)).Lines;
        Assert.Equal([200, 201, 200, 400, 400, 200, 201], lines.Select(l => (int)l["status"]!));
        Assert.Equal((long)before.Json["id"]!, (long)lines[0]["id"]!);
        Assert.Equal(before, await desk.GetAsync($"{list}/elements/there"));
        Assert.Equal([lines[1]["id"]!.ToJsonString()], lines.Where((_, i) => i is 2 or 5).Select(l => l["id"]!.ToJsonString()).Distinct());
        Assert.Contains("key", lines[3]["errors"]!.AsObject());
        Assert.Contains("value", lines[4]["errors"]!.AsObject());
        Assert.Equal("3", (string?)(await desk.GetAsync($"{list}/elements/new")).Json["value"]);
        Assert.Equal("", (string?)(await desk.GetAsync($"{list}/elements/a%2Fb")).Json["value"]);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.SendAsync("POST", "/simple/nadie/elements/bulk", """{"key":"a","value":"b"}""")).Status);
    }

    [Fact]
    public async Task A_repeat_with_the_same_idempotency_key_gets_the_first_answer_whatever_it_was()
    {
        var list = await desk.NewAsync(ListKind.Simple);
        var body = new { key = "k", value = "1" };
        var first = await desk.SendAsync("POST", $"{list}/elements", body, idempotencyKey: "one");
        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal(first, await desk.SendAsync("POST", $"{list}/elements", body, idempotencyKey: "one"));
        Assert.Equal(HttpStatusCode.Conflict, (await desk.SendAsync("POST", $"{list}/elements", body, idempotencyKey: "two")).Status);
        await desk.SendAsync("DELETE", $"{list}/elements/k");
        Assert.Equal(HttpStatusCode.Conflict, (await desk.SendAsync("POST", $"{list}/elements", body, idempotencyKey: "two")).Status);
        var both = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => desk.SendAsync("POST", $"{list}/elements", body, idempotencyKey: "three")));
        Assert.Single(both.Distinct());
        Assert.Equal(HttpStatusCode.Created, both[0].Status);
    }

    [Theory]
    [InlineData("key", """{"value":"a"}""")]
    [InlineData("key", """{"key":"","value":"a"}""")]
    [InlineData("key", """{"key":".","value":"a"}""")]
    [InlineData("key", """{"key":"a\u0000b","value":"a"}""")]
    [InlineData("key", """{"key":"a\nb","value":"a"}""")]
    [InlineData("key", """{"key":27126666,"value":"a"}""")]
    [InlineData("value", """{"key":"a"}""")]
    [InlineData("value", """{"key":"a","value":null}""")]
    [InlineData("value", """{"key":"a","value":"b\tc"}""")]
    [InlineData("value", """{"key":"a","value":112}""")]
    [InlineData("extra", """{"key":"a","value":"b","extra":1}""")]
    [InlineData("body", "[]")]
    [InlineData("body", "")]
    public async Task A_wrong_body_is_refused_by_its_field_and_nothing_is_written(string field, string body)
    {
        var list = await desk.NewAsync(ListKind.Simple);
        var refused = await desk.SendAsync("POST", $"{list}/elements", body);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains(field, refused.Json["errors"]!.AsObject());
        Assert.Equal("Unknown_data_format", (string?)refused.Json["errrorCode"]);
        Assert.Equal("""{"data":[]}""", (await desk.GetAsync($"{list}/elements")).Text);
    }

    [Fact]
    public async Task Lengths_are_counted_in_characters_and_what_is_longer_is_refused()
    {
        var list = await desk.NewAsync(ListKind.Simple);
        var (key, value) = (new string('ñ', 200), new string('漢', 4000));
        Assert.Equal(HttpStatusCode.Created, (await desk.SendAsync("POST", $"{list}/elements", new { key, value })).Status);
        Assert.Equal(value, (string?)(await desk.GetAsync(list + "/elements/" + Uri.EscapeDataString(key))).Json["value"]);
        Assert.Contains("key", (await desk.SendAsync("POST", $"{list}/elements", new { key = key + "n", value })).Json["errors"]!.AsObject());
        Assert.Contains("value", (await desk.SendAsync("PUT", list + "/elements/" + Uri.EscapeDataString(key), new { value = value + "x" })).Json["errors"]!.AsObject());
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await desk.SendAsync("POST", $"{list}/elements", new { key = "x", value = new string('x', 2_000_000) })).Status);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found_and_names_itself()
    {
        var list = await desk.NewAsync(ListKind.Simple);
        var range = await desk.ListAsync(ListKind.Range, "prefijos");
        foreach (var none in new[] { "nadie", "99999", "99999999999999999999999", $"{range}", "prefijos", "%00", "cart%65ra%20", "%C3%B1" })
        {
            foreach (var (method, path) in new[] { ("GET", ""), ("GET", "/elements"), ("GET", "/elements/k"), ("POST", "/elements"), ("PUT", "/elements/k"), ("DELETE", "/elements/k") })
            {
                var answer = await desk.SendAsync(method, $"/simple/{none}{path}", method is "POST" or "PUT" ? new { key = "k", value = "v" } : null);
                // Kestrel itself refuses a NUL.
                Assert.Equal(none == "%00" ? HttpStatusCode.BadRequest : HttpStatusCode.NotFound, answer.Status);
                if (none is "nadie" or "99999") Assert.Contains(none, (string?)answer.Json["detail"], StringComparison.Ordinal);
            }
        }

        foreach (var method in new[] { "GET", "PUT", "DELETE" })
            Assert.Contains("element nada", (string?)(await desk.SendAsync(method, $"{list}/elements/nada", method == "PUT" ? new { value = "x" } : null)).Json["detail"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.GetAsync($"{list}/elements/%01")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.GetAsync(list + "/elements/" + new string('x', 201))).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await desk.SendAsync("PATCH", $"{list}/elements/k", new { value = "x" })).Status);
    }

    [Fact]
    public async Task Elements_added_while_their_list_is_removed_are_added_before_or_not_at_all()
    {
        for (var round = 0; round < 5; round++)
        {
            var id = await desk.ListAsync(ListKind.Simple, $"breve{round}");
            var adding = Enumerable.Range(0, 6).Select(i => desk.SendAsync("POST", $"/simple/{id}/elements", new { key = $"{i}", value = "x" }, idempotencyKey: i % 2 == 0 ? $"{round}-{i}" : null));
            var bulk = desk.SendAsync("POST", $"/simple/{id}/elements/bulk", """{"key":"b","value":"x"}""");
            var removing = desk.Lists.RemoveAsync(ListKind.Simple, new ListAddress($"{id}"), Actor.System, Ct);
            Assert.All(await Task.WhenAll(adding), a => Assert.Contains(a.Status, new[] { HttpStatusCode.Created, HttpStatusCode.NotFound }));
            Assert.Contains((await bulk).Status, new[] { HttpStatusCode.OK, HttpStatusCode.NotFound });
            Assert.Null(await removing);
        }
    }

    [Fact]
    public async Task Only_a_credential_with_the_scope_may_ask()
    {
        using var nobody = new HttpClient { BaseAddress = new Uri(desk.Host.Url) };
        using var dialer = await desk.Host.RestAsync("dialer");
        foreach (var kind in new[] { "simple", "range" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync(new Uri($"/expandweb3/api/external/lists/{kind}", UriKind.Relative), Ct)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await dialer.GetAsync(new Uri($"/expandweb3/api/external/lists/{kind}", UriKind.Relative), Ct)).StatusCode);
        }
    }
}
