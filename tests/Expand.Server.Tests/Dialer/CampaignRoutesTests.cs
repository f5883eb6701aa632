using System.Net;
using System.Text.Json.Nodes;
using Expand.Server.Access;
using Expand.Server.Dialer;
using Expand.Server.Platform;
using Expand.Server.Platform.Rest;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Tests.Dialer;

/// <summary>The routes of campaigns.</summary>
public sealed class CampaignRoutesTests(SharedDialerDesk shared) : IClassFixture<SharedDialerDesk>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private DialerDesk Desk => shared.Desk;

    [Fact]
    public async Task A_campaign_is_answered_as_the_contract_prints_it()
    {
        var id = await Desk.CampaignAsync();
        await Desk.AddAsync(id, "Rodrigo", "27111200");
        await Desk.AddAsync(id, "Ana", "27111201", enable: false);
        var answer = await Desk.GetAsync($"/{id}");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("\"2\"", answer.ETag);
        Assert.Equal(
            $$$"""
            {"id":{{{id}}},"name":"Renovaciones","description":"","state":"Active","queue":"q_ventas","mode":"progressive",
            "startdate":"2017-07-01","enddate":"9998-12-31","timezone":"America/Montevideo",
            "schedule":[{"weekdays":["mon","tue"],"from":"09:00","to":"18:00"}],"redialrules":[{"outcome":"Busy","wait":300,"attempts":3}],"maxattempts":5,
            "contacts":{"Pending":1,"Completed":0,"Rejected":0,"Canceled":1}}
            """.ReplaceLineEndings(""), answer.Text);
        Assert.Equal(answer.Text, (await Desk.GetAsync($"/{id}/")).Text);
        Assert.Null((await Desk.CampaignsAsync(c => c.PauseAsync(id, ExpectedVersion.Any, Actor.System, Ct))).Failure);
        Assert.True((bool)(await Desk.GetAsync($"/{id}")).Json["paused"]!);
        var bare = (await Desk.CampaignsAsync(c => c.CreateAsync(DialerDesk.Form() with { Queue = "", StartDate = null, EndDate = null, Schedule = [], RedialRules = [] }, Actor.System, Ct))).Value!;
        var json = (await Desk.GetAsync($"/{bare.Id}")).Json;
        Assert.Equal(("Incomplete", "", "", "", 0, 0), ((string)json["state"]!, (string)json["queue"]!, (string)json["startdate"]!, (string)json["enddate"]!, json["schedule"]!.AsArray().Count, json["redialrules"]!.AsArray().Count));
    }

    [Theory]
    [InlineData("GET", "/999999")]
    [InlineData("GET", "/x")]
    [InlineData("GET", "/-1")]
    [InlineData("GET", "/99999999999999999999")]
    [InlineData("GET", "/x/contacts")]
    [InlineData("GET", "/999999/contacts")]
    [InlineData("GET", "/999999/contacts/activity?state=Pending")]
    [InlineData("GET", "/999999/contacts/1")]
    [InlineData("POST", "/999999/contacts")]
    [InlineData("POST", "/x/contacts")]
    [InlineData("PUT", "/999999/contacts/1")]
    [InlineData("PUT", "/999999/state")]
    [InlineData("PUT", "/x/state")]
    [InlineData("POST", "/999999/contacts/bulk")]
    public async Task What_is_no_campaign_is_not_found(string method, string path)
    {
        var body = method == "GET" ? null : path.EndsWith("state", StringComparison.Ordinal) ? """{"state":"Active"}""" : """{"name":"Rodrigo","numcall":"27111200"}""";
        var answer = await Desk.SendAsync(method, path, body);
        Assert.Equal((HttpStatusCode.NotFound, "Not_found"), (answer.Status, (string)answer.Json["errrorCode"]!));
    }

    [Fact]
    public async Task Campaigns_are_listed_by_state_and_order()
    {
        await using var desk = await DialerDesk.StartAsync(shared.Databases);
        Assert.Equal("""{"recordsTotal":0,"data":[]}""", (await desk.GetAsync("")).Text);
        int[] ids =
        [
            await desk.CampaignAsync(CampaignState.Incomplete, "Ñandú"), await desk.CampaignAsync(CampaignState.Active, "zorro"), await desk.CampaignAsync(CampaignState.Finalized, "Oso"),
            await desk.CampaignAsync(CampaignState.Stored, "nutria"), await desk.CampaignAsync(CampaignState.Active, "Águila"),
        ];
        async Task<string> ListAsync(string query) => string.Join(' ', (await desk.GetAsync(query)).Ids.Select(i => Array.IndexOf(ids, (int)i)));
        Assert.Equal("0 1 2 3 4", await ListAsync(""));
        Assert.Equal("0 1 2 3 4", await ListAsync("/"));
        Assert.Equal("4 3 2 1 0", await ListAsync("?order=desc"));
        Assert.Equal("4 3 2 1 0", await ListAsync("?order_by=id&order_desc"));
        Assert.Equal("4 3 0 2 1", await ListAsync("?order_by=name&order_asc"));
        Assert.Equal("1 2 0 3 4", await ListAsync("?order_by=NAME&order=DESC"));
        Assert.Equal("1 4", await ListAsync("?state=Active"));
        Assert.Equal("0", await ListAsync("?state=Incomplete"));
        Assert.Equal("2", await ListAsync("?state=finalized"));
        Assert.Equal("3", await ListAsync("?state=Stored"));
        var page = await desk.GetAsync("?start=1&limit=2");
        Assert.Equal((5, 2), (page.Total, page.Ids.Count));
        var beyond = await desk.GetAsync("?state=Active&start=9");
        Assert.Equal("""{"recordsTotal":2,"data":[]}""", beyond.Text);
        Assert.Equal(["state"], (await desk.GetAsync("?state=Running")).Fields);
        Assert.Equal(["order_by"], (await desk.GetAsync("?order_by=numcall")).Fields);
        Assert.Equal(["estado"], (await desk.GetAsync("?estado=Active")).Fields);
    }

    [Fact]
    public async Task An_integrator_begins_and_ends_a_campaign()
    {
        var id = await Desk.CampaignAsync(CampaignState.Incomplete);
        var active = await Desk.SendAsync("PUT", $"/{id}/state", """{"state":"Active"}""");
        Assert.Equal((HttpStatusCode.OK, "Active", "\"2\""), (active.Status, (string)active.Json["state"]!, active.ETag));
        Assert.Equal("\"2\"", (await Desk.SendAsync("PUT", $"/{id}/state", """{"state":"Active"}""")).ETag);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await Desk.SendAsync("PUT", $"/{id}/state", """{"state":"Finalized"}""", ifMatch: "\"1\"")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await Desk.SendAsync("PUT", $"/{id}/state", """{"state":"Stored"}""")).Status);
        await Desk.AddAsync(id, "Rodrigo", "27111200");
        var ended = await Desk.SendAsync("PUT", $"/{id}/state", """{"state":"Finalized"}""", ifMatch: "\"2\"");
        Assert.Equal((HttpStatusCode.OK, "Finalized", 0, 1), (ended.Status, (string)ended.Json["state"]!, (int)ended.Json["contacts"]!["Pending"]!, (int)ended.Json["contacts"]!["Canceled"]!));
        var again = await Desk.SendAsync("PUT", $"/{id}/state", """{"state":"Active"}""");
        Assert.Equal((HttpStatusCode.Conflict, "Conflict"), (again.Status, (string)again.Json["errrorCode"]!));
        Assert.Equal("Stored", (string)(await Desk.SendAsync("PUT", $"/{id}/state", """{"state":"Stored"}""")).Json["state"]!);
        await using var db = Databases.Open(Desk.Database);
        var actors = await db.Set<AuditEntry>().Where(a => a.Subject == $"campaign {id}" && a.Action != "campaign.created").Select(a => a.Actor).Distinct().ToListAsync(Ct);
        Assert.StartsWith("api:prueba-", Assert.Single(actors), StringComparison.Ordinal);
        foreach (var wrong in new[] { "{}", """{"state":"Incomplete"}""", """{"state":"active"}""", """{"state":1}""", """{"state":null}""" })
            Assert.Equal(["state"], (await Desk.SendAsync("PUT", $"/{id}/state", wrong)).Fields);
    }

    [Fact]
    public void What_get_answers_is_what_a_campaign_is_made_of()
    {
        var (body, problem) = BodyJson.Read<CampaignBody>(System.Text.Encoding.UTF8.GetBytes(DialerExamples.Campaign));
        Assert.Null(problem);
        var form = body!.ToForm(Desk.Host.Get<Expand.Server.Platform.LocalTime>()).Value!;
        Assert.Equal(("Renovaciones", "q_ventas", DialingMode.Progressive, new DateOnly(2017, 12, 31), 5), (form.Name, form.Queue, form.Mode, form.EndDate, form.MaxAttempts));
        Assert.Equal([new OperationHours(["mon", "tue"], "09:00", "18:00")], form.Schedule);
        Assert.Equal([new RedialRule(AttemptOutcome.Busy, 300, 3)], form.RedialRules);
        foreach (var (member, value) in new (string, JsonNode?)[] { ("mode", "manual"), ("startdate", "1/7/2017"), ("redialrules", JsonNode.Parse("""[{"outcome":"2","wait":1,"attempts":1}]""")), ("schedule", JsonNode.Parse("[null]")) })
        {
            var wrong = JsonNode.Parse(DialerExamples.Campaign)!.AsObject();
            wrong[member] = value?.DeepClone();
            var (read, _) = BodyJson.Read<CampaignBody>(System.Text.Encoding.UTF8.GetBytes(wrong.ToJsonString()));
            Assert.Equal(member, read!.ToForm(Desk.Host.Get<Expand.Server.Platform.LocalTime>()).Failure?.Field);
        }
    }
}
