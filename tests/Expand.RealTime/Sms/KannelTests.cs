using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Expand.TestKit;
using Xunit;

namespace Expand.RealTime.Sms;

/// <summary>A real Kannel with its fake SMSC, and a server that is killed while it sends.</summary>
public sealed class KannelWorld : IAsyncLifetime
{
    private KannelFixture? kannel;
    private ServerFixture? server;
    private WireTap? tap;
    private WireTap? reports;

    internal KannelFixture Kannel => kannel ?? throw new InvalidOperationException("Kannel is not started");

    internal ServerFixture Server => server ?? throw new InvalidOperationException("the server is not started");

    /// <summary>Stands between the server and Kannel.</summary>
    internal WireTap Tap => tap ?? throw new InvalidOperationException("the tap is not there");

    /// <summary>Stands between Kannel and the server: its reports come this way.</summary>
    internal WireTap Reports => reports ?? throw new InvalidOperationException("the tap is not there");

    internal SoapCaller Soap { get; private set; } = null!;

    internal HttpClient Rest { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    public async ValueTask InitializeAsync()
    {
        var ct = TestContext.Current.CancellationToken;
        kannel = await KannelFixture.StartAsync(perSecond: 90, ct);
        tap = new WireTap(kannel.Port);
        reports = new WireTap();
        // No PBX answers there, and no demonstration's is brought along: messages need none.
        server = await ServerFixture.StartAsync(
            new Dictionary<string, string?>
            {
                ["Pbx__Host"] = "127.0.0.1",
                ["Pbx__Port"] = "1",
                ["Pbx__Username"] = "nobody",
                ["Pbx__Secret"] = "nothing",
                ["Sms__Gateway"] = "Kannel",
                ["Sms__Url"] = $"http://127.0.0.1:{tap.Port}/cgi-bin/sendsms",
                ["Sms__User"] = kannel.User,
                ["Sms__Password"] = kannel.Password,
                ["Sms__SendPerSecond"] = "70",
                ["Sms__RatePerSecond"] = "1000",
                // A server that starts on a busy machine doubts long before it hears reports.
                ["Sms__GraceSeconds"] = "30",
                ["Sms__TimeoutSeconds"] = "10",
                ["Expand__PublicUrl"] = $"http://127.0.0.1:{reports.Port}",
            },
            ct: ct);
        reports.Target = server.Port;
        Soap = new SoapCaller(server.Url, server.Credentials.AuthorizedKey);
        Rest.BaseAddress = new Uri(server.Url);
        Rest.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{server.Credentials.ApiUser}:{server.Credentials.ApiPassword}")));
    }

    public async ValueTask DisposeAsync()
    {
        Soap?.Dispose();
        Rest.Dispose();
        if (server is not null) await server.DisposeAsync();
        if (tap is not null) await tap.DisposeAsync();
        if (reports is not null) await reports.DisposeAsync();
        if (kannel is not null) await kannel.DisposeAsync();
    }
}

/// <summary>Messages through a real Kannel: each arrives once, whatever happens to the server.</summary>
public sealed class KannelTests(KannelWorld world) : IClassFixture<KannelWorld>
{
    private const int Messages = 25;
    private const int RecipientsOfEach = 20;
    private const int PortionOfEach = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Five_hundred_messages_arrive_once_each_although_the_server_is_killed_twice()
    {
        var jobs = new List<string>();
        await BreakAsync(KillAsync);
        await BreakAsync(KillAsync);
        // An answer that is lost is as good as a kill.
        await BreakAsync(() =>
        {
            world.Tap.Cut(abruptly: true);
            return Task.CompletedTask;
        });
        await SendAsync(Messages - jobs.Count);
        Assert.All(jobs, job => Assert.True(int.Parse(job, CultureInfo.InvariantCulture) > 0));
        var states = new List<string>();
        await Eventually.TrueAsync(async () =>
        {
            states.Clear();
            foreach (var job in jobs) states.AddRange((await RecipientsAsync(job)).Select(r => (string)r!["state"]!));
            return states.TrueForAll(s => s == "DELIVERED");
        }, "all of them delivered", Patience);

        Assert.Equal(Messages * RecipientsOfEach, states.Count);
        var twice = Arrived().CountBy(number => number).Where(n => n.Value > 1).Select(n => n.Key).ToList();
        if (twice.Count > 0) Assert.Fail($"came more than once: {await StepsAsync(twice)}");
        Assert.Equal(Enumerable.Range(0, Messages * RecipientsOfEach).Select(Number), Arrived().Order());
        foreach (var job in jobs) Assert.Equal("SENT", await world.Soap.CallAsync("statusSms", Ct, job));

        async Task SendAsync(int messages)
        {
            for (var end = jobs.Count + messages; jobs.Count < end;)
            {
                var i = jobs.Count;
                var numbers = Enumerable.Range(i * RecipientsOfEach, RecipientsOfEach).Select(Number);
                jobs.Add(await world.Soap.CallAsync("sendSms", Ct, "0", $"Turno {i}: €5", string.Join(i % 2 == 0 ? "," : " ", numbers)));
            }
        }

        // In the midst of it Kannel has some whose answer the server will never hear, and none of them reports before the server has found out that it does not know.
        async Task BreakAsync(Func<Task> happens)
        {
            var (arrived, inDoubt) = (Arrived().Count, await InDoubtAsync());
            await SendAsync(PortionOfEach);
            await Eventually.TrueAsync(() => Arrived().Count > arrived, "some are at the SMSC", Patience);
            world.Reports.HoldQuestions();
            world.Tap.HoldAnswers();
            await SendAsync(PortionOfEach);
            await Eventually.TrueAsync(() => world.Tap.Withheld > 0, "an answer is on its way", Patience);
            var happened = happens();
            await Eventually.TrueAsync(async () => await InDoubtAsync() > inDoubt, "the server doubts what it has no answer of", Patience);
            world.Tap.Release();
            world.Reports.Release();
            await happened;
        }

        async Task KillAsync()
        {
            world.Server.Kill();
            await Task.Delay(1000, Ct);
            world.Tap.Release();
            await world.Server.StartAgainAsync(Ct);
        }

        static string Number(int i) => string.Create(CultureInfo.InvariantCulture, $"0991{i:00000}");

        List<string> Arrived() => [.. world.Kannel.Received.Select(m => m.Receiver).Where(r => r.StartsWith("0991", StringComparison.Ordinal))];
    }

    [Theory]
    [InlineData("099200001", 0, "Son €80 {neto} a la ñata", "text", 1)]
    [InlineData("099200002", 0, "Llegó 😀 la ñata", "ucs-2", 1)]
    [InlineData("099200003", 81, "€", "udh", 2)]
    [InlineData("099200004", 71, "ó", "udh", 2)]
    public async Task What_is_counted_is_what_the_smsc_gets(string number, int times, string text, string kind, int segments)
    {
        if (kind == "udh") text = string.Concat(Enumerable.Repeat(text, times));
        using var answer = await world.Rest.PostAsJsonAsync(new Uri("/expandweb3/api/external/sms", UriKind.Relative), new { recipients = number, text }, Ct);
        var told = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!;
        Assert.Equal(segments, (int)told["segments"]!);
        List<SmscMessage> parts = [];
        await Eventually.TrueAsync(() => (parts = [.. world.Kannel.Received.Where(m => m.Receiver == number)]).Count >= segments, "it is at the SMSC", Patience);
        Assert.Equal(Enumerable.Repeat(kind, segments), parts.Select(p => p.Kind));
        var sent = string.Concat(parts.Select(p => Text(p, kind == "ucs-2" || (string?)told["encoding"] == "UCS-2")));
        Assert.Equal(text, sent);
    }

    /// <summary>The text of a line of the fake SMSC's: what is in the alphabet as UTF-8, what is not in UTF-16, both URL-encoded; a part has its header first.</summary>
    private static string Text(SmscMessage message, bool isWide)
    {
        var data = message.Kind == "udh" ? message.Data.Split(' ', 3)[2] : message.Data;
        if (message.Kind == "text") return data;
        var bytes = System.Web.HttpUtility.UrlDecodeToBytes(data);
        return (isWide ? Encoding.BigEndianUnicode : Encoding.UTF8).GetString(bytes);
    }

    private async Task<JsonArray> RecipientsAsync(string job) =>
        JsonNode.Parse(await world.Rest.GetStringAsync(new Uri($"/expandweb3/api/external/sms/{job}", UriKind.Relative), Ct))!["recipients"]!.AsArray();

    private async Task<string> StepsAsync(List<string> numbers)
    {
        await using var connection = new Npgsql.NpgsqlConnection(world.Server.ConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new Npgsql.NpgsqlCommand("select string_agg(number || ' ' || steps, E'\n') from sms_recipients where number = any($1)", connection);
        command.Parameters.Add(new() { Value = numbers.ToArray() });
        return await command.ExecuteScalarAsync(Ct) as string ?? "";
    }

    private async Task<long> InDoubtAsync()
    {
        await using var connection = new Npgsql.NpgsqlConnection(world.Server.ConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new Npgsql.NpgsqlCommand("""select count(*) from sms_recipients where steps @> '[{"what": "unknown"}]'""", connection);
        return (long)(await command.ExecuteScalarAsync(Ct))!;
    }
}
