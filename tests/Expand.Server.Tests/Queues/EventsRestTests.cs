using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using CsCheck;
using Expand.Server.Access;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Queues;
using Expand.Server.Tests.Host;
using Microsoft.Extensions.Time.Testing;

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

    [Fact]
    public async Task Silence_is_broken_every_15_seconds_and_who_filters_everything_out_still_goes_on_where_the_picture_is()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var world = await WorldAsync(clock);
        using var http = await world.Host.RestAsync();
        using var answer = await EventsClient.AskAsync(http, "?kinds=agent");
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Ct));
        Assert.Equal("retry: 2000", await LineAsync());
        while (!(await LineAsync()).StartsWith("data: ", StringComparison.Ordinal))
        {
            // The snapshot.
        }

        Assert.Equal("", await LineAsync());
        world.Hear(new CallerJoined(clock.GetUtcNow(), new("q_a", "1.1", "099", "", clock.GetUtcNow())));
        clock.Advance(EventStreams.BeatEvery);
        Assert.Equal(":", await LineAsync());
        // A beat may come before the stream has passed the event that it leaves out; it is the next one then that tells where the picture is.
        string line;
        while ((line = await LineAsync()) is "" or ":")
        {
        }

        Assert.Equal($"id: {world.Picture.View().Stream}-{world.Picture.View().Number}", line);
        Assert.Equal("", await LineAsync());
        clock.Advance(EventStreams.BeatEvery);
        Assert.Equal(":", await LineAsync());

        async Task<string> LineAsync()
        {
            var line = lines.ReadLineAsync(Ct).AsTask();
            // The server's loop may not be waiting yet when the clock goes on.
            while (await Task.WhenAny(line, Task.Delay(200, Ct)) != line) clock.Advance(TimeSpan.FromSeconds(1));
            return await line ?? throw new InvalidOperationException("the stream has ended");
        }
    }

    [Fact]
    public async Task A_stream_ends_within_a_second_when_its_credential_is_revoked_loses_the_scope_or_gets_another_password()
    {
        await using var world = await WorldAsync();
        var credentials = world.Host.Get<ApiCredentials>();
        var form = new CredentialForm("CRM", ["events", "lists"], [], null);
        await EndsAsync("a", id => credentials.RevokeAsync(id, Actor.System, Ct));
        await EndsAsync("b", id => credentials.ChangeAsync(id, form with { Scopes = ["lists"] }, Actor.System, Ct));
        await EndsAsync("c", async id => (await credentials.NewPasswordAsync(id, Actor.System, Ct)).Failure);
        await EndsAsync("d", id => credentials.ChangeAsync(id, form with { Addresses = ["203.0.113.1"] }, Actor.System, Ct));

        async Task EndsAsync(string name, Func<int, Task<Failure?>> change)
        {
            var made = (await credentials.CreateAsync(name, form, Actor.System, Ct)).Value!;
            using var http = world.Host.RestAs(name, made.Password);
            await using var client = await EventsClient.OpenAsync(http);
            await client.NextAsync();
            // What leaves it its right leaves it its stream.
            Assert.Null(await credentials.ChangeAsync(made.Id, form with { Description = "ERP", RatePerSecond = 5 }, Actor.System, Ct));
            world.Call(name + ".1");
            await client.TakeAsync(4);
            Assert.Null(await change(made.Id));
            await client.EndAsync().WaitAsync(TimeSpan.FromSeconds(1), Ct);
        }
    }

    [Fact]
    public async Task A_host_that_stops_ends_its_streams_and_does_not_wait_for_their_readers()
    {
        await using var world = await WorldAsync();
        using var http = await world.Host.RestAsync();
        await using var reads = await EventsClient.OpenAsync(http);
        await reads.NextAsync();
        using var sleeps = await EventsClient.AskAsync(http);
        var began = TimeProvider.System.GetTimestamp();
        await world.Host.DisposeAsync();
        await reads.EndAsync();
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Who_does_not_read_holds_up_nobody_and_goes_on_with_the_whole_picture()
    {
        await using var world = await WorldAsync(settings: ("Queues:EventsKept", "2000"));
        using var awake = await world.Host.RestAsync();
        await using var reader = await EventsClient.OpenAsync(awake);
        var last = (await reader.NextAsync()).Number;
        using var narrow = new SocketsHttpHandler { ConnectCallback = ConnectNarrowAsync };
        using var asleep = new HttpClient(narrow) { BaseAddress = awake.BaseAddress };
        asleep.DefaultRequestHeaders.Authorization = awake.DefaultRequestHeaders.Authorization;
        await using var sleeper = await EventsClient.OpenAsync(asleep);
        var before = (await sleeper.NextAsync()).Number;
        for (var i = 0; i < 100; i++)
        {
            for (var j = 0; j < 60; j++) world.Call($"{i}.{j}");
            foreach (var one in await reader.TakeAsync(240)) Assert.Equal(++last, one.Number);
        }

        EventSeen seen;
        do
        {
            seen = await sleeper.NextAsync();
            Assert.True(seen.Kind == "snapshot" || seen.Number == before + 1);
            before = seen.Number;
        }
        while (seen.Kind != "snapshot");
        world.Call("last");
        while ((await sleeper.NextAsync()).Json["uniqueid"]!.GetValue<string>() != "last")
        {
            // From the snapshot it goes on as everybody does.
        }
    }

    [Fact]
    public async Task Whatever_breaks_the_connection_and_how_often_nothing_is_lost_and_nothing_comes_twice()
    {
        // Streams whose clients broke off end in their own time, while the next ones come at once.
        await using var world = await WorldAsync(settings: ("Queues:StreamsPerCredential", "1000"));
        using var http = await world.Host.RestAsync();
        var round = 0;
        // How many events each connection lives for.
        await Gen.Int[0, 120].Array[1, 50].SampleAsync(async lives =>
        {
            round++;
            await using var whole = await EventsClient.OpenAsync(http);
            var start = await whole.NextAsync();
            var happens = Task.Run(() => HappenAsync(round), Ct);
            var (seen, last, breaks) = (new List<EventSeen>(), start.Id, 0);
            while (!happens.IsCompleted || Left() > 0)
            {
                await using var client = await EventsClient.OpenAsync(http, lastEventId: last);
                for (var left = Math.Min(lives[breaks++ % lives.Length] + (breaks / lives.Length), Left()); left > 0; left--)
                {
                    seen.Add(await client.NextAsync());
                    last = client.LastId;
                }
            }

            await happens;
            Assert.Equal(await whole.TakeAsync(seen.Count), seen);
            Assert.Equal(world.Picture.View().Number, seen[^1].Number);

            long Left() => world.Picture.View().Number - (seen.Count == 0 ? start.Number : seen[^1].Number);
        }, iter: 5, threads: 1);

        async Task HappenAsync(int of)
        {
            for (var i = 0; i < 200; i++)
            {
                world.Call($"{of}.{i}");
                if (i % 7 == 0) world.Logs($"{of}{i}", "q_a");
                if (i % 20 == 0) await Task.Delay(1, Ct);
            }
        }
    }

    private static void Same(string expected, EventSeen seen)
    {
        var number = seen.Json["number"]!.ToString();
        Assert.Equal(seen.Number.ToString(System.Globalization.CultureInfo.InvariantCulture), number);
        Assert.Equal(JsonNode.Parse(expected.Replace(":N,", $":{number},", StringComparison.Ordinal))!.ToJsonString(), seen.Json.ToJsonString());
        Assert.DoesNotContain('\n', seen.Data);
    }

    /// <summary>A connection that takes little before it is read.</summary>
    private static async ValueTask<Stream> ConnectNarrowAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096, NoDelay = true };
        await socket.ConnectAsync(context.DnsEndPoint, ct);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private async Task<World> WorldAsync(TimeProvider? clock = null, params (string Name, string Value)[] settings)
    {
        var database = await databases.NewAsync();
        var pbx = new ScriptedPbx();
        pbx.Queues.UnionWith(["q_a", "q_b"]);
        var host = await ServerHost.StartAsync(database, pbx, clock: clock, settings: settings);
        await Eventually.TrueAsync(() => host.Get<LivePicture>().StaleSince is null);
        return new World(pbx, host);
    }

    private sealed record World(ScriptedPbx Pbx, ServerHost Host) : IAsyncDisposable
    {
        public LivePicture Picture => Host.Get<LivePicture>();

        private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

        public World Hear(params PbxFact[] facts)
        {
            foreach (var fact in facts) Picture.Heard(fact);
            return this;
        }

        /// <summary>Three events.</summary>
        public World Logs(string agent, string queue) => Hear(new MemberAdded(Now, Member(agent, queue)));

        public World Pauses(string agent, string queue, string reason) =>
            Hear(new MemberPaused(Now, Member(agent, queue) with { Paused = reason.Length > 0, PauseReason = reason }));

        /// <summary>A caller who waits, is connected to 101 where that agent is logged in, and goes; else four events.</summary>
        public World Call(string id)
        {
            Hear(new CallerJoined(Now, new PbxCaller("q_a", id, "099111222", "Juan", Now)));
            if (Picture.MembershipsOf("101").Count == 0) return Hear(new CallerAbandoned(Now, "q_a", id));
            return Hear(
                new AgentRung(Now, "q_a", id, "101", "PJSIP/101", id + "r"), new CallerLeft(Now, "q_a", id),
                new AgentConnected(Now, "q_a", id, "101", "PJSIP/101", id + "r"), new AgentCompleted(Now, "q_a", id, "101", id + "r", "caller"));
        }

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            await Pbx.DisposeAsync();
        }

        private PbxMember Member(string agent, string queue) =>
            new(queue, agent, "PJSIP/" + agent, MemberState.Free, false, "", Picture.MembershipsOf(agent) is [{ } known, ..] ? known.LoginAt : Now);
    }
}
