using System.Net;
using System.Text.Json.Nodes;
using CsCheck;
using Expand.Server.Access;
using Expand.Server.Pbx;
using Expand.Server.Tests.Host;

namespace Expand.Server.Tests.Queues;

/// <summary>The picture's events as server-sent events, by a client on the wire.</summary>
public sealed class EventsRestTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_happens_on_the_PBX_comes_as_events_with_who_it_was_and_what_was_before()
    {
        await using var world = await WorldAsync();
        Assert.Null((await world.Host.Get<Users>().CreateAsync(new UserForm("acosta", "Ana Acosta", "", "operador", false, true, "101"), null, Actor.System, Ct)).Failure);
        using var http = await world.Host.RestAsync("events");
        await using var client = await EventsClient.OpenAsync(http);
        var first = await client.NextAsync();
        Assert.Equal(TimeSpan.FromSeconds(2), client.Reconnection);
        Assert.Equal("text/event-stream", client.ContentHeaders.ContentType!.ToString());
        Assert.Empty(client.ContentHeaders.ContentEncoding);
        Assert.Equal(("no-store", "no"), (client.Headers.CacheControl!.ToString(), client.Headers.GetValues("X-Accel-Buffering").Single()));
        Assert.Equal("snapshot", first.Kind);
        Assert.Equal($"{world.Picture.View().Stream}-{first.Json["number"]}", first.Id);
        Assert.Equal(["q_a", "q_b"], first.Json["after"]!["queues"]!.AsArray().Select(q => (string?)q!["name"]));

        var at = DateTimeOffset.FromUnixTimeSeconds(1_795_000_000);
        var member = new PbxMember("q_a", "101", "PJSIP/701", MemberState.Free, false, "", at);
        await world.Pbx.Asterisk.SendAsync(ScriptedQueues.Event("QueueMemberAdded", member).TrimEnd() + "\nTimestamp: 1795000000.250000\n\n");
        await world.Pbx.Asterisk.SendAsync("Event: QueueCallerJoin\nQueue: q_a\nUniqueid: 1.1\nCallerIDNum: 099111222\nCallerIDName: José \\ \"x\"\nTimestamp: 1795000001.000000\n\n");
        var events = await client.TakeAsync(5);
        Assert.Equal(["membership", "agent_status", "queue_totals", "call_waiting", "queue_totals"], events.Select(e => e.Kind));
        Assert.Equal(Enumerable.Range((int)first.Number + 1, 5), events.Select(e => (int)e.Number));
        // Montevideo is three hours behind.
        Same("""
            {"number":N,"at":"2026-11-18T08:06:40.250000-03:00","queue":"q_a","agent":{"number":"101","username":"acosta"},"uniqueid":"","before":null,"after":
            {"queue":"q_a","agent":{"number":"101","username":"acosta"},"device":"PJSIP/701","state":"waiting","logintimestamp":"2026-11-18T08:06:40.000000-03:00",
             "paused":false,"pausereason":"","pausetimestamp":null}}
            """, events[0]);
        Same("""
            {"number":N,"at":"2026-11-18T08:06:40.250000-03:00","queue":"","agent":{"number":"101","username":"acosta"},"uniqueid":"","before":null,"after":
            {"agent":{"number":"101","username":"acosta"},"status":"available","statetimestamp":"2026-11-18T08:06:40.250000-03:00"}}
            """, events[1]);
        Same("""
            {"number":N,"at":"2026-11-18T08:06:41.000000-03:00","queue":"q_a","agent":null,"uniqueid":"1.1","before":null,"after":
            {"queue":"q_a","uniqueid":"1.1","type":"in","agent":null,"ringuniqueid":"","callerid":"099111222","calleridname":"José \\ \"x\"",
             "intimestamp":"2026-11-18T08:06:41.000000-03:00","connecttimestamp":null}}
            """, events[3]);
        Same("""
            {"number":N,"at":"2026-11-18T08:06:41.000000-03:00","queue":"q_a","agent":null,"uniqueid":"",
             "before":{"queue":"q_a","waiting":0,"ongoing":0,"loggedin":1,"paused":0},"after":{"queue":"q_a","waiting":1,"ongoing":0,"loggedin":1,"paused":0}}
            """, events[4]);
    }

    [Fact]
    public async Task Every_kind_of_event_has_its_words()
    {
        await using var world = await WorldAsync();
        using var http = await world.Host.RestAsync();
        await using var client = await EventsClient.OpenAsync(http);
        await client.NextAsync();
        var now = TimeProvider.System.GetUtcNow();
        var member = new PbxMember("q_a", "101", "PJSIP/701", MemberState.Free, false, "", now);
        world.Hear(
            new MemberAdded(now, member), new MemberPaused(now, member with { Paused = true, PauseReason = "Baño" }), new MemberPaused(now, member),
            new MemberChanged(now, member with { State = MemberState.Unavailable }), new MemberChanged(now, member),
            new CallerJoined(now, new("q_a", "1.1", "099", "", now)), new AgentRung(now, "q_a", "1.1", "101", "PJSIP/701", "1.2"),
            new CallerLeft(now, "q_a", "1.1"), new AgentConnected(now, "q_a", "1.1", "101", "PJSIP/701", "1.2"), new AgentCompleted(now, "q_a", "1.1", "101", "1.2", "agent"),
            new DialStarted(now, "2.1", "2.2", "2.1", "PJSIP/701-0000001a", "098"), new ChannelEnded(now, "2.1", "2.1", 16), new PbxLost(now),
            new QueuesSnapshot(now, ["q_a", "q_b"], [member], [], []));
        var last = world.Picture.View().Number;
        var told = new List<string>();
        EventSeen one;
        do
        {
            one = await client.NextAsync();
            if (one.Kind != "queue_totals") told.Add($"{one.Kind} {Short(one.Json["before"])}>{Short(one.Json["after"])}");
        }
        while (one.Number < last);
        Assert.Equal(
        [
            "membership ->waiting", "agent_status ->available", "pause waiting>Baño", "agent_status available>busyout", "pause Baño>waiting", "agent_status busyout>available",
            "member_state waiting>unavailable", "member_state unavailable>waiting", "call_waiting ->in", "ringing ->1.2", "agent_status available>ringing",
            "ringing 1.2>-", "call_connected in>in 101", "agent_status ringing>busy", "call_ended in 101>-", "agent_status busy>available",
            "call_dialled ->out 101", "agent_status available>originate", "call_ended out 101>-", "agent_status originate>available",
            "stale null>since", "fresh since>null",
        ], told);

        static string Short(JsonNode? state) => state switch
        {
            null => "-",
            _ when state["status"] is { } status => (string)status!,
            _ when state["type"] is { } type => $"{type} {(string?)state["agent"]?["number"]}".Trim(),
            _ when state["paused"] is { } paused => (bool)paused ? (string)state["pausereason"]! : (string)state["state"]!,
            _ when state["ringuniqueid"] is { } ring => (string)ring!,
            _ => state["staletimestamp"] is null ? "null" : "since",
        };
    }

    [Fact]
    public async Task Whoever_comes_back_by_header_or_parameter_goes_on_and_where_that_is_not_known_the_whole_picture_comes_first()
    {
        await using var world = await WorldAsync(settings: ("Queues:EventsKept", "20"));
        using var http = await world.Host.RestAsync();
        await using var client = await EventsClient.OpenAsync(http);
        var start = await client.NextAsync();
        world.Call("1.1");
        var missed = await client.TakeAsync(4);
        await AgainAsync("", start.Id, missed[0]);
        await AgainAsync($"?last_event_id={start.Id}", null, missed[0]);
        await AgainAsync($"?last_event_id={start.Id}", missed[1].Id, missed[2]);
        foreach (var unknown in new[] { "000000000000-1", $"{start.Id.Split('-')[0]}-999999" })
        {
            await using var anew = await EventsClient.OpenAsync(http, lastEventId: unknown);
            Assert.Equal(("snapshot", missed[3].Id), ((await anew.NextAsync()).Kind, anew.LastId));
        }

        for (var i = 0; i < 10; i++) world.Call($"2.{i}");
        await using var old = await EventsClient.OpenAsync(http, lastEventId: start.Id);
        Assert.Equal(("snapshot", world.Picture.View().Number), ((await old.NextAsync()).Kind, long.Parse(old.LastId.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture)));

        async Task AgainAsync(string query, string? header, EventSeen expected)
        {
            await using var again = await EventsClient.OpenAsync(http, query, header);
            Assert.Equal(expected, await again.NextAsync());
        }
    }

    [Fact]
    public async Task What_is_wrong_is_refused_by_its_name()
    {
        await using var world = await WorldAsync();
        using var http = await world.Host.RestAsync("events");
        foreach (var wrong in new[] { "nonsense", "5f0c9a1b2d3e-", "5f0c9a1b2d3e-1x", "5f0c9a1b2d3e-9999999999999999999" }) await RefusedAsync("Last-Event-ID", lastEventId: wrong);
        await RefusedAsync("last_event_id", "?last_event_id=-1");
        await RefusedAsync("kinds", "?kinds=agent,todo");
        await RefusedAsync("kinds", "?kinds=agent&kinds=call");
        await RefusedAsync("queues", "?queues=q_a");

        async Task RefusedAsync(string field, string query = "", string? lastEventId = null)
        {
            using var answer = await EventsClient.AskAsync(http, query, lastEventId);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Equal(field, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!["errors"]!.AsObject().Single().Key);
        }
    }

    [Fact]
    public async Task Only_a_credential_with_the_scope_follows_and_no_more_streams_than_a_credential_may_have()
    {
        await using var world = await WorldAsync(settings: ("Queues:StreamsPerCredential", "2"));
        using (var other = await world.Host.RestAsync("lists"))
        using (var forbidden = await EventsClient.AskAsync(other))
            Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        using var http = await world.Host.RestAsync("events");
        await using var one = await EventsClient.OpenAsync(http);
        await using (await EventsClient.OpenAsync(http))
        {
            using var third = await EventsClient.AskAsync(http);
            Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
            Assert.NotNull(third.Headers.RetryAfter);
            using var second = await world.Host.RestAsync("events");
            await using var free = await EventsClient.OpenAsync(second);
        }

        await Eventually.TrueAsync(async () =>
        {
            using var again = await EventsClient.AskAsync(http);
            return again.StatusCode == HttpStatusCode.OK;
        });
    }

    [Theory]
    [InlineData("?kinds=agent", "membership agent_status membership agent_status agent_status agent_status agent_status pause agent_status pause agent_status")]
    [InlineData("?kinds=queue", "queue_totals queue_totals queue_totals queue_totals queue_totals queue_totals queue_totals")]
    [InlineData("?kinds=call&queue=q_a", "call_waiting ringing ringing call_connected call_ended")]
    [InlineData("?kinds=call,queue&queue=q_b", "queue_totals queue_totals queue_totals")]
    [InlineData("?queue=q_b", "agent_status membership agent_status queue_totals agent_status agent_status agent_status pause agent_status queue_totals pause agent_status queue_totals")]
    public async Task A_filtered_stream_shows_what_was_asked_for_under_the_same_ids(string query, string expected)
    {
        await using var world = await WorldAsync();
        using var http = await world.Host.RestAsync();
        await using var all = await EventsClient.OpenAsync(http);
        await using var some = await EventsClient.OpenAsync(http, query);
        var first = await some.NextAsync();
        Assert.Equal("snapshot", first.Kind);
        if (query.Contains("q_b", StringComparison.Ordinal)) Assert.Equal(["q_b"], first.Json["after"]!["queues"]!.AsArray().Select(q => (string?)q!["name"]));
        world.Logs("101", "q_a").Logs("102", "q_b").Call("1.1").Pauses("102", "q_b", "Baño").Pauses("102", "q_b", "");
        var count = (int)(world.Picture.View().Number - (await all.NextAsync()).Number);
        var whole = await all.TakeAsync(count);
        var words = expected.Split(' ');
        var seen = await some.TakeAsync(words.Length);
        Assert.Equal(words, seen.Select(e => e.Kind));
        Assert.Equal(whole.Where(seen.Contains), seen);
    }

    private static void Same(string expected, EventSeen seen)
    {
        var number = seen.Json["number"]!.ToString();
        Assert.Equal(seen.Number.ToString(System.Globalization.CultureInfo.InvariantCulture), number);
        Assert.Equal(JsonNode.Parse(expected.Replace(":N,", $":{number},", StringComparison.Ordinal))!.ToJsonString(), seen.Json.ToJsonString());
        Assert.DoesNotContain('\n', seen.Data);
    }
    private Task<EventsWorld> WorldAsync(TimeProvider? clock = null, params (string Name, string Value)[] settings) =>
        EventsWorld.StartAsync(databases, clock, settings);
}
