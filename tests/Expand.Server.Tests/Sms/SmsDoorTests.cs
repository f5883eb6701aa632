using System.Text.RegularExpressions;
using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Sms;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static Expand.Server.Tests.Sms.SmsWorld;

namespace Expand.Server.Tests.Sms;

/// <summary>Messages as programs and pages ask for them.</summary>
public sealed class SmsDoorTests(Databases databases)
{
    [Fact]
    public async Task SendSms_and_statusSms_answer_the_contracts_codes()
    {
        await using var world = await SmsWorld.StartAsync(await databases.NewAsync());
        var key = await world.Host.KeyAsync();
        Assert.Equal("-1", await Send(world.Host, "wrong", 0, "hola", "099123456"));
        Assert.Equal("-1", await Status(world.Host, "wrong", "1"));
        var id = await Send(world.Host, key, 0, new string('ñ', 160), "099123456,+59899654321 099123456");
        Assert.True(int.Parse(id, null) > 0);
        Assert.Equal(2, (await world.RecipientsAsync(int.Parse(id, null))).Count);
        await Eventually.EqualAsync("SENT", () => Status(world.Host, key, id));
        Assert.NotEqual("0", await Send(world.Host, key, 0, string.Concat(Enumerable.Repeat("😀", 160)), "099123456"));
        foreach (var (msgId, text, recipients) in new (object, string, string)[]
                 {
                     (1, "hola", "099123456"), ("x", "hola", "099123456"), (0, "", "099123456"), (0, " \n", "099123456"), (0, new string('a', 161), "099123456"),
                     (0, "hola", ""), (0, "hola", " , "), (0, "hola", "099123456 09a"), (0, "hola", "12"), (0, "hola", "1234567890123456"), (0, "hola", "099;123456"),
                 })
            Assert.Equal("0", await Send(world.Host, key, msgId, text, recipients));
        foreach (var unknown in (string[])["0", "-1", "999999", "2147483647", "99999999999"]) Assert.Equal("", await Status(world.Host, key, unknown));

        await using var scope = world.Host.Scope();
        var draft = (await scope.ServiceProvider.GetRequiredService<SmsDrafts>().SaveAsync(null, 0, "hola", "09a", "", Admin, Ct)).Value!;
        Assert.Equal("DRAFT", await Status(world.Host, key, $"{draft.Id}"));
        // One of several that waits makes all wait; one that failed makes all fail once none does.
        world.Gateway.Answer = r => r.To == "099000001" ? (400, "no") : (503, "later");
        var several = await Send(world.Host, key, 0, "hola", "099000001 099000002");
        await Eventually.TrueAsync(async () => (await world.RecipientsAsync(int.Parse(several, null))).TrueForAll(r => r.Steps.Count > 0));
        Assert.Equal("PENDING", await Status(world.Host, key, several));
    }

    [Fact]
    public async Task Without_a_gateway_and_without_a_database_it_could_not_be_sent()
    {
        await using var postgres = await Databases.PrivateAsync();
        await using var world = await SmsWorld.StartAsync(await postgres.NewDatabaseAsync());
        var bare = await world.AddHostAsync("host-2", ("Sms:Gateway", "None"));
        var key = await world.Host.KeyAsync();
        await bare.Get<KeyDirectory>().RefreshAsync(Ct);
        Assert.Equal("0", await Send(bare, key, 0, "hola", "099123456"));
        using (var http = await bare.RestAsync("sms"))
        using (var api = new ApiCaller(http, "/external/sms"))
            Assert.Equal(503, (await api.SendAsync(HttpMethod.Post, "", """{"recipients":"099123456","text":"hola"}""")).Status);
        await postgres.StopAsync(Ct);
        Assert.Equal("0", await Send(world.Host, key, 0, "hola", "099123456"));
        Assert.Equal("", await Status(world.Host, key, "1"));
    }

    [Fact]
    public async Task The_rate_counts_over_all_hosts_and_both_doors()
    {
        await using var world = await SmsWorld.StartAsync(await databases.NewAsync(), null, ("Sms:RatePerSecond", "3"));
        var other = await world.AddHostAsync("host-2", ("Sms:RatePerSecond", "3"));
        var key = await world.Host.KeyAsync();
        await other.Get<KeyDirectory>().RefreshAsync(Ct);
        // What is wrong by itself costs nothing.
        for (var i = 0; i < 5; i++) Assert.Equal("0", await Send(world.Host, key, 0, "", "099123456"));
        var began = TimeProvider.System.GetTimestamp();
        var answers = new List<string>();
        for (var i = 0; i < 12; i++) answers.Add(await Send(i % 2 == 0 ? world.Host : other, key, 0, "hola", "099123456"));
        var most = 3 + (3 * TimeProvider.System.GetElapsedTime(began).TotalSeconds) + 1;
        Assert.InRange(answers.Count(a => a != "-2"), 3, most);
        Assert.Contains("-2", answers);

        using var http = await other.RestAsync("sms");
        using var api = new ApiCaller(http, "/external/sms");
        (string, string) idempotent = ("Idempotency-Key", "one");
        ApiAnswer answer;
        for (var i = 0; ; i++)
        {
            await using (var db = Databases.Open(world.Database)) await db.Database.ExecuteSqlAsync($"update sms_rates set tokens = 0, at = clock_timestamp() where name = 'accept'", Ct);
            answer = await api.SendAsync(HttpMethod.Post, "", """{"recipients":"099123456","text":"hola"}""", idempotent);
            if (answer.Status == 429 || i > 10) break;
        }

        Assert.Equal((429, "Too_many_requests"), (answer.Status, (string?)answer.Json["errrorCode"]));
        // The key was not used up by being turned away.
        await Eventually.TrueAsync(async () => (await api.SendAsync(HttpMethod.Post, "", """{"recipients":"099123456","text":"hola"}""", idempotent)).Status == 201);
    }

    [Fact]
    public async Task Rest_tells_what_it_costs_and_what_became_of_each_recipient()
    {
        await using var world = await SmsWorld.StartAsync(await databases.NewAsync());
        using var http = await world.Host.RestAsync("sms");
        using var api = new ApiCaller(http, "/external/sms");
        var sent = await api.SendAsync(HttpMethod.Post, "", $$"""{"recipients":["099123456","+59899654321, 099123456"],"text":"{{new string('a', 161)}}","sender":"eXpand"}""", ("Idempotency-Key", "k"));
        Assert.Equal(201, sent.Status);
        var id = (int)sent.Json["id"]!;
        Assert.Equal(($"/expandweb3/api/external/sms/{id}", 2, "GSM-7", 161, 2), (sent.Location, (int)sent.Json["segments"]!, (string?)sent.Json["encoding"], (int)sent.Json["characters"]!, (int)sent.Json["counts"]!["recipients"]!));
        var again = await api.SendAsync(HttpMethod.Post, "", $$"""{"recipients":["099123456","+59899654321, 099123456"],"text":"{{new string('a', 161)}}","sender":"eXpand"}""", ("Idempotency-Key", "k"));
        Assert.Equal(sent.Body, again.Body);
        await world.StateIsAsync(id, SmsState.Accepted);
        Assert.Equal("eXpand", world.Gateway.Requests.First()["from"]);
        await world.ReportAsync(world.Gateway.Requests.Single(r => r.To == "099123456").Report(1));
        var found = await api.GetAsync($"/{id}");
        Assert.Equal(["DELIVERED", "SENT"], found.Json["recipients"]!.AsArray().Select(r => (string?)r!["state"]));
        Assert.Equal("SENT", (string?)found.Json["state"]);

        Assert.Equal(["recipients"], (await api.SendAsync(HttpMethod.Post, "", """{"recipients":["099123456","09a"],"text":"hola"}""")).Faults);
        Assert.Equal(["recipients", "sender", "text"], (await api.SendAsync(HttpMethod.Post, "", $$"""{"recipients":"","text":"{{new string('á', 671)}}","sender":"ñ"}""")).Faults);
        Assert.Equal(404, (await api.GetAsync("/999999")).Status);
        Assert.Equal(404, (await api.GetAsync("/x")).Status);
        var listed = await api.GetAsync("?number=9912&text=AAA&state=SENT");
        Assert.Equal(id, (int)Assert.Single(listed.Json["data"]!.AsArray())!["id"]!);
        foreach (var nothing in (string[])["?number=777", "?text=b", "?state=ERROR", "?enddate=2020-01-01", "?start=1"]) Assert.Empty((await api.GetAsync(nothing)).Json["data"]!.AsArray());
    }

    [Fact]
    public async Task Drafts_are_kept_changed_sent_once_and_deleted_and_old_messages_go_when_they_are_over()
    {
        await using var world = await SmsWorld.StartAsync(await databases.NewAsync());
        await using var scope = world.Host.Scope();
        var drafts = scope.ServiceProvider.GetRequiredService<SmsDrafts>();
        var draft = (await drafts.SaveAsync(null, 0, "uno", "09a", "", Admin, Ct)).Value!;
        var first = draft.Version;
        Assert.Null((await drafts.SaveAsync(draft.Id, first, "dos", "099123456 0991", "", Admin, Ct)).Failure);
        Assert.Equal(FailureKind.Changed, (await drafts.SaveAsync(draft.Id, first, "tres", "", "", Admin, Ct)).Failure!.Kind);
        var form = new SmsForm("dos", ["099123456"]);
        var sends = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            await using var own = world.Host.Scope();
            return await own.ServiceProvider.GetRequiredService<SmsOutbox>().SendDraftAsync(draft.Id, first + 1, form, Admin, Ct);
        }));
        Assert.Single(sends, s => s.Failure is null);
        await world.StateIsAsync(draft.Id, SmsState.Accepted);
        Assert.Single(world.Gateway.Requests);
        Assert.Equal(FailureKind.NotFound, (await drafts.DeleteAsync(draft.Id, Admin, Ct))!.Kind);
        var other = (await drafts.SaveAsync(null, 0, "otro", "", "", Admin, Ct)).Value!;
        Assert.Null(await drafts.DeleteAsync(other.Id, Admin, Ct));

        world.Gateway.Answer = _ => (503, "later");
        var open = await world.SendAsync("hola", "099123456");
        await using var source = NpgsqlDataSource.Create(world.Database);
        Assert.Equal(1, await SmsRetention.DeleteAsync(source, DateTimeOffset.UtcNow.AddDays(1), Ct));
        Assert.Equal(("", "PENDING"), (await world.StatusAsync(draft.Id) ?? "", await world.StatusAsync(open)));
    }

    private static async Task<string> Send(ServerHost host, string key, object msgId, string text, string recipients) =>
        Value(await host.SoapAsync("sendSms", ("authorizedKey", key), ("msgId", $"{msgId}"), ("msgData", text), ("msgRecip", recipients)));

    private static async Task<string> Status(ServerHost host, string key, string id) =>
        Value(await host.SoapAsync("statusSms", ("authorizedKey", key), ("idSMS", id)));

    private static string Value(string envelope) =>
        Regex.Match(envelope, "<return[^>]*?(?:/>|>(.*?)</return>)", RegexOptions.Singleline) is { Success: true } match ? match.Groups[1].Value : envelope;
}
