using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Expand.Server.OutgoingCalls;

namespace Expand.Server.Tests.OutgoingCalls;

/// <summary>
/// Random operations of several clients at once against a plain model in memory. Each client has calls that are its own, so that the model knows
/// every answer; all of them are in one table, with the job that writes down expiry.
/// </summary>
public sealed class OutgoingCallPropertyTests(CallsWorld world) : IClassFixture<CallsWorld>
{
    private const int Clients = 6;
    private const int Rounds = 6;
    private const int StepsOfRound = 20;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_calls_are_what_a_plain_model_says_whoever_does_what_at_once()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var clients = Enumerable.Range(0, Clients).Select(i => new Client(world, i, new Random(seed + i))).ToList();
        for (var round = 0; round < Rounds; round++)
        {
            await Task.WhenAll(clients.Select(c => Task.Run(() => c.WorkAsync(StepsOfRound), Ct)));
            // Between rounds, so that a model need not guess which of two came first: the clock's step or its own.
            world.Clock.Advance(TimeSpan.FromSeconds(40));
        }

        var all = (await world.Api.GetAsync("")).Json["data"]!.AsArray();
        var expected = clients.SelectMany(c => c.Calls).OrderBy(c => c.Id).ToList();
        Assert.Equal(expected.Select(c => c.Json(world.Now)), all.Select(c => c!.ToJsonString()));
        Assert.True(expected.Count > Clients * Rounds);
        Assert.Equal(4, expected.Select(c => c.StatusAt(world.Now)).Distinct().Count());
    }

    /// <summary>What the model knows of a call.</summary>
    private sealed class Modelled
    {
        public required long Id { get; init; }

        public required string Phone { get; set; }

        public required string Queue { get; set; }

        public required DateTimeOffset Date { get; set; }

        public required int Expiration { get; set; }

        public required string Agent { get; set; }

        public required string Subject { get; set; }

        public required string Contact { get; init; }

        public string Status { get; set; } = "PENDING";

        public int Version { get; set; } = 1;

        public string StatusAt(DateTimeOffset now) => IsOver(now) ? "EXPIRED" : Status;

        public bool IsOver(DateTimeOffset now) => Status == "PENDING" && Expiration > 0 && Date.AddSeconds(Expiration) <= now;

        public void Settle(DateTimeOffset now)
        {
            if (!IsOver(now)) return;
            Status = "EXPIRED";
            Version++;
        }

        public string Json(DateTimeOffset now) => JsonNode.Parse(JsonSerializer.Serialize(new
        {
            id = Id,
            queue = Queue,
            phone = new[] { Phone },
            contact = Contact,
            subject = Subject,
            calldate = Local(Date),
            expiration = Expiration,
            agent = Agent,
            status = StatusAt(now),
            link = new { },
        }))!.ToJsonString();

        public static string Local(DateTimeOffset date) =>
            date.ToOffset(TimeSpan.FromHours(-3)).ToString(date.Second == 0 ? "yyyy-MM-dd HH:mm" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private sealed class Client(CallsWorld world, int number, Random random)
    {
        private static readonly string[] Agents = ["", "pperez", "daguirre"];
        private static readonly string[] Queues = ["tecnologia", "q_ventas"];

        public List<Modelled> Calls { get; } = [];

        private string Phone => $"09900{number}";

        private DateTimeOffset Now => world.Now;

        public async Task WorkAsync(int steps)
        {
            for (var i = 0; i < steps; i++) await StepAsync();
        }

        private Task StepAsync()
        {
            if (Calls.Count < 3) return AddAsync();
            var call = Calls[random.Next(Calls.Count)];
            return random.Next(8) switch
            {
                0 => AddAsync(),
                1 or 2 => PutAsync(call),
                3 => random.Next(3) == 0 ? DeleteAsync(call) : ReadAsync(call),
                4 => random.Next(3) == 0 ? CompleteAsync(call) : ReadAsync(call),
                5 => PostponeAsync(call),
                6 => AssignAsync(call),
                _ => ListAsync(),
            };
        }

        private async Task AddAsync()
        {
            var call = Fresh(0, $"contact {number}");
            var answer = await world.Api.SendAsync(HttpMethod.Post, "", Body(call));
            Assert.Equal((201, call.IsOver(Now) ? "\"2\"" : "\"1\""), (answer.Status, answer.ETag));
            Calls.Add(new Modelled
            {
                Id = (long)answer.Json["callid"]!,
                Phone = call.Phone,
                Queue = call.Queue,
                Date = call.Date,
                Expiration = call.Expiration,
                Agent = call.Agent,
                Subject = call.Subject,
                Contact = call.Contact,
            });
        }

        private async Task PutAsync(Modelled call)
        {
            var (fresh, stale) = (Fresh(call.Id, call.Contact), random.Next(4) == 0);
            call.Settle(Now);
            var answer = await world.Api.SendAsync(
                HttpMethod.Put, $"/{call.Id}", Body(fresh), stale ? [("If-Match", $"\"{call.Version - 1}\"")] : random.Next(2) == 0 ? [("If-Match", $"\"{call.Version}\"")] : []);
            var expected = stale ? 412 : call.Status == "PENDING" ? 200 : 409;
            Assert.Equal(expected, answer.Status);
            if (expected != 200) return;
            (call.Phone, call.Queue, call.Date, call.Expiration, call.Agent, call.Subject) =
                (fresh.Phone, fresh.Queue, fresh.Date, fresh.Expiration, fresh.Agent, fresh.Subject);
            call.Version++;
            call.Settle(Now);
            Assert.Equal($"\"{call.Version}\"", answer.ETag);
        }

        private async Task DeleteAsync(Modelled call)
        {
            call.Settle(Now);
            var answer = await world.Api.SendAsync(HttpMethod.Delete, $"/{call.Id}");
            Assert.Equal(call.Status == "COMPLETED" ? 409 : 200, answer.Status);
            if (call.Status is "PENDING" or "EXPIRED") End(call, "CANCELED");
        }

        private async Task CompleteAsync(Modelled call)
        {
            call.Settle(Now);
            var (_, failure) = await world.ActAsync(calls => calls.CompleteAsync(call.Id, CallTerms.Any, Ct));
            Assert.Equal(call.Status == "CANCELED", failure is not null);
            if (call.Status is "PENDING" or "EXPIRED") End(call, "COMPLETED");
        }

        private async Task PostponeAsync(Modelled call)
        {
            call.Settle(Now);
            var later = Now.AddSeconds(random.Next(1, 60));
            var (_, failure) = await world.ActAsync(calls => calls.PostponeAsync(call.Id, later, CallTerms.Any, Ct));
            Assert.Equal(IsEnded(call), failure is not null);
            if (IsEnded(call)) return;
            (call.Date, call.Status) = (later, "PENDING");
            call.Version++;
        }

        private async Task AssignAsync(Modelled call)
        {
            call.Settle(Now);
            var (queue, agent) = (Queues[random.Next(2)], Agents[random.Next(3)]);
            var (_, failure) = await world.ActAsync(calls => calls.AssignAsync(call.Id, queue, agent, CallTerms.Any, Ct));
            Assert.Equal(IsEnded(call), failure is not null);
            if (IsEnded(call)) return;
            (call.Queue, call.Agent) = (queue, agent);
            call.Version++;
        }

        private async Task ReadAsync(Modelled call)
        {
            call.Settle(Now);
            var answer = await world.Api.GetAsync($"/{call.Id}");
            Assert.Equal((call.Json(Now), $"\"{call.Version}\""), (answer.Json.ToJsonString(), answer.ETag));
        }

        /// <summary>The client's own calls are told from the others' by their number.</summary>
        private async Task ListAsync()
        {
            var status = random.Next(2) == 0 ? null : OutgoingCallStates.Words[random.Next(4)];
            var agent = random.Next(3) == 0 ? Agents[random.Next(3)] : null;
            var queue = random.Next(3) == 0 ? Queues[random.Next(2)] : null;
            var (from, to) = (random.Next(3) == 0 ? Now.AddSeconds(random.Next(-200, 200)) : (DateTimeOffset?)null, random.Next(3) == 0 ? Now.AddSeconds(random.Next(-200, 200)) : (DateTimeOffset?)null);
            var (start, limit) = (random.Next(3), random.Next(1, 8));
            var query = $"?phone={Phone[..3]}-{Phone[3..]}&start={start}&limit={limit}" + (status is null ? "" : $"&status={status}") + (agent is null ? "" : $"&agent={agent}")
                + (queue is null ? "" : $"&queue={queue}") + (from is { } f ? $"&startdate={f:yyyy-MM-dd'T'HH:mm:ss}Z" : "") + (to is { } t ? $"&enddate={t:yyyy-MM-dd'T'HH:mm:ss}Z" : "");
            var expected = Calls.Where(c => (status is null || c.StatusAt(Now) == status) && (agent is null || c.Agent == agent) && (queue is null || c.Queue == queue)
                && (from is null || c.Date >= from) && (to is null || c.Date <= to)).OrderBy(c => c.Id).Skip(start).Take(limit).Select(c => c.Json(Now));
            Assert.Equal(expected, (await world.Api.GetAsync(query)).Json["data"]!.AsArray().Select(c => c!.ToJsonString()));
        }

        private static bool IsEnded(Modelled call) => call.Status is "COMPLETED" or "CANCELED";

        private static void End(Modelled call, string status)
        {
            call.Status = status;
            call.Version++;
        }

        private Modelled Fresh(long id, string contact) => new()
        {
            Id = id,
            Contact = contact,
            Phone = Phone,
            Queue = Queues[random.Next(2)],
            Date = Now.AddSeconds(random.Next(-120, 120)),
            Expiration = random.Next(2) == 0 ? 0 : random.Next(1, 100),
            Agent = Agents[random.Next(3)],
            Subject = $"subject {random.Next(1000)}",
        };

        private static string Body(Modelled call) => JsonSerializer.Serialize(new
        {
            queue = call.Queue,
            phone = call.Phone,
            contact = call.Contact,
            subject = call.Subject,
            calldate = Modelled.Local(call.Date),
            expiration = call.Expiration,
            agent = call.Agent,
        });
    }
}
