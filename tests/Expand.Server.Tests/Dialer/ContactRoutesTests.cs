using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Expand.Server.Dialer;
using Expand.Server.Platform.Rest;

namespace Expand.Server.Tests.Dialer;

/// <summary>A contact added, read and changed through the API, as the original document does it.</summary>
public sealed class ContactRoutesTests(SharedDialerDesk shared) : IClassFixture<SharedDialerDesk>
{
    private const string Rodrigo = """{ "name": "Rodrigo", "numcall": "27111200", "enable": true, "info": { "ci": "3123456-0", "correo": "rangles@expand.com.uy" } }""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private DialerDesk Desk => shared.Desk;

    [Fact]
    public async Task A_contact_is_added_read_and_changed_as_the_original_shows_it()
    {
        var campaign = await Desk.CampaignAsync();
        var added = await Desk.SendAsync("POST", $"/{campaign}/contacts", Rodrigo);
        Assert.Equal(HttpStatusCode.Created, added.Status);
        var id = (long)added.Json["id"]!;
        var at = (string)added.Json["statetimestamp"]!;
        Assert.Equal(
            $$$"""
            {"attempttimestamp":"","enable":true,"id":{{{id}}},"idcall":{{{id}}},"info":{"ci":"3123456-0","correo":"rangles@expand.com.uy"},
            "lastattempt":"","name":"Rodrigo","numcall":"27111200","state":"Pending",
            "statelog":[{"timestamp":"{{{at}}}","transition":"_Source_API_Apl"}],"statetimestamp":"{{{at}}}"}
            """.ReplaceLineEndings(""), added.Text);
        Assert.Equal(($"{RestRoutes.Root}/campaign/external/campaigns/{campaign}/contacts/{id}", "\"1\""), (added.Location, added.ETag));
        var read = await Desk.GetAsync($"/{campaign}/contacts/{id}");
        Assert.Equal((HttpStatusCode.OK, added.Text, "\"1\""), (read.Status, read.Text, read.ETag));
        Assert.Equal(added.Text, (await Desk.GetAsync($"/{campaign}/contacts/{id}/")).Text);

        var changed = await Desk.SendAsync("PUT", $"/{campaign}/contacts/{id}", """{ "name": "Rodrigo", "numcall": "099267067", "enable": true, "info": { "ci": "36860117", "correo": "info@expand.com.uy" } }""");
        Assert.Equal((HttpStatusCode.OK, "\"2\""), (changed.Status, changed.ETag));
        Assert.Equal(("099267067", """{"ci":"36860117","correo":"info@expand.com.uy"}"""), ((string)changed.Json["numcall"]!, changed.Json["info"]!.ToJsonString()));
        Assert.Equal(at, (string)changed.Json["statetimestamp"]!);

        // What was answered may be sent back as it is.
        var same = await Desk.SendAsync("PUT", $"/{campaign}/contacts/{id}", changed.Text);
        Assert.Equal((changed.Text, "\"2\""), (same.Text, same.ETag));
    }

    [Fact]
    public async Task Another_campaigns_contact_is_not_found_and_neither_is_what_is_no_number()
    {
        var (campaign, other) = (await Desk.CampaignAsync(), await Desk.CampaignAsync());
        var id = (await Desk.AddAsync(other, "Ana", "1")).Id;
        foreach (var contact in new[] { $"{id}", "0", "x", "-1", "1.0", "99999999999999999999", "activityx" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await Desk.GetAsync($"/{campaign}/contacts/{contact}")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await Desk.SendAsync("PUT", $"/{campaign}/contacts/{contact}", Rodrigo)).Status);
        }
    }

    [Fact]
    public async Task Info_is_taken_as_an_object_and_as_a_text_and_keeps_the_order_of_its_members()
    {
        var campaign = await Desk.CampaignAsync();
        async Task<string> InfoAsync(string info)
        {
            var added = await Desk.SendAsync("POST", $"/{campaign}/contacts", $$"""{"name":"Rodrigo","numcall":"27111200"{{info}}}""");
            return added.Status == HttpStatusCode.Created ? added.Json["info"]!.ToJsonString() : $"{(int)added.Status} {string.Join(' ', added.Fields)}";
        }

        Assert.Equal("""{"z":1,"a":{"m":[1.50,null,true]},"b":"x"}""", await InfoAsync(""" ,"info":{"z":1,"a":{"m":[1.50,null,true]},"b":"x"} """));
        Assert.Equal("""{"z":"1","a":"2"}""", await InfoAsync(""" ,"info":"{\"z\": \"1\", \"a\": \"2\"}" """));
        foreach (var none in new[] { "", ",\"info\":null", ",\"info\":\"\"", ",\"info\":{}", ",\"info\":\"  \"", ",\"info\":\"{}\"" }) Assert.Equal("{}", await InfoAsync(none));
        Assert.Equal(ContactInfo.MaxBytes, (await InfoAsync($",\"info\":{{\"x\":\"{new string('y', ContactInfo.MaxBytes - 8)}\"}}")).Length);
        foreach (var wrong in new[] { "1", "true", "[]", "\"x\"", "\"[1]\"", "\"{\"", "\"{\\\"a\\\":1,\\\"a\\\":2}\"", "{\"a\":\"\\u0000\"}", "{\"a\\u0000\":1}", $"{{\"x\":\"{new string('y', ContactInfo.MaxBytes)}\"}}" })
            Assert.Equal("400 info", await InfoAsync($",\"info\":{wrong}"));
        Assert.StartsWith("400", await InfoAsync(",\"info\":{\"a\":\"\\ud800\"}"), StringComparison.Ordinal);
        Assert.StartsWith("400", await InfoAsync(",\"info\":{\"a\":1,\"a\":2}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("27111200", "27111200")]
    [InlineData("2711 12.00", "27111200")]
    [InlineData("+598 (2) 711-12/00", "+59827111200")]
    [InlineData("*21#", "*21#")]
    [InlineData("1234567890123456789012345678901234567890", "1234567890123456789012345678901234567890")]
    [InlineData("12345678901234567890123456789012345678901", null)]
    [InlineData("", null)]
    [InlineData(" ", null)]
    [InlineData("+", null)]
    [InlineData("27+11", null)]
    [InlineData("2711,200", null)]
    [InlineData("2711&SIP/1", null)]
    [InlineData("2711@ctx", null)]
    [InlineData("abc", null)]
    [InlineData("２７１１", null)]
    [InlineData("2711\\n1", null)]
    public async Task What_is_dialled_is_only_what_may_be_dialled(string numcall, string? kept)
    {
        var answer = await Desk.SendAsync("POST", $"/{await Desk.CampaignAsync()}/contacts", $$"""{"name":"Rodrigo","numcall":"{{numcall}}"}""");
        if (kept is not null) Assert.Equal(kept, (string)answer.Json["numcall"]!);
        else Assert.Equal((HttpStatusCode.BadRequest, "numcall", "Unknown_data_format"), (answer.Status, string.Join(' ', answer.Fields), (string)answer.Json["errrorCode"]!));
    }

    [Theory]
    [InlineData("""{"numcall":"1"}""", "name")]
    [InlineData("""{"name":"","numcall":"1"}""", "name")]
    [InlineData("""{"name":"  ","numcall":"1"}""", "name")]
    [InlineData("""{"name":"a\u0007","numcall":"1"}""", "name")]
    [InlineData("""{"name":5,"numcall":"1"}""", "name")]
    [InlineData("""{"name":"Ana"}""", "numcall")]
    [InlineData("""{"name":"Ana","numcall":27111200}""", "numcall")]
    [InlineData("""{"name":"Ana","numcall":"1","enable":"si"}""", "enable")]
    [InlineData("""{"name":"Ana","numcall":"1","enable":1}""", "enable")]
    [InlineData("""{"name":"Ana","numcall":"1","externalid":""}""", "externalid")]
    [InlineData("""{"name":"Ana","numcall":"1","telefono":"1"}""", "telefono")]
    [InlineData("""{"name":"Ana","numcall":"1" """, "body")]
    [InlineData("[]", "body")]
    [InlineData("", "body")]
    public async Task Bad_input_names_the_field_and_nothing_is_written(string body, string field)
    {
        var campaign = await Desk.CampaignAsync();
        var id = (await Desk.AddAsync(campaign, "Rodrigo", "27111200")).Id;
        foreach (var (method, path) in new[] { ("POST", ""), ("PUT", $"/{id}") })
        {
            var answer = await Desk.SendAsync(method, $"/{campaign}/contacts{path}", body);
            Assert.Equal((HttpStatusCode.BadRequest, "Unknown_data_format"), (answer.Status, (string)answer.Json["errrorCode"]!));
            Assert.Equal([field], answer.Fields);
        }

        Assert.Equal(1L, await Desk.ScalarAsync<long>($"select count(*) from contacts where campaign = {campaign} and version = 1"));
        Assert.Equal(["name"], (await Desk.SendAsync("POST", $"/{campaign}/contacts", $$"""{"name":"{{new string('x', 201)}}","numcall":"1"}""")).Fields);
    }

    [Fact]
    public async Task Enable_leads_a_contact_through_its_states()
    {
        var campaign = await Desk.CampaignAsync();
        string Body(string enable) => $$"""{"name":"Rodrigo","numcall":"27111200","enable":{{enable}}}""";
        var off = await Desk.SendAsync("POST", $"/{campaign}/contacts", Body("\"false\""));
        var path = $"/{campaign}/contacts/{off.Json["id"]}";
        Assert.Equal(("Canceled", false), ((string)off.Json["state"]!, (bool)off.Json["enable"]!));
        var on = await Desk.SendAsync("PUT", path, Body("\"true\""));
        Assert.Equal(("Pending", true, "_Source_API_Apl _Disabled _Enabled"), ((string)on.Json["state"]!, (bool)on.Json["enable"]!, string.Join(' ', on.Json["statelog"]!.AsArray().Select(l => (string)l!["transition"]!))));
        // Who does not say leaves it as it is.
        Assert.Equal("Pending", (string)(await Desk.SendAsync("PUT", path, """{"name":"Rodrigo","numcall":"1"}""")).Json["state"]!);
        Assert.Equal("Canceled", (string)(await Desk.SendAsync("PUT", path, Body("false"))).Json["state"]!);
        Assert.Equal("Canceled", (string)(await Desk.SendAsync("PUT", path, """{"name":"Rodrigo","numcall":"2"}""")).Json["state"]!);

        var talked = (await Desk.AddAsync(campaign, "Ana", "1")).Id;
        await Desk.ContactsAsync(c => c.AttemptedAsync(campaign, talked, AttemptOutcome.Answer, Ct));
        await Desk.ContactsAsync(c => c.CompletedAsync(campaign, talked, Ct));
        Assert.Equal(HttpStatusCode.Conflict, (await Desk.SendAsync("PUT", $"/{campaign}/contacts/{talked}", Body("false"))).Status);
        var renamed = await Desk.SendAsync("PUT", $"/{campaign}/contacts/{talked}", """{"name":"Ana María","numcall":"1","enable":true}""");
        Assert.Equal(("Ana María", "Completed", "Answer"), ((string)renamed.Json["name"]!, (string)renamed.Json["state"]!, (string)renamed.Json["lastattempt"]!));
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$", (string)renamed.Json["attempttimestamp"]!);
    }

    [Fact]
    public async Task A_campaign_that_has_ended_takes_no_contacts_and_lets_those_it_has_be_edited()
    {
        var campaign = await Desk.CampaignAsync();
        var id = (await Desk.AddAsync(campaign, "Rodrigo", "27111200")).Id;
        Assert.Equal(HttpStatusCode.OK, (await Desk.SendAsync("PUT", $"/{campaign}/state", """{"state":"Finalized"}""")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await Desk.SendAsync("POST", $"/{campaign}/contacts", Rodrigo)).Status);
        var edited = await Desk.SendAsync("PUT", $"/{campaign}/contacts/{id}", """{"name":"Rodrigo A.","numcall":"1","enable":true}""");
        Assert.Equal((HttpStatusCode.OK, "Canceled", "Rodrigo A."), (edited.Status, (string)edited.Json["state"]!, (string)edited.Json["name"]!));
        Assert.Equal(HttpStatusCode.Conflict, (await Desk.SendAsync("PUT", $"/{campaign}/contacts/{id}", """{"name":"Rodrigo","numcall":"1","enable":false}""")).Status);
        Assert.Equal(HttpStatusCode.Created, (await Desk.SendAsync("POST", $"/{await Desk.CampaignAsync(CampaignState.Incomplete)}/contacts", Rodrigo)).Status);
    }

    [Fact]
    public async Task If_match_refuses_what_is_meant_for_another_version()
    {
        var campaign = await Desk.CampaignAsync();
        var path = $"/{campaign}/contacts/{(await Desk.AddAsync(campaign, "Rodrigo", "27111200")).Id}";
        // Of many who change the same version at once, one does.
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Desk.SendAsync("PUT", path, $$"""{"name":"Rodrigo {{n}}","numcall":"1"}""", ifMatch: "\"1\"")));
        Assert.Equal(7, answers.Count(a => a.Status == HttpStatusCode.PreconditionFailed && (string)a.Json["errrorCode"]! == "Precondition_failed"));
        var kept = Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.Equal((kept.Text, "\"2\""), ((await Desk.GetAsync(path)).Text, kept.ETag));
        Assert.Equal(HttpStatusCode.OK, (await Desk.SendAsync("PUT", path, Rodrigo, ifMatch: "*")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Desk.SendAsync("PUT", path, Rodrigo, ifMatch: "\"9\", \"3\"")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Desk.SendAsync("PUT", path, Rodrigo, ifMatch: "3")).Status);
    }

    [Fact]
    public async Task A_repeat_with_the_same_key_adds_nothing()
    {
        var campaign = await Desk.CampaignAsync();
        var key = Guid.NewGuid().ToString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Desk.SendAsync("POST", $"/{campaign}/contacts", Rodrigo, idempotencyKey: key)));
        Assert.All(answers, a => Assert.Equal((HttpStatusCode.Created, answers[0].Text, answers[0].ETag, answers[0].Location), (a.Status, a.Text, a.ETag, a.Location)));
        Assert.Equal(1, (await Desk.GetAsync($"/{campaign}/contacts")).Total);
        Assert.Equal("", await Desk.WrongCountsAsync());
    }

    [Fact]
    public async Task An_external_id_is_one_contacts_and_stays_so()
    {
        var campaign = await Desk.CampaignAsync();
        string Body(string? key) => JsonSerializer.Serialize(new JsonObject { ["name"] = "Rodrigo", ["numcall"] = "1", ["externalid"] = key });
        var first = await Desk.SendAsync("POST", $"/{campaign}/contacts", Body("A-1"));
        Assert.Equal("A-1", (string)first.Json["externalid"]!);
        Assert.Equal(HttpStatusCode.Conflict, (await Desk.SendAsync("POST", $"/{campaign}/contacts", Body("A-1"))).Status);
        Assert.Equal(HttpStatusCode.Created, (await Desk.SendAsync("POST", $"/{await Desk.CampaignAsync()}/contacts", Body("A-1"))).Status);
        var second = await Desk.SendAsync("POST", $"/{campaign}/contacts", Body(null));
        Assert.DoesNotContain("externalid", second.Text, StringComparison.Ordinal);
        var path = $"/{campaign}/contacts/{second.Json["id"]}";
        Assert.Equal(HttpStatusCode.Conflict, (await Desk.SendAsync("PUT", path, Body("A-1"))).Status);
        Assert.Equal("A-2", (string)(await Desk.SendAsync("PUT", path, Body("A-2"))).Json["externalid"]!);
        Assert.Equal("A-2", (string)(await Desk.SendAsync("PUT", path, Body(null))).Json["externalid"]!);
        Assert.Equal(HttpStatusCode.Conflict, (await Desk.SendAsync("PUT", path, Body("A-3"))).Status);
        // Of many who add the same key at once, one does.
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Desk.SendAsync("POST", $"/{campaign}/contacts", Body("B-1"))));
        Assert.Equal((1, 5), (answers.Count(a => a.Status == HttpStatusCode.Created), answers.Count(a => a.Status == HttpStatusCode.Conflict)));
    }
}
