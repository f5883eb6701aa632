using System.Net.Sockets;
using CsCheck;
using Expand.Server.Access;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Queues;
using Expand.Server.Tests.Host;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Server.Tests.Queues;

/// <summary>How long a stream of events lives, and what a slow or broken connection costs.</summary>
public sealed class EventStreamLifeTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

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

    /// <summary>A connection that takes little before it is read.</summary>
    private static async ValueTask<Stream> ConnectNarrowAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096, NoDelay = true };
        await socket.ConnectAsync(context.DnsEndPoint, ct);
        return new NetworkStream(socket, ownsSocket: true);
    }
    private Task<EventsWorld> WorldAsync(TimeProvider? clock = null, params (string Name, string Value)[] settings) =>
        EventsWorld.StartAsync(databases, clock, settings);
}
