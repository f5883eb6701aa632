using System.Text.Json.Nodes;
using Expand.Server.Access;
using Expand.Server.OutgoingCalls;
using Expand.Server.Queues;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Tests.OutgoingCalls;

/// <summary>The routes of pending outgoing calls, as a client sees them.</summary>
public sealed class OutgoingCallsRestTests(CallsWorld world) : IClassFixture<CallsWorld>
{
    /// <summary>The original document's example.</summary>
    private const string Original =
        """
        {"queue":"tecnologia","phone":["21232322","099999999"],"contact":"Pedro","subject":"Confirmacion contrato ADSL",
         "calldate":"2016-11-10 15:00","expiration":0,"agent":"pperez","link":{"nombre de link":"http://www.link.com"}}
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_originals_examples_are_answered_as_printed_there()
    {
        var added = await PostAsync(Original);
        var id = (long)added.Json["callid"]!;
        Assert.Equal((201, $$"""{"callid":{{id}}}""", "\"1\"", $"/expandweb3/api{CallsWorld.Root}/{id}"), (added.Status, added.Body, added.ETag, added.Location));
        var found = await world.Api.GetAsync($"/{id}");
        Assert.Equal(
            $$$"""{"id":{{{id}}},"queue":"tecnologia","phone":["21232322","099999999"],"contact":"Pedro","subject":"Confirmacion contrato ADSL","calldate":"2016-11-10 15:00","expiration":0,"agent":"pperez","status":"PENDING","link":{"nombre de link":"http://www.link.com"}}""",
            found.Body);
        Assert.Equal((200, "\"1\""), (found.Status, found.ETag));

        var changed = await PutAsync(id, Original.Replace("\"expiration\":0", "\"expiration\":86400", StringComparison.Ordinal));
        Assert.Equal((200, $$"""{"callid":{{id}}}"""), (changed.Status, changed.Body));
        // A day after 2016-11-10 is long over.
        var expired = await world.Api.GetAsync($"/{id}");
        Assert.Equal(("EXPIRED", 86400, expired.ETag), ((string?)expired.Json["status"], (int)expired.Json["expiration"]!, changed.ETag));
        Assert.Equal(409, (await PutAsync(id, Original)).Status);

        var listed = await world.Api.GetAsync("/");
        Assert.Contains(listed.Json["data"]!.AsArray(), c => JsonNode.DeepEquals(c, expired.Json));
        Assert.StartsWith("{\"data\":[{\"id\":", listed.Body, StringComparison.Ordinal);

        for (var i = 0; i < 2; i++)
        {
            var deleted = await DeleteAsync(id);
            Assert.Equal((200, "\"ok\""), (deleted.Status, deleted.Body));
        }

        Assert.Equal("CANCELED", (string?)(await world.Api.GetAsync($"/{id}")).Json["status"]);
        Assert.Equal(409, (await PutAsync(id, Original)).Status);
    }

    [Fact]
    public async Task One_number_is_a_list_of_one_and_what_is_optional_may_be_absent()
    {
        var call = await AddedAsync("""{"phone":" +598 (2) 712-34.56 ","expiration":null,"link":null}""");
        Assert.Equal("""["+598 (2) 712-34.56"]""", Relaxed(call["phone"]!));
        Assert.Equal((0, "{}"), ((int)call["expiration"]!, call["link"]!.ToJsonString()));
        call = await AddedAsync("""{"expiration":undefined,"link":undefined}""");
        Assert.Equal((0, "{}"), ((int)call["expiration"]!, call["link"]!.ToJsonString()));
    }

    [Theory]
    [InlineData("2016-11-10", "2016-11-10 00:00")]
    [InlineData("2016-11-10 15:00:07", "2016-11-10 15:00:07")]
    [InlineData("'2016-11-10 15:00'", "2016-11-10 15:00")]
    [InlineData("2016-11-10T15:00:00-05:00", "2016-11-10 17:00")]
    [InlineData("2016-11-10T15:00:00.987Z", "2016-11-10 12:00")]
    public async Task A_date_is_taken_in_any_of_the_contracts_forms(string given, string answered) =>
        Assert.Equal(answered, (string?)(await AddedAsync(new JsonObject { ["calldate"] = given }.ToJsonString()))["calldate"]);

    [Fact]
    public async Task Links_keep_their_order_and_an_agent_is_called_as_in_the_directory()
    {
        var call = await AddedAsync("""{"agent":"PPerez","link":{"z":"http://z.example/","a":"https://a.example/?q=%20ñ","m":"http://m.example:81"}}""");
        Assert.Equal("""{"z":"http://z.example/","a":"https://a.example/?q=%20ñ","m":"http://m.example:81"}""", Relaxed(call["link"]!));
        Assert.Equal("pperez", (string?)call["agent"]);
        Assert.Equal("", (string?)(await AddedAsync("""{"agent":""}"""))["agent"]);
    }

    [Theory]
    [MemberData(nameof(WrongMembers))]
    public async Task What_is_wrong_is_refused_by_its_field_and_nothing_is_written(string member, string value)
    {
        var id = (long)(await PostAsync(Original)).Json["callid"]!;
        var before = await world.Api.GetAsync($"/{id}");
        var count = await CountAsync();
        var body = With($$"""{"{{member}}":{{value}}}""");
        foreach (var answer in new[] { await PostAsync(body), await PutAsync(id, body) })
        {
            Assert.True(answer.Status == 400, $"{member}: {value} is answered with {answer.Status}: {answer.Body}");
            Assert.Equal("Unknown_data_format", (string?)answer.Json["errrorCode"]);
            Assert.Contains(answer.Faults, f => f.StartsWith(member, StringComparison.Ordinal));
        }

        Assert.Equal((count, before.Body), (await CountAsync(), (await world.Api.GetAsync($"/{id}")).Body));
    }

    public static TheoryData<string, string> WrongMembers()
    {
        var wrong = new TheoryData<string, string>();
        void Add(string member, params string[] values)
        {
            foreach (var value in values) wrong.Add(member, value);
        }

        Add("queue", "undefined", "null", "\"\"", "7", "\"nowhere\"", "\"TECNOLOGIA\"", $"\"{new string('q', 65)}\"", "\"q\\u0000\"", "[\"tecnologia\"]");
        Add("phone", "undefined", "null", "[]", "\"\"", "\"abc\"", "7", "[7]", "{}", "[null]", "[[\"1\"]]", "\"1\\n\"", "\"123&SIP/9\"", "\"${EXTEN}\"");
        Add("phone", $"\"{new string('1', 41)}\"", $"[{string.Join(',', Enumerable.Repeat("\"1\"", 11))}]", "[\"1\",\"\"]");
        Add("contact", "undefined", "null", "\"\"", "\"  \"", "7", $"\"{new string('c', 201)}\"", "\"a\\u0007\"", "\"a\\nb\"");
        Add("subject", "undefined", "null", "\"\"", "[]", $"\"{new string('s', 501)}\"", "\"a\\u0000\"");
        Add("calldate", "undefined", "null", "\"\"", "\"mañana\"", "\"2016-02-30 10:00\"", "\"10/11/2016\"", "20161110", "\"1969-12-31\"", "\"3000-01-01\"", "\"9999-12-31\"");
        Add("expiration", "-1", "315360001", "1.5", "\"60\"", "99999999999999999999", "1e400", "true");
        Add("agent", "undefined", "null", "7", "\"lrivas\"", "\"nobody\"", "\" \"", $"\"{new string('a', 65)}\"", "\"a\\u0000\"");
        Add("link", "\"http://x\"", "[]", "7", "{\"a\":\"javascript:alert(1)\"}", "{\"a\":7}", "{\"a\":null}", "{\"a\":{\"b\":\"http://x\"}}", "{\"\":\"http://x\"}");
        Add("link", "{\"a\\u0000\":\"http://x\"}", $"{{{string.Join(',', Enumerable.Range(0, 21).Select(i => $"\"l{i}\":\"http://x\""))}}}");
        Add("prioridad", "1");
        return wrong;
    }

    [Fact]
    public async Task Several_wrong_fields_are_told_at_once()
    {
        var answer = await PostAsync(With("""{"queue":"nowhere","phone":"abc","calldate":"mañana","expiration":-1,"agent":"nobody","link":{"a":"ftp://x"}}"""));
        Assert.Equal(["expiration"], answer.Faults);
        answer = await PostAsync(With("""{"queue":"nowhere","phone":"abc","calldate":"mañana","agent":"nobody","link":{"a":"ftp://x"}}"""));
        Assert.Equal(["agent", "calldate", "link", "phone", "queue"], answer.Faults);
    }

    [Fact]
    public async Task An_answer_may_be_sent_back_and_what_is_not_the_clients_to_say_is_left_aside()
    {
        var call = await AddedAsync("""{"agent":"pperez","expiration":60,"calldate":"2026-12-24 10:00"}""");
        call["status"] = "COMPLETED";
        var id = (long)call["id"]!;
        call["id"] = 7;
        Assert.Equal(200, (await PutAsync(id, call.ToJsonString())).Status);
        var after = (await world.Api.GetAsync($"/{id}")).Json;
        (call["status"], call["id"]) = ("PENDING", id);
        Assert.True(JsonNode.DeepEquals(call, after), after.ToJsonString());
        // All fields are taken: what is absent is none from then on.
        Assert.Equal(200, (await PutAsync(id, With("""{"expiration":undefined,"link":undefined,"agent":""}"""))).Status);
        after = (await world.Api.GetAsync($"/{id}")).Json;
        Assert.Equal((0, "{}", ""), ((int)after["expiration"]!, after["link"]!.ToJsonString(), (string?)after["agent"]));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("abc")]
    [InlineData("1.5")]
    [InlineData("9223372036854775807")]
    [InlineData("99999999999999999999")]
    public async Task A_call_that_there_is_not_is_not_found(string id)
    {
        Assert.Equal(404, (await world.Api.GetAsync("/" + id)).Status);
        Assert.Equal(404, (await world.Api.SendAsync(HttpMethod.Put, "/" + id, Original)).Status);
        Assert.Equal(404, (await world.Api.SendAsync(HttpMethod.Delete, "/" + id)).Status);
    }

    [Fact]
    public async Task A_completed_call_is_neither_changed_nor_canceled()
    {
        var id = (long)(await AddedAsync("{}"))["id"]!;
        Assert.Null((await world.ActAsync(calls => calls.CompleteAsync(id, CallTerms.Any, Ct))).Failure);
        Assert.Equal(409, (await DeleteAsync(id)).Status);
        var refused = await PutAsync(id, Original);
        Assert.Equal((409, "Conflict"), (refused.Status, (string?)refused.Json["errrorCode"]));
        Assert.Equal("COMPLETED", (string?)(await world.Api.GetAsync($"/{id}")).Json["status"]);
    }

    [Fact]
    public async Task If_Match_lets_only_the_version_be_changed_that_was_read()
    {
        var id = (long)(await AddedAsync("{}"))["id"]!;
        var first = (await world.Api.GetAsync($"/{id}")).ETag!;
        var changed = await PutAsync(id, Original, ("If-Match", first));
        Assert.Equal((200, "\"2\""), (changed.Status, changed.ETag));
        Assert.Equal(412, (await PutAsync(id, Original, ("If-Match", first))).Status);
        Assert.Equal(412, (await DeleteAsync(id, ("If-Match", first))).Status);
        Assert.Equal(400, (await DeleteAsync(id, ("If-Match", "2"))).Status);
        Assert.Equal("PENDING", (string?)(await world.Api.GetAsync($"/{id}")).Json["status"]);
        Assert.Equal((200, "\"3\""), await DeleteAsync(id, ("If-Match", changed.ETag!)) is var deleted ? (deleted.Status, deleted.ETag) : default);
        Assert.Equal(200, (await DeleteAsync(id, ("If-Match", "*"))).Status);
    }

    [Fact]
    public async Task A_repeated_request_with_its_key_makes_one_call()
    {
        var count = await CountAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            world.Api.SendAsync(HttpMethod.Post, "", Original, ("Idempotency-Key", "call-of-pedro"))));
        Assert.Single(answers.Select(a => (a.Status, a.Body, a.ETag, a.Location)).Distinct());
        Assert.Equal(count + 1, await CountAsync());
    }

    [Fact]
    public async Task Who_may_not_use_the_calls_is_kept_out()
    {
        Assert.Equal(401, (await world.Nobody.GetAsync("")).Status);
        Assert.Equal(403, (await world.Stranger.GetAsync("")).Status);
        Assert.Equal(403, (await world.Stranger.SendAsync(HttpMethod.Post, "", Original)).Status);
    }

    [Fact]
    public async Task A_queue_that_nobody_knows_yet_is_no_wrong_one()
    {
        var database = await world.Databases.NewAsync();
        await using var host = await ServerHost.StartUnheardAsync(database, amiPort: 1);
        using var api = new ApiCaller(await host.RestAsync("outgoingcalls"), CallsWorld.Root);
        var body = With("""{"agent":""}""");
        Assert.Equal(503, (await api.SendAsync(HttpMethod.Post, "", body)).Status);
        Assert.Equal(["contact"], (await api.SendAsync(HttpMethod.Post, "", With("""{"agent":"","contact":"a\u0007"}"""))).Faults);
        Assert.Null(await host.Get<QueueCatalog>().SetDescriptionAsync("tecnologia", "Tecnología", Actor.System, Ct));
        Assert.Equal(201, (await api.SendAsync(HttpMethod.Post, "", body)).Status);
    }

    private static string With(string members)
    {
        var body = JsonNode.Parse(Original)!.AsObject();
        // `undefined` is no JSON; here it takes a member away.
        foreach (var (name, value) in JsonNode.Parse(members.Replace("undefined", "\"undefined\"", StringComparison.Ordinal))!.AsObject().ToList())
        {
            if (value?.ToJsonString() == "\"undefined\"") body.Remove(name);
            else body[name] = value?.DeepClone();
        }

        return body.ToJsonString();
    }

    private static string Relaxed(JsonNode node) =>
        node.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private async Task<JsonObject> AddedAsync(string members)
    {
        var added = await PostAsync(With(members));
        Assert.True(added.Status == 201, added.Body);
        return (await world.Api.GetAsync($"/{(long)added.Json["callid"]!}")).Json.AsObject();
    }

    private Task<ApiAnswer> PostAsync(string json) => world.Api.SendAsync(HttpMethod.Post, "", json);

    private Task<ApiAnswer> PutAsync(long id, string json, params (string, string)[] headers) => world.Api.SendAsync(HttpMethod.Put, $"/{id}", json, headers);

    private Task<ApiAnswer> DeleteAsync(long id, params (string, string)[] headers) => world.Api.SendAsync(HttpMethod.Delete, $"/{id}", null, headers);

    private async Task<int> CountAsync()
    {
        await using var db = Databases.Open(world.Database);
        return await db.Set<OutgoingCall>().CountAsync(Ct);
    }
}
