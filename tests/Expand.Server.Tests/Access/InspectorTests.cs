using System.Net;
using System.Text;
using Expand.Server.Access.Inspector;
using Expand.Server.Tests.Host;
using Npgsql;

namespace Expand.Server.Tests.Access;

/// <summary>What administrators see of clients' requests, over a real host and PostgreSQL.</summary>
public sealed class InspectorTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_SOAP_call_is_kept_as_it_was_sent_and_as_it_was_understood_without_its_key()
    {
        await using var world = await WorldAsync();
        var key = await world.Host.KeyAsync();
        await world.Host.SoapAsync("originateCallStatus", ("authorizedKey", key), ("originatedID", "0f1e2d3c"));
        var row = await world.OnlyAsync();
        Assert.Equal(("originateCallStatus", 200, false, "0"), (row.Operation, row.Status, row.Failed, row.Outcome));
        var request = (await world.Requests.FindAsync(row.Id, Ct))!;
        Assert.StartsWith("POST /apiws/2/apiws.php HTTP/1.1", request.RequestLine, StringComparison.Ordinal);
        Assert.Contains("Content-Type: text/xml; charset=utf-8", request.Headers, StringComparison.Ordinal);
        Assert.Contains("<originatedID>0f1e2d3c</originatedID>", request.Body, StringComparison.Ordinal);
        Assert.Equal($"originateCallStatus\nauthorizedKey = {key[..6]}…\noriginatedID = 0f1e2d3c\n", request.Understood);
        Assert.Contains("<return xsi:type=\"xsd:int\">0</return>", request.Answer, StringComparison.Ordinal);
        await world.HoldsNowhereAsync(key);
    }

    [Fact]
    public async Task A_REST_request_is_kept_with_its_route_its_values_and_its_problem()
    {
        await using var world = await WorldAsync();
        using var client = await world.Host.RestAsync("outgoingcalls");
        var password = Encoding.UTF8.GetString(Convert.FromBase64String(client.DefaultRequestHeaders.Authorization!.Parameter!)).Split(':')[1];
        using var body = new StringContent("{\"key\":\"701\",\"password\":\"otra-clave\",\"nota\":\"ñandú\"}", Encoding.UTF8, "application/json");
        body.Headers.Add("Idempotency-Key", "pedido-7");
        using var answer = await client.PostAsync(new Uri("/expandweb3/api/external/outgoingcalls/call?x=1", UriKind.Relative), body, Ct);
        var row = await world.OnlyAsync();
        Assert.True(row.Failed);
        Assert.Equal((int)answer.StatusCode, row.Status);
        Assert.StartsWith("credential:", row.Caller, StringComparison.Ordinal);
        Assert.Equal("POST /expandweb3/api/external/outgoingcalls/call", row.Operation);
        Assert.NotEmpty(row.Outcome);
        var request = (await world.Requests.FindAsync(row.Id, Ct))!;
        Assert.Contains("?x = 1\n", request.Understood, StringComparison.Ordinal);
        Assert.Contains("\"nota\": \"ñandú\"", request.Understood, StringComparison.Ordinal);
        Assert.Contains("errrorCode", request.Answer, StringComparison.Ordinal);
        Assert.Contains("Authorization: Basic ***", request.Headers, StringComparison.Ordinal);
        Assert.Contains("Idempotency-Key: pedido-7", request.Headers, StringComparison.Ordinal);
        Assert.Contains("ñandú", request.Body, StringComparison.Ordinal);
        await world.HoldsNowhereAsync(password);
        await world.HoldsNowhereAsync("otra-clave");
    }

    [Fact]
    public async Task What_was_refused_and_named_nobody_is_kept_apart_and_crowds_nobody_out()
    {
        await using var world = await WorldAsync(("Inspector:PerCaller", "3"));
        var key = await world.Host.KeyAsync();
        await world.Host.SoapAsync("originateCallStatus", ("authorizedKey", key), ("originatedID", "0f1e2d3c"));
        for (var i = 0; i < 6; i++) await world.Host.SoapAsync("extensionPbx", ("authorizedKey", new string((char)('a' + i), 32)));
        using var nobody = world.Host.RestAs("nadie", "una-clave-cualquiera");
        using var refused = await nobody.GetAsync(new Uri("/expandweb3/api/external/outgoingcalls/call", UriKind.Relative), Ct);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        await Eventually.TrueAsync(async () => (await world.ListAsync()).Any(r => r.Status == 401));
        await world.Host.Get<InspectorSweep>().SweepAsync(Ct);
        var rows = await world.ListAsync();
        Assert.Equal(3, rows.Count(r => r.Caller.Length == 0));
        Assert.Single(rows, r => r.Caller.StartsWith("key:", StringComparison.Ordinal));
        await world.HoldsNowhereAsync("una-clave-cualquiera");
        Assert.All(rows.Where(r => r.Caller.Length == 0), r => Assert.True(r.Failed));
    }

    [Fact]
    public async Task A_large_body_is_answered_as_ever_and_kept_up_to_its_bound()
    {
        await using var world = await WorldAsync(("Inspector:BodyBytes", "512"));
        var key = await world.Host.KeyAsync();
        var answer = await world.Host.SoapAsync("originateCallStatus", ("authorizedKey", key), ("originatedID", new string('x', 300_000)));
        Assert.Contains(">0</return>", answer, StringComparison.Ordinal);
        var request = (await world.Requests.FindAsync((await world.OnlyAsync()).Id, Ct))!;
        Assert.True(request.BodyCut);
        Assert.True(request.BodyBytes > 300_000);
        Assert.InRange(request.Body.Length, 100, 520);
    }

    [Fact]
    public async Task Malformed_XML_is_kept_and_shows_no_key()
    {
        await using var world = await WorldAsync();
        var key = await world.Host.KeyAsync();
        using var http = new HttpClient();
        using var content = new StringContent($"<Envelope><Body><op><authorizedKey>{key}</op>", Encoding.UTF8, "text/xml");
        using var answer = await http.PostAsync(new Uri($"{world.Host.Url}/apiws/1/apiws.php?authorizedKey={key}"), content, Ct);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        var row = await world.OnlyAsync();
        Assert.Equal((true, ""), (row.Failed, row.Caller));
        Assert.NotEmpty(row.Outcome);
        await world.HoldsNowhereAsync(key);
    }

    [Fact]
    public async Task Old_requests_are_forgotten_and_where_it_is_switched_off_nothing_is_kept()
    {
        var database = await databases.NewAsync();
        await using (var world = await WorldAsync(database))
        {
            var key = await world.Host.KeyAsync();
            await world.Host.SoapAsync("originateCallStatus", ("authorizedKey", key), ("originatedID", "0f1e2d3c"));
            await world.OnlyAsync();
            await world.SqlAsync("update inspected_requests set at = at - interval '8 days'");
            Assert.Equal(1, await world.Host.Get<InspectorSweep>().SweepAsync(Ct));
            await world.Host.SoapAsync("originateCallStatus", ("authorizedKey", key), ("originatedID", "0f1e2d3c"));
            await world.OnlyAsync();
        }

        await using var off = await WorldAsync(database, ("Inspector:Enabled", "false"));
        await off.Host.SoapAsync("originateCallStatus", ("authorizedKey", await off.Host.KeyAsync()), ("originatedID", "0f1e2d3c"));
        await Eventually.TrueAsync(async () => (await off.ListAsync()).Count == 0);
    }

    [Fact]
    public async Task Rows_are_found_by_what_stands_in_them()
    {
        await using var world = await WorldAsync();
        var key = await world.Host.KeyAsync();
        await world.Host.SoapAsync("originateCallStatus", ("authorizedKey", key), ("originatedID", "contrato_9"));
        await world.Host.SoapAsync("originateCallStatus", ("authorizedKey", key), ("originatedID", "contratoX9"));
        await Eventually.TrueAsync(async () => (await world.ListAsync()).Count == 2);
        var caller = (await world.Requests.CallersAsync(Ct)).Single(c => c.Description == "prueba");
        Assert.Single(await world.Requests.ListAsync(new InspectedFilter(caller.Id, "trato_9", false), Ct));
        Assert.Empty(await world.Requests.ListAsync(new InspectedFilter(caller.Id, "trato_9", true), Ct));
        Assert.Empty(await world.Requests.ListAsync(new InspectedFilter("key:0", "", false), Ct));
    }

    [Fact]
    public void What_does_not_fit_is_dropped_and_counted()
    {
        var queue = new InspectorQueue();
        for (var i = 0; i < InspectorQueue.Capacity + 7; i++) queue.Offer(new Inspection(DateTimeOffset.UnixEpoch, 1024));
        Assert.Equal(7, queue.Dropped);
        Assert.Equal(InspectorQueue.Capacity, queue.Take().Count);
    }

    private async Task<World> WorldAsync(params (string, string)[] settings) => await WorldAsync(await databases.NewAsync(), settings);

    private static async Task<World> WorldAsync(string database, params (string, string)[] settings)
    {
        var pbx = new ScriptedPbx("701");
        return new World(database, pbx, await ServerHost.StartAsync(database, pbx, settings: settings));
    }

    private sealed record World(string Database, ScriptedPbx Pbx, ServerHost Host) : IAsyncDisposable
    {
        public InspectedRequests Requests => Host.Get<InspectedRequests>();

        public Task<IReadOnlyList<InspectedRow>> ListAsync() => Requests.ListAsync(new InspectedFilter(null, "", false), Ct);

        public async Task<InspectedRow> OnlyAsync()
        {
            await Eventually.TrueAsync(async () => (await ListAsync()).Count > 0);
            return Assert.Single(await ListAsync());
        }

        public async Task SqlAsync(string sql)
        {
            await using var source = NpgsqlDataSource.Create(Database);
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(Ct);
        }

        public async Task HoldsNowhereAsync(string secret)
        {
            await using var source = NpgsqlDataSource.Create(Database);
            await using var command = source.CreateCommand("select count(*) from inspected_requests r where strpos(lower(r::text), lower($1)) > 0");
            command.Parameters.Add(new() { Value = secret });
            Assert.Equal(0L, await command.ExecuteScalarAsync(Ct));
        }

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            await Pbx.DisposeAsync();
        }
    }
}
