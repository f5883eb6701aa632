using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Expand.Server.Tests.Dialer;

/// <summary>Many contacts in one request.</summary>
public sealed class ContactBulkTests(SharedDialerDesk shared) : IClassFixture<SharedDialerDesk>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private DialerDesk Desk => shared.Desk;

    [Fact]
    public async Task Each_row_has_its_own_result_and_duplicates_are_applied_in_order()
    {
        var campaign = await Desk.CampaignAsync();
        var known = await Desk.AddAsync(campaign, "Rodrigo", "27111200");
        var other = await Desk.AddAsync(await Desk.CampaignAsync(), "Ana", "1");
        var answer = await Desk.SendAsync("POST", $"/{campaign}/contacts/bulk", $$$"""
            {"externalid":"A-1","name":"Uno","numcall":"1","info":{"n":1}}
            {"id":{{{known.Id}}},"name":"Rodrigo Angles","numcall":"099 267 067","enable":"false"}
            {"name":"Sin clave","numcall":"2"}

            {"externalid":"A-1","name":"Uno otra vez","numcall":"1","info":"{\"n\":2}"}
            {"id":{{{other.Id}}},"name":"De otra campaña","numcall":"3"}
            {"name":"Mal número","numcall":"x"}
            {"name":"Sin número"}
            no es JSON
            {"id":{{{known.Id}}},"name":"Rodrigo Angles","numcall":"099267067","enable":true}
            {"id":{{{known.Id}}},"externalid":"A-1","name":"Rodrigo Angles","numcall":"1"}
            {"id":{{{known.Id}}},"externalid":"A-2","name":"Rodrigo Angles","numcall":"099267067","state":"Rejected","statelog":[]}
            {"externalid":"A-2","name":"Rodrigo Angles","numcall":"099267067"}
            """);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("1 201, 2 200, 3 201, 5 200, 6 404, 7 400, 8 400, 9 400, 10 200, 11 409, 12 200, 13 200", string.Join(", ", answer.Lines.Select(l => $"{l["row"]} {l["status"]}")));
        Assert.Equal((answer.Lines[0]["id"]!.ToString(), known.Id), (answer.Lines[3]["id"]!.ToString(), (long)answer.Lines[11]["id"]!));
        Assert.Equal(["numcall"], answer.Lines[5]["errors"]!.AsObject().Select(e => e.Key));
        Assert.Equal(3, (await Desk.GetAsync($"/{campaign}/contacts")).Total);
        var one = (await Desk.GetAsync($"/{campaign}/contacts/{answer.Lines[0]["id"]}")).Json;
        Assert.Equal(("Uno otra vez", 2, "A-1"), ((string)one["name"]!, (int)one["info"]!["n"]!, (string)one["externalid"]!));
        var rodrigo = await Desk.GetAsync($"/{campaign}/contacts/{known.Id}");
        Assert.Equal(("Pending", "A-2", "\"4\""), ((string)rodrigo.Json["state"]!, (string)rodrigo.Json["externalid"]!, rodrigo.ETag));
        Assert.Equal("_Source_API_Apl _Disabled _Enabled", string.Join(' ', rodrigo.Json["statelog"]!.AsArray().Select(l => (string)l!["transition"]!)));
        Assert.Equal(("Ana", 1), ((await Desk.ContactsAsync(c => c.FindAsync(other.Campaign, other.Id, Ct)))!.Name, other.Version));
        Assert.Equal("", await Desk.WrongCountsAsync());
    }

    [Fact]
    public async Task Rows_that_say_what_is_so_change_nothing_and_ended_campaigns_take_no_new_ones()
    {
        var campaign = await Desk.CampaignAsync();
        var rows = string.Concat(Enumerable.Range(0, 1200).Select(n => $$$"""{"externalid":"C-{{{n}}}","name":"Cliente {{{n}}}","numcall":"{{{n}}}","info":{"n":{{{n}}}}}""" + "\n"));
        var first = await Desk.SendAsync("POST", $"/{campaign}/contacts/bulk", rows);
        Assert.Equal(1200, first.Lines.Count(l => (int)l["status"]! == 201));
        var ids = first.Lines.Select(l => (long)l["id"]!).ToList();
        Assert.Equal(ids.Order(), (await Desk.GetAsync($"/{campaign}/contacts")).Ids);
        Assert.Equal(ids, (await Desk.SendAsync("POST", $"/{campaign}/contacts/bulk", rows)).Lines.Select(l => (long)l["id"]!));
        Assert.Equal(1200L, await Desk.ScalarAsync<long>($"select count(*) from contacts where campaign = {campaign} and version = 1"));
        await Desk.SendAsync("PUT", $"/{campaign}/state", """{"state":"Finalized"}""");
        var after = await Desk.SendAsync("POST", $"/{campaign}/contacts/bulk", """
            {"externalid":"C-1","name":"Cliente","numcall":"1"}
            {"externalid":"nuevo","name":"Cliente","numcall":"1"}
            """);
        Assert.Equal("200 409", string.Join(' ', after.Lines.Select(l => l["status"])));
    }

    [Fact]
    public async Task Several_who_send_the_same_rows_in_different_orders_add_each_once_and_none_fails()
    {
        var campaign = await Desk.CampaignAsync();
        string Rows(int client) => string.Concat(Enumerable.Range(0, 300).OrderBy(n => (n * 7919 + client * 104729) % 1009)
            .Select(n => JsonSerializer.Serialize(new JsonObject { ["externalid"] = $"K-{n}", ["name"] = $"Cliente {n} de {client}", ["numcall"] = $"{n}", ["enable"] = (n + client) % 2 == 0 }) + "\n"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(client => Desk.SendAsync("POST", $"/{campaign}/contacts/bulk", Rows(client))));
        var lines = answers.SelectMany(a => a.Lines).ToList();
        Assert.Equal((300, 900), (lines.Count(l => (int)l["status"]! == 201), lines.Count(l => (int)l["status"]! == 200)));
        Assert.Equal(300, lines.Select(l => (long)l["id"]!).Distinct().Count());
        Assert.Equal(300, (await Desk.GetAsync($"/{campaign}/contacts")).Total);
        Assert.Equal("", await Desk.WrongCountsAsync());
    }

    [Fact]
    public async Task Ten_thousand_rows_are_written_in_portions()
    {
        var campaign = await Desk.CampaignAsync();
        var rows = string.Concat(Enumerable.Range(0, 10_000).Select(n => $$$"""{"name":"Cliente {{{n}}}","numcall":"2711{{{n}}}","info":{"ci":"3123456-0"}}""" + "\n"));
        var began = TimeProvider.System.GetTimestamp();
        var answer = await Desk.SendAsync("POST", $"/{campaign}/contacts/bulk", rows);
        TestContext.Current.TestOutputHelper?.WriteLine($"10 000 rows in {TimeProvider.System.GetElapsedTime(began).TotalMilliseconds:F0} ms");
        Assert.Equal(10_000, answer.Lines.Count(l => (int)l["status"]! == 201));
        var counted = (await Desk.GetAsync($"/{campaign}")).Json["contacts"]!;
        Assert.Equal((10_000, 0), ((int)counted["Pending"]!, (int)counted["Canceled"]!));
    }
}
