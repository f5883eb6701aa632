using System.Net;
using System.Net.Http.Headers;
using Expand.Server.Access;
using Expand.Server.Access.Settings;
using Expand.Server.Platform;
using Expand.Server.Recordings;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Expand.Server.Tests.Recordings;

/// <summary>The PBX's recordings: found, converted, handed out, audited, deleted; over real files, a real lame and a real PostgreSQL.</summary>
public sealed class RecordingsTests(Databases databases)
{
    private const string Route = "/expandweb3/api/external/recordings/";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1333249364.937.wav", "1333249364.937", true)]
    [InlineData("q_ventas-20261127-1333249364.937.wav", "1333249364.937", true)]
    [InlineData("pbx1-1333249364.937-in.wav", "pbx1-1333249364.937", true)]
    [InlineData("1333249364.937.wav", "1333249364.93", false)]
    [InlineData("11333249364.937.wav", "1333249364.937", false)]
    [InlineData("1333249364.937.5.wav", "1333249364.937", false)]
    [InlineData("9.1333249364.937.wav", "1333249364.937", false)]
    public void A_file_is_of_a_call_where_its_name_holds_the_uniqueid_as_a_word_of_its_own(string name, string uniqueId, bool holds)
    {
        Assert.Equal(holds, RecordingNames.Holds(name, uniqueId));
        if (holds) Assert.Contains(uniqueId, RecordingNames.Candidates(name));
    }

    [Fact]
    public async Task A_call_s_recording_is_found_by_every_uniqueid_of_it_and_before_the_index_has_it()
    {
        await using var world = await RecordingsWorld.StartAsync(databases);
        await world.CallAsync("1795000001.1", source: "099111222", destination: "q_ventas");
        await world.CallAsync("1795000001.9", linkedId: "1795000001.1");
        world.Write("2026/11/27/q_ventas-20261127-1795000001.1.wav");
        Assert.Equal(("1", "1"), (await world.StatusAsync("1795000001.1"), await world.StatusAsync("1795000001.9")));
        Assert.Equal(("-1", "-1", "-1"), (await world.StatusAsync("1795000001.2"), await world.StatusAsync("../1795000001.1"), await world.StatusAsync("1795000001.1", key: "wrong")));

        // A call of which no record has come is known by its file.
        world.Write("1795000003.3.wav");
        await world.IndexedAsync(2);
        Assert.Equal("1", await world.StatusAsync("1795000003.3"));
        // One without a file is known by its record; one that goes on, by the PBX.
        await world.CallAsync("1795000004.4");
        await world.Pbx.NewchannelAsync("1795000005.5");
        await Eventually.TrueAsync(() => world.Host.Get<RunningCalls>().Has("1795000005.5"));
        Assert.Equal(("0", "0"), (await world.StatusAsync("1795000004.4"), await world.StatusAsync("1795000005.5")));
        await Eventually.TrueAsync(async () =>
        {
            var page = await world.Host.Get<RecordingArchive>().PageAsync(new("0991"), DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), new RowWindow(10), Ct);
            return page.Rows is [{ UniqueId: "1795000001.1", Destination: "q_ventas" }];
        });
    }

    [Fact]
    public async Task Of_several_the_one_of_the_uniqueid_that_was_asked_for_is_handed_out_and_else_the_longest()
    {
        await using var world = await RecordingsWorld.StartAsync(databases);
        foreach (var id in new[] { "1795000001.1", "1795000001.2", "1795000001.3" }) await world.CallAsync(id, linkedId: "1795000001.1");
        world.Write("1795000001.1.wav", seconds: 1, age: TimeSpan.FromMinutes(3));
        world.Write("1795000001.2.wav", seconds: 3, age: TimeSpan.FromMinutes(2));
        await world.IndexedAsync(2);
        using var rest = await world.Host.RestAsync("recordings");
        Assert.Equal((16044, 48044, 48044), (await LengthAsync("1795000001.1"), await LengthAsync("1795000001.2"), await LengthAsync("1795000001.3")));
        Assert.Equal((16044, 48044), (await LengthAsync("1795000001.3", "&part=1"), await LengthAsync("1795000001.3", "&part=2")));
        using var beyond = await rest.GetAsync(new Uri(Route + "1795000001.3?part=3", UriKind.Relative), Ct);
        Assert.Equal(HttpStatusCode.NotFound, beyond.StatusCode);

        async Task<int> LengthAsync(string id, string more = "") => (await rest.GetByteArrayAsync(new Uri($"{Route}{id}?format=wav{more}", UriKind.Relative), Ct)).Length;
    }

    [Fact]
    public async Task What_is_being_written_cut_off_empty_gone_or_leads_out_of_the_folder_is_not_handed_out()
    {
        await using var world = await RecordingsWorld.StartAsync(databases);
        for (var i = 1; i <= 7; i++) await world.CallAsync($"179500000{i}.{i}");
        world.Write("1795000001.1.wav", said: 0);
        world.Write("1795000002.2.wav", said: 900_000, age: TimeSpan.FromMinutes(5));
        File.WriteAllText(Path.Combine(world.Folder, "1795000003.3.wav"), "RIFF is not what this is, whatever it says");
        world.Write("1795000004.4.wav", seconds: 0, age: TimeSpan.FromMinutes(5));
        File.WriteAllBytes(Path.Combine(world.Outside, "secret.wav"), File.ReadAllBytes(world.Write("kept.wav")));
        File.CreateSymbolicLink(Path.Combine(world.Folder, "1795000005.5.wav"), Path.Combine(world.Outside, "secret.wav"));
        Directory.CreateSymbolicLink(Path.Combine(world.Folder, "away"), world.Outside);
        File.CreateSymbolicLink(Path.Combine(world.Folder, "1795000006.6.wav"), Path.Combine(world.Folder, "kept.wav"));
        world.Write("1795000007.7.wav");
        await world.IndexedAsync(3);
        File.Delete(Path.Combine(world.Folder, "1795000007.7.wav"));
        string[] answers = [.. await Task.WhenAll(Enumerable.Range(1, 7).Select(i => world.StatusAsync($"179500000{i}.{i}")))];
        Assert.Equal(["0", "0", "0", "0", "0", "1", "0"], answers);
        Assert.Contains(world.Logs.Of(8111), line => line.Contains("1795000005.5.wav leads out", StringComparison.Ordinal));
        Assert.Null(world.Host.Get<RecordingFolder>().Open("../secret.wav"));
        Assert.Null(world.Host.Get<RecordingFolder>().Open("away/secret.wav"));
        Assert.Null(world.Host.Get<RecordingFolder>().Open(Path.Combine(world.Outside, "secret.wav")));
        Assert.False(world.Host.Get<RecordingFolder>().Delete("away/secret.wav"));
        Assert.Single(await world.ListeningsAsync());

        // It is completed: then it is handed out.
        world.Write("1795000001.1.wav");
        Assert.Equal("1", await world.StatusAsync("1795000001.1"));
    }

    [Fact]
    public async Task Ranges_tags_and_formats_are_as_RFC_9110_says_and_all_of_one_listener_is_one_line_of_the_audit()
    {
        await using var world = await RecordingsWorld.StartAsync(databases);
        await world.CallAsync("1795000001.1");
        world.Write("1795000001.1.wav");
        using var rest = await world.Host.RestAsync("recordings");
        using var whole = await rest.GetAsync(new Uri(Route + "1795000001.1", UriKind.Relative), Ct);
        Assert.Equal(("audio/mpeg", "1795000001.1.mp3"), (whole.Content.Headers.ContentType!.MediaType, whole.Content.Headers.ContentDisposition!.FileName));
        var bytes = await whole.Content.ReadAsByteArrayAsync(Ct);
        Assert.False(whole.Headers.ETag!.IsWeak);

        using var part = await SendAsync(HttpMethod.Get, r => r.Range = new RangeHeaderValue(100, 199));
        Assert.Equal((HttpStatusCode.PartialContent, $"bytes 100-199/{bytes.Length}"), (part.StatusCode, part.Content.Headers.ContentRange!.ToString()));
        Assert.Equal(bytes[100..200], await part.Content.ReadAsByteArrayAsync(Ct));
        using var tail = await SendAsync(HttpMethod.Get, r => r.Range = new RangeHeaderValue(null, 10));
        Assert.Equal(bytes[^10..], await tail.Content.ReadAsByteArrayAsync(Ct));
        using var beyond = await SendAsync(HttpMethod.Get, r => r.Range = new RangeHeaderValue(bytes.Length, null));
        Assert.Equal((HttpStatusCode.RequestedRangeNotSatisfiable, "application/problem+json"), (beyond.StatusCode, beyond.Content.Headers.ContentType!.MediaType));
        using var same = await SendAsync(HttpMethod.Get, r => r.IfNoneMatch.Add(whole.Headers.ETag));
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        using var head = await SendAsync(HttpMethod.Head, _ => { });
        Assert.Equal((HttpStatusCode.OK, bytes.Length), (head.StatusCode, (int)head.Content.Headers.ContentLength!));
        using var wav = await SendAsync(HttpMethod.Get, r => r.Accept.ParseAdd("audio/wav"));
        Assert.Equal(("audio/wav", 32044), (wav.Content.Headers.ContentType!.MediaType, (await wav.Content.ReadAsByteArrayAsync(Ct)).Length));
        Assert.NotEqual(whole.Headers.ETag, wav.Headers.ETag);

        Assert.Equal("1", await world.StatusAsync("1795000001.1"));
        var lines = await world.ListeningsAsync();
        Assert.Equal(2, lines.Count);
        Assert.StartsWith("api:prueba-", lines[0].Actor, StringComparison.Ordinal);
        Assert.StartsWith("key:", lines[1].Actor, StringComparison.Ordinal);
        Assert.All(lines, line => Assert.EndsWith("1795000001.1.wav", line.Subject, StringComparison.Ordinal));
        using var stranger = await world.Host.RestAsync("sms");
        using var refused = await stranger.GetAsync(new Uri(Route + "1795000001.1", UriKind.Relative), Ct);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        async Task<HttpResponseMessage> SendAsync(HttpMethod method, Action<HttpRequestHeaders> with)
        {
            using var request = new HttpRequestMessage(method, Route + "1795000001.1");
            with(request.Headers);
            return await rest.SendAsync(request, Ct);
        }
    }

    [Fact]
    public async Task What_cannot_be_written_to_the_audit_log_is_not_handed_out()
    {
        await using var world = await RecordingsWorld.StartAsync(databases);
        await world.CallAsync("1795000001.1");
        world.Write("1795000001.1.wav");
        await world.IndexedAsync(1);
        var key = await world.Host.KeyAsync();
        using var rest = await world.Host.RestAsync("recordings");
        await using var connection = new NpgsqlConnection(world.Database);
        await connection.OpenAsync(Ct);
        await using (var broken = new NpgsqlCommand("alter table audit rename to audit_gone", connection)) await broken.ExecuteNonQueryAsync(Ct);
        using var answer = await rest.GetAsync(new Uri(Route + "1795000001.1?format=wav", UriKind.Relative), Ct);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("the audit log cannot be written", await world.Host.SoapAsync("recordingPbx", ("authorizedKey", key), ("uniqueId", "1795000001.1")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_hosts_make_one_MP3_and_a_failure_is_remembered()
    {
        await using var world = await RecordingsWorld.StartAsync(databases);
        var second = await world.AddHostAsync();
        await world.CallAsync("1795000001.1");
        world.Write("1795000001.1.wav", seconds: 60);
        await world.IndexedAsync(1);
        var key = await world.Host.KeyAsync();
        await Eventually.TrueAsync(() => second.Get<KeyDirectory>().Find(key) is not null);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? world.Host : second).SoapAsync("recordingPbx", ("authorizedKey", key), ("uniqueId", "1795000001.1"))));
        Assert.Single(answers.Distinct());
        Assert.Contains("base64", answers[0], StringComparison.Ordinal);
        Assert.Single(world.Logs.Of(8121));
        Assert.Single(Directory.GetFiles(world.Copies, "*", SearchOption.AllDirectories));

        // A head that is right and a sound that lame does not take.
        await world.CallAsync("1795000002.2");
        var path = world.Write("1795000002.2.wav");
        var bytes = File.ReadAllBytes(path);
        bytes[22] = 5;
        File.WriteAllBytes(path, bytes);
        Assert.Equal(("0", "0"), (await world.StatusAsync("1795000002.2"), await world.StatusAsync("1795000002.2")));
        Assert.Single(world.Logs.Of(8122));
        using var rest = await world.Host.RestAsync("recordings");
        using var refused = await rest.GetAsync(new Uri(Route + "1795000002.2", UriKind.Relative), Ct);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        using var wav = await rest.GetAsync(new Uri(Route + "1795000002.2?format=wav", UriKind.Relative), Ct);
        Assert.Equal(HttpStatusCode.OK, wav.StatusCode);
    }

    [Fact]
    public async Task Without_lame_there_is_no_MP3_and_it_is_told_why()
    {
        await using var world = await RecordingsWorld.StartAsync(databases);
        await world.CallAsync("1795000001.1");
        world.Write("1795000001.1.wav");
        await world.IndexedAsync(1);
        var recording = (await world.Host.Get<CallRecordings>().FindAsync("1795000001.1", Ct)).Recordings.Single();
        using var without = new Mp3Copies(
            world.Host.Get<Settings<RecordingSettings>>(), world.Host.Get<IOptions<ExpandOptions>>(), world.Host.Get<RecordingFolder>(), world.Host.Get<IDbContextFactory<ExpandDb>>(),
            world.Host.Get<Leases>(), TimeProvider.System, world.Host.Get<ILogger<Mp3Copies>>())
        { Program = "lame-that-nobody-installed" };
        Assert.Equal("the MP3 cannot be made: the program lame is not installed", (await without.OpenAsync(recording, Ct)).Failure!.Message);
        Assert.Equal("0", await world.StatusAsync("1795000001.1"));
        Assert.Empty(Directory.EnumerateFiles(world.Copies, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_is_older_than_it_is_kept_is_deleted_with_its_copy_and_stays_known()
    {
        await using var world = await RecordingsWorld.StartAsync(databases);
        await world.CallAsync("1795000001.1");
        await world.CallAsync("1795000002.2");
        await world.CallAsync("1795000003.3");
        var old = world.Write("1795000001.1.wav", age: TimeSpan.FromDays(31));
        var young = world.Write("1795000002.2.wav", age: TimeSpan.FromDays(29));
        var running = world.Write("1795000003.3.wav", age: TimeSpan.FromDays(40));
        await world.IndexedAsync(3);
        Assert.Equal("1", await world.StatusAsync("1795000001.1"));
        await world.Pbx.NewchannelAsync("1795000003.3");
        await Eventually.TrueAsync(() => world.Host.Get<RunningCalls>().Has("1795000003.3"));
        Assert.Equal(0, await world.Host.Get<RecordingRetention>().RunAsync(Ct));
        var settings = world.Host.Get<Settings<RecordingSettings>>();
        Assert.Null(await settings.ChangeAsync(settings.Value with { KeepDays = 30 }, null, Actor.System, Ct));
        Assert.Equal(1, await world.Host.Get<RecordingRetention>().RunAsync(Ct));
        Assert.Equal((false, true, true), (File.Exists(old), File.Exists(young), File.Exists(running)));
        Assert.Empty(Directory.GetFiles(world.Copies, "*.mp3", SearchOption.AllDirectories));
        Assert.Equal("0", await world.StatusAsync("1795000001.1"));
        Assert.Equal((RecordingState.Deleted, 30), (await world.Host.Get<RecordingArchive>().OfCallAsync("1795000001.1", Ct)) is [{ Recording: var gone }] ? (gone.State, gone.KeptDays) : default);
        Assert.Equal(0, await world.Host.Get<RecordingRetention>().RunAsync(Ct));
    }

    [Fact]
    public async Task The_check_names_what_is_wrong_and_settings_that_break_a_rule_are_refused()
    {
        await using var world = await RecordingsWorld.StartAsync(databases);
        var check = world.Host.Get<RecordingCheck>();
        var good = await check.RunAsync(Ct);
        Assert.Empty(good.Faults);
        Assert.StartsWith("LAME", good.Lame, StringComparison.Ordinal);
        var settings = world.Host.Get<Settings<RecordingSettings>>();
        File.WriteAllText(Path.Combine(world.Outside, "file"), "");
        var wrong = settings.Value with { Folder = Path.Combine(world.Outside, "none"), Mp3Folder = Path.Combine(world.Outside, "file", "copies") };
        Assert.Null(await settings.ChangeAsync(wrong, null, Actor.System, Ct));
        Assert.Equal([RecordingFault.FolderMissing, RecordingFault.CopiesNotWritable], (await check.RunAsync(Ct)).Faults);
        Assert.Equal("Folder", (settings.Value with { Folder = "monitor" }).Validate()!.Field);
        Assert.Equal("Folder", (settings.Value with { Folder = "/" }).Validate()!.Field);
        Assert.Equal("KeepDays", (settings.Value with { KeepDays = 0 }).Validate()!.Field);
        Assert.Equal("Mp3Bitrate", (settings.Value with { Mp3Bitrate = 31 }).Validate()!.Field);
    }
}
