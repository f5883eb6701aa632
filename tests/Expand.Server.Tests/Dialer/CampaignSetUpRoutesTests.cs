using System.Net;
using System.Text.Json.Nodes;
using Expand.Server.Access;
using Expand.Server.Dialer;
using Expand.Server.Platform.Rest;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Tests.Dialer;

/// <summary>Campaigns set up, changed and held up through the API.</summary>
public sealed class CampaignSetUpRoutesTests(SharedDialerDesk shared) : IClassFixture<SharedDialerDesk>
{
    private DialerDesk Desk => shared.Desk;

    [Fact]
    public async Task A_campaign_is_made_and_what_is_answered_can_be_sent_back_with_a_change()
    {
        var made = await Desk.SendAsync("POST", "", DialerExamples.CampaignForm);
        Assert.Equal((HttpStatusCode.Created, "\"1\"", "Incomplete"), (made.Status, made.ETag, (string?)made.Json["state"]));
        var id = (int)made.Json["id"]!;
        Assert.Equal($"{RestRoutes.Root}/campaign/external/campaigns/{id}", made.Location);
        Assert.Equal(made.Text, (await Desk.GetAsync($"/{id}")).Text);

        var body = made.Json.AsObject();
        (body["name"], body["maxcalls"], body["abandonmentcap"]) = ("Cobranzas", 7, 2.5);
        var changed = await Desk.SendAsync("PUT", $"/{id}", body.ToJsonString(), ifMatch: made.ETag);
        Assert.Equal((HttpStatusCode.OK, "\"2\"", "Cobranzas", 7, 2.5), (changed.Status, changed.ETag, (string?)changed.Json["name"], (int)changed.Json["maxcalls"]!, (double)changed.Json["abandonmentcap"]!));
        Assert.Equal("\"2\"", (await Desk.SendAsync("PUT", $"/{id}", body.ToJsonString())).ETag);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await Desk.SendAsync("PUT", $"/{id}", body.ToJsonString(), ifMatch: "\"1\"")).Status);
        // What is missing is what a new campaign has, and that is not answered.
        var bare = await Desk.SendAsync("PUT", $"/{id}", """{"name":"Cobranzas"}""");
        Assert.Equal(("", null, null), ((string?)bare.Json["queue"], bare.Json["maxcalls"], bare.Json["abandonmentcap"]));
        await using var db = Databases.Open(Desk.Database);
        var kept = await db.Set<Campaign>().SingleAsync(c => c.Id == id, TestContext.Current.CancellationToken);
        Assert.Equal((30, 3.0), (kept.MaxCalls, kept.AbandonmentCap));
    }

    [Fact]
    public async Task A_repeated_request_with_its_key_makes_one_campaign()
    {
        var name = $"Una {Guid.NewGuid():N}";
        var body = new JsonObject { ["name"] = name }.ToJsonString();
        var key = Guid.NewGuid().ToString("N");
        var first = await Desk.SendAsync("POST", "", body, idempotencyKey: key);
        Assert.Equal(first.Text, (await Desk.SendAsync("POST", "", body, idempotencyKey: key)).Text);
        await using var db = Databases.Open(Desk.Database);
        Assert.Equal(1, await db.Set<Campaign>().CountAsync(c => c.Name == name, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("{}", "name")]
    [InlineData("""{"name":"x","trunk":"no_hay"}""", "trunk")]
    [InlineData("""{"name":"x","mode":"manual"}""", "mode")]
    [InlineData("""{"name":"x","startdate":"mañana"}""", "startdate")]
    [InlineData("""{"name":"x","schedule":[{"weekdays":["lun"],"from":"09:00","to":"18:00"}]}""", "schedule")]
    [InlineData("""{"name":"x","redialrules":[{"outcome":"Answer","wait":1,"attempts":1}]}""", "redialrules")]
    [InlineData("""{"name":"x","abandonmentcap":21}""", "abandonmentcap")]
    [InlineData("""{"name":"x","color":"rojo"}""", "color")]
    public async Task What_is_wrong_is_refused_by_its_field(string body, string field)
    {
        var id = await Desk.CampaignAsync(CampaignState.Incomplete);
        foreach (var (method, path) in new[] { ("POST", ""), ("PUT", $"/{id}") })
        {
            var answer = await Desk.SendAsync(method, path, body);
            Assert.Equal((HttpStatusCode.BadRequest, field), (answer.Status, Assert.Single(answer.Fields)));
        }
    }

    [Fact]
    public async Task One_that_calls_keeps_what_its_calls_depend_on()
    {
        var id = await Desk.CampaignAsync();
        var body = (await Desk.GetAsync($"/{id}")).Json.AsObject();
        body["maxcalls"] = 3;
        Assert.Equal(HttpStatusCode.OK, (await Desk.SendAsync("PUT", $"/{id}", body.ToJsonString())).Status);
        body["mode"] = "predictive";
        Assert.Equal((HttpStatusCode.Conflict, "Conflict"), await RefusedAsync("PUT", $"/{id}", body.ToJsonString()));
    }

    [Fact]
    public async Task It_is_held_up_and_goes_on()
    {
        var id = await Desk.CampaignAsync();
        var paused = await Desk.SendAsync("PUT", $"/{id}/paused", """{"paused":true}""", ifMatch: "\"2\"");
        Assert.Equal((HttpStatusCode.OK, true, "\"3\""), (paused.Status, (bool)paused.Json["paused"]!, paused.ETag));
        Assert.Equal("\"3\"", (await Desk.SendAsync("PUT", $"/{id}/paused", """{"paused":true}""")).ETag);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await Desk.SendAsync("PUT", $"/{id}/paused", """{"paused":false}""", ifMatch: "\"2\"")).Status);
        Assert.Null((await Desk.SendAsync("PUT", $"/{id}/paused", """{"paused":false}""")).Json["paused"]);
        foreach (var wrong in new[] { "{}", """{"paused":"true"}""", """{"paused":null}""", """{"paused":1}""" })
            Assert.Equal(["paused"], (await Desk.SendAsync("PUT", $"/{id}/paused", wrong)).Fields);
        var bare = await Desk.CampaignAsync(CampaignState.Incomplete);
        Assert.Equal((HttpStatusCode.Conflict, "Conflict"), await RefusedAsync("PUT", $"/{bare}/paused", """{"paused":true}"""));
        await using var db = Databases.Open(Desk.Database);
        Assert.Equal(1, await db.Set<AuditEntry>().CountAsync(a => a.Subject == $"campaign {id}" && a.Action == "campaign.paused", TestContext.Current.CancellationToken));
    }

    private async Task<(HttpStatusCode, string?)> RefusedAsync(string method, string path, string body)
    {
        var answer = await Desk.SendAsync(method, path, body);
        return (answer.Status, (string?)answer.Json["errrorCode"]);
    }
}
