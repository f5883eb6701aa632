using Expand.Server.Access;
using Expand.Server.Platform.Announcements;
using Expand.Server.Sms;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using static Expand.Server.Tests.Sms.SmsWorld;

namespace Expand.Server.Tests.Sms;

/// <summary>Messages on their way to a gateway that speaks as Kannel does.</summary>
public sealed class SmsSendingTests(Databases databases)
{
    [Fact]
    public async Task Kannel_is_asked_with_everything_that_it_needs_and_its_reports_move_the_message_on()
    {
        await using var world = await SmsWorld.StartAsync(await databases.NewAsync());
        world.Host.Get<AnnouncementsWanted>().Become(new HashSet<string> { "sms.sent", "sms.delivered", "sms.failed" });
        var id = await world.SendAsync("¿Más? a+b&c {€}\nfin", "+59899123456", "099000111");
        await world.StateIsAsync(id, SmsState.Accepted);
        Assert.Equal("SENT", await world.StatusAsync(id));

        Assert.Equal(2, world.Gateway.Requests.Count);
        var request = world.Gateway.Requests.Single(r => r.To == "+59899123456");
        Assert.Equal(("expand", "s3creto&", "¿Más? a+b&c {€}\nfin", "UTF-8", "2", "31"),
            (request["username"], request["password"], request["text"], request["charset"], request["coding"], request["dlr-mask"]));
        Assert.StartsWith(PublicUrl + ReportTicket.Root, request["dlr-url"], StringComparison.Ordinal);

        var other = world.Gateway.Requests.Single(r => r.To == "099000111");
        Assert.Equal(200, await world.ReportAsync(request.Report(8)));
        Assert.Equal(200, await world.ReportAsync(request.Report(1)));
        Assert.Equal(200, await world.ReportAsync(request.Report(8)));
        Assert.Equal(200, await world.ReportAsync(other.Report(2)));
        Assert.Equal([SmsState.Delivered, SmsState.Failed], (await world.RecipientsAsync(id)).Select(r => r.State));
        Assert.Equal("ERROR", await world.StatusAsync(id));

        await using var db = Databases.Open(world.Database);
        var told = await db.Set<Announcement>().OrderBy(a => a.Id).ToListAsync(Ct);
        Assert.Equal(["sms.delivered", "sms.failed", "sms.sent", "sms.sent"], told.Select(a => a.Type).Order());
        Assert.Contains("\"recipient\": \"099000111\"", told.Single(a => a.Type == "sms.failed").Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_needs_the_address_of_its_message_and_its_body_is_bounded()
    {
        await using var world = await SmsWorld.StartAsync(await databases.NewAsync());
        var id = await world.SendAsync("hola", "099123456");
        await world.StateIsAsync(id, SmsState.Accepted);
        var right = world.Gateway.Requests.Single().Report(1);
        var wrong = right.Replace(right[(right.IndexOf('?', StringComparison.Ordinal) - 4)..right.IndexOf('?', StringComparison.Ordinal)], "0000", StringComparison.Ordinal);
        Assert.Equal(404, await world.ReportAsync(wrong == right ? right.Replace("0000?", "1111?", StringComparison.Ordinal) : wrong));
        Assert.Equal(404, await world.ReportAsync(ReportTicket.Root + "x?status=1"));
        Assert.Equal(404, await world.ReportAsync($"{ReportTicket.Root}999999.1.{Guid.Empty:N}?status=1"));
        using var much = new StringContent(new string('a', 20_000));
        Assert.Equal(413, await world.ReportAsync(right, much));
        Assert.Equal(SmsState.Accepted, (await world.RecipientsAsync(id))[0].State);
        using var form = new FormUrlEncodedContent([new("status", "1")]);
        Assert.Equal(200, await world.ReportAsync(right.Split('?')[0], form));
        Assert.Equal(SmsState.Delivered, (await world.RecipientsAsync(id))[0].State);
    }

    [Fact]
    public async Task A_refusal_ends_it_at_once_and_a_gateway_that_is_away_is_asked_again_when_it_is_back()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var world = await SmsWorld.StartAsync(await databases.NewAsync(), clock);
        world.Gateway.Answer = r => r.To == "099000001" ? (403, "Not routable. Do not try again.") : r.To == "099000002" ? (400, "Sender missing and no global set, rejected") : (503, "Temporal failure, try again later.");
        var refused = await world.SendAsync("hola", "099000001", "099000002");
        await world.StateIsAsync(refused, SmsState.Failed);
        Assert.Equal(["Not routable. Do not try again. (HTTP 403)", "Sender missing and no global set, rejected (HTTP 400)"], (await world.RecipientsAsync(refused)).Select(r => r.Reason!));
        Assert.Equal("ERROR", await world.StatusAsync(refused));

        var later = await world.SendAsync("hola", "099000003");
        await Eventually.TrueAsync(async () => (await world.RecipientsAsync(later))[0].Steps.Count == 1);
        Assert.Equal("PENDING", await world.StatusAsync(later));
        Assert.True((await world.RecipientsAsync(later))[0].NextAt > clock.GetUtcNow());
        world.Gateway.Answer = _ => (202, "3: Queued for later delivery");
        clock.Advance(TimeSpan.FromSeconds(10));
        await world.StateIsAsync(later, SmsState.Accepted);
        Assert.Equal(2, (await world.RecipientsAsync(later))[0].Attempts);

        // A password that is wrong is no fault of the messages.
        world.Gateway.Answer = _ => (403, "Authorization failed for sendsms");
        var waiting = await world.SendAsync("hola", "099000004");
        await Eventually.TrueAsync(async () => (await world.RecipientsAsync(waiting))[0].Steps.Count == 1);
        Assert.Equal("PENDING", await world.StatusAsync(waiting));
    }

    [Fact]
    public async Task An_answer_that_is_lost_leaves_it_in_doubt_until_its_report_and_it_is_not_sent_twice()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var world = await SmsWorld.StartAsync(await databases.NewAsync(), clock);
        world.Gateway.Answer = _ => null;
        var id = await world.SendAsync("hola", "099123456");
        await world.StateIsAsync(id, SmsState.Unknown);
        Assert.Equal("PENDING", await world.StatusAsync(id));
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(200, await world.ReportAsync(world.Gateway.Requests.Single().Report(8)));
        Assert.Equal("SENT", await world.StatusAsync(id));
        clock.Advance(TimeSpan.FromMinutes(30));
        await Task.Delay(1500, Ct);
        Assert.Single(world.Gateway.Requests);
        Assert.Equal(SmsState.Accepted, (await world.RecipientsAsync(id))[0].State);
    }

    [Fact]
    public async Task What_a_host_had_claimed_when_it_was_killed_waits_for_its_report_and_goes_again_only_without_one()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var world = await SmsWorld.StartAsync(await databases.NewAsync(), clock, ("Sms:Gateway", "None"));
        int[] ids;
        {
            // Written down while no gateway is there that would take them.
            await using var db = Databases.Open(world.Database);
            var messages = Enumerable.Range(0, 2).Select(_ => new SmsMessage { Text = "hola", Segments = 1, CreatedBy = "x", CreatedAt = clock.GetUtcNow(), QueuedAt = clock.GetUtcNow() }).ToArray();
            db.AddRange(messages);
            await db.SaveChangesAsync(Ct);
            ids = [.. messages.Select(m => m.Id)];
            foreach (var id in ids) await db.Database.ExecuteSqlAsync($"insert into sms_recipients (message_id, number, state, state_at, next_at) values ({id}, '0991', 0, now(), now())", Ct);
        }

        foreach (var id in ids) await world.ClaimedByTheDeadAsync(id, "host-2");
        // Younger than any request lives, and of another host: nobody may judge it yet.
        await Task.Delay(1200, Ct);
        Assert.Equal(SmsState.Sending, (await world.RecipientsAsync(ids[0]))[0].State);
        await world.AddHostAsync("host-2");
        foreach (var id in ids) await world.StateIsAsync(id, SmsState.Unknown);
        Assert.Empty(world.Gateway.Requests);

        var known = (await world.RecipientsAsync(ids[0]))[0];
        Assert.Equal(200, await world.ReportAsync($"{ReportTicket.Root}{known.Id}.1.{known.Token:N}?status=8"));
        clock.Advance(TimeSpan.FromMinutes(11));
        await world.StateIsAsync(ids[1], SmsState.Accepted);
        Assert.Equal("SENT", await world.StatusAsync(ids[0]));
        Assert.Single(world.Gateway.Requests);
        Assert.Equal([SmsSteps.Unknown, SmsSteps.Again, SmsSteps.Accepted], (await world.RecipientsAsync(ids[1]))[0].Steps.Select(s => s.What));
    }

    [Fact]
    public async Task Two_hosts_send_each_message_once_and_no_faster_than_the_gateway_may_be_given_them()
    {
        await using var world = await SmsWorld.StartAsync(await databases.NewAsync(), null, ("Sms:SendPerSecond", "40"));
        await world.AddHostAsync("host-2", ("Sms:SendPerSecond", "40"));
        var numbers = Enumerable.Range(0, 80).Select(i => $"0990{i:00000}").ToArray();
        var began = TimeProvider.System.GetTimestamp();
        var id = await world.SendAsync("hola", [.. numbers, numbers[0]]);
        await world.StateIsAsync(id, SmsState.Accepted);
        // A quarter of a second's worth may leave at once.
        Assert.True(TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(1.5));
        Assert.Equal(numbers, world.Gateway.Requests.Select(r => r.To).Order());
        Assert.Equal(2, (await world.RecipientsAsync(id)).Select(r => r.ClaimedBy).Distinct().Count());
    }

    [Fact]
    public async Task Without_reports_one_in_doubt_is_for_a_person_to_decide_and_what_was_decided_is_audited()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var world = await SmsWorld.StartAsync(await databases.NewAsync(), clock,
            ("Sms:Gateway", "Http"), ("Sms:BodyFormat", "Form"), ("Sms:Body", "to={to}&text={text}"));
        world.Gateway.Answer = _ => (504, "");
        var id = await world.SendAsync("hola", "099123456");
        await world.StateIsAsync(id, SmsState.Unknown);
        clock.Advance(TimeSpan.FromMinutes(11));
        await world.StateIsAsync(id, SmsState.Failed);
        Assert.Equal(("ERROR", SmsFailure.Unknown), (await world.StatusAsync(id), (await world.RecipientsAsync(id))[0].Failure));
        Assert.Single(world.Gateway.Requests);

        world.Gateway.Answer = _ => (200, "ok");
        await using (var scope = world.Host.Scope())
        {
            var resending = scope.ServiceProvider.GetRequiredService<SmsResending>();
            Assert.Equal(1, (await resending.ResendAsync(id, null, Admin, Ct)).Value);
        }

        await world.StateIsAsync(id, SmsState.Accepted);
        Assert.Equal(2, world.Gateway.Requests.Count);
        await using var db = Databases.Open(world.Database);
        Assert.Equal(["sms.resent", "sms.sent"], await db.Set<AuditEntry>().Where(a => a.Action.StartsWith("sms.")).Select(a => a.Action).Order().ToListAsync(Ct));
    }
}
