using System.Globalization;
using System.Net;

namespace Expand.Server.Tests.Dialer;

/// <summary>
/// Several clients at once do what comes to their mind with contacts of their own in the same campaign, and change one that all of them share: each
/// gets the answers that a plain model in memory gives, and nothing is lost.
/// </summary>
public sealed class ContactsPropertyTests(SharedDialerDesk shared) : IClassFixture<SharedDialerDesk>
{
    private const int Clients = 4;
    private static readonly string?[] States = [null, "Pending", "Completed", "Rejected", "Canceled"];
    private static readonly string[] Outcomes = ["Answer", "Busy", "Busy", "NoAnswer", "AnsweringMachine"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private DialerDesk Desk => shared.Desk;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_operations_of_several_clients_have_the_answers_of_a_model_and_nothing_is_lost(int seed)
    {
        var campaign = await Desk.CampaignAsync();
        var common = await Desk.AddAsync(campaign, "Compartido", "0");
        var clients = Enumerable.Range(0, Clients).Select(n => new Client(Desk, campaign, common.Id, n, new Random(seed * 1000 + n))).ToList();
        await Task.WhenAll(clients.Select(c => Task.Run(c.WorkAsync, Ct)));

        var shared = (await Desk.GetAsync($"/{campaign}/contacts/{common.Id}")).Json;
        Assert.Equal(clients.Sum(c => c.Raised), (int)shared["info"]!["n"]!);
        var all = (await Desk.GetAsync($"/{campaign}/contacts?order=desc")).Json["data"]!.AsArray().Where(c => (long)c!["id"]! != common.Id).Select(c => ModelContact.Of(c!));
        Assert.Equal(clients.SelectMany(c => c.Model.Contacts).OrderByDescending(c => c.Id).Select(c => c.ToString()), all);
        Assert.Equal("", await Desk.WrongCountsAsync());
    }

    /// <summary>A client; its contacts carry its mark in their names and external ids.</summary>
    private sealed class Client(DialerDesk desk, int campaign, long common, int number, Random random)
    {
        private readonly string path = $"/{campaign}/contacts";

        public ContactModel Model { get; } = new();

        /// <summary>How often it raised the number that all share.</summary>
        public int Raised { get; private set; }

        public async Task WorkAsync()
        {
            for (var i = 0; i < 50; i++)
            {
                await (random.Next(8) switch
                {
                    0 => AddAsync(),
                    1 or 2 => ChangeAsync(),
                    3 => BulkAsync(),
                    4 => ListAsync(),
                    5 => CallAsync(),
                    6 => ReadAsync(),
                    _ => RaiseAsync(),
                });
            }
        }

        private long SomeId() => Model.Contacts.Count == 0 || random.Next(10) == 0 ? long.MaxValue - random.Next(9) : Model.Contacts[random.Next(Model.Contacts.Count)].Id;

        private ModelRow Row(bool named) => new(
            named && random.Next(3) == 0 ? SomeId() : null, $"cliente{number} n{random.Next(12):00}", random.Next(12) == 0 ? "x1" : $"27{random.Next(10)}",
            random.Next(3) switch { 0 => true, 1 => false, _ => null }, random.Next(2) == 0 ? "{}" : $$"""{"b":{{random.Next(3)}},"a":"x"}""",
            random.Next(2) == 0 ? $"k{number}-{random.Next(9)}" : null);

        private async Task AddAsync()
        {
            var row = Row(named: false);
            var answer = await desk.SendAsync("POST", path, row.Json);
            Assert.Equal(Model.Add(row, answer.Status == HttpStatusCode.Created ? (long)answer.Json["id"]! : 0), answer.Status);
            if (answer.Status == HttpStatusCode.Created) Assert.Equal(Model.Contacts[^1].ToString(), ModelContact.Of(answer.Json));
        }

        private async Task ChangeAsync()
        {
            var (id, row) = (SomeId(), Row(named: false));
            int? version = random.Next(3) switch { 0 => Model.Contacts.Find(c => c.Id == id)?.Version ?? 1, 1 when random.Next(3) == 0 => 99, _ => null };
            var answer = await desk.SendAsync("PUT", $"{path}/{id}", row.Json, version is null ? null : $"\"{version}\"");
            Assert.Equal(Model.Change(id, row, version), answer.Status);
            if (answer.Status != HttpStatusCode.OK) return;
            var contact = Model.Contacts.Single(c => c.Id == id);
            Assert.Equal((contact.ToString(), $"\"{contact.Version}\""), (ModelContact.Of(answer.Json), answer.ETag));
        }

        private async Task BulkAsync()
        {
            var rows = Enumerable.Range(0, random.Next(1, 9)).Select(_ => Row(named: true)).ToList();
            var answer = await desk.SendAsync("POST", $"{path}/bulk", string.Join('\n', rows.Select(r => r.Json)));
            Assert.Equal(rows.Count, answer.Lines.Count);
            foreach (var (row, line) in rows.Zip(answer.Lines)) Assert.Equal((int)Model.Upsert(row, (long?)line["id"] ?? 0), (int)line["status"]!);
        }

        private async Task ReadAsync()
        {
            var id = SomeId();
            var answer = await desk.GetAsync($"{path}/{id}");
            var contact = Model.Contacts.Find(c => c.Id == id);
            Assert.Equal(contact is null ? HttpStatusCode.NotFound : HttpStatusCode.OK, answer.Status);
            if (contact is not null) Assert.Equal((contact.ToString(), $"\"{contact.Version}\""), (ModelContact.Of(answer.Json), answer.ETag));
        }

        private async Task ListAsync()
        {
            var (state, order, descending) = (States[random.Next(States.Length)], random.Next(3) switch { 0 => "name", 1 => "numcall", _ => "" }, random.Next(2) == 0);
            var (start, limit) = (random.Next(3) == 0 ? 0 : random.Next(6), random.Next(3) == 0 ? (int?)null : random.Next(8));
            var query = $"?like=CLIENTE{number}" + (state is null ? "" : $"&state={state}") + (order.Length == 0 ? "" : $"&order_by={order}") + (descending ? "&order=desc" : "")
                + (start == 0 ? "" : $"&start={start}") + (limit is null ? "" : $"&limit={limit}");
            var answer = await desk.GetAsync(path + query);
            var expected = Model.List(state, order, descending);
            Assert.Equal(expected.Count, answer.Total);
            Assert.Equal(expected.Skip(start).Take(limit ?? int.MaxValue).Select(c => c.ToString()), answer.Json["data"]!.AsArray().Select(c => ModelContact.Of(c!)));
        }

        /// <summary>What the engine does.</summary>
        private async Task CallAsync()
        {
            if (Model.Contacts.Count == 0) return;
            var (id, outcome) = (Model.Contacts[random.Next(Model.Contacts.Count)].Id, Outcomes[random.Next(Outcomes.Length)]);
            var attempted = await desk.ContactsAsync(c => c.AttemptedAsync(campaign, id, Enum.Parse<AttemptOutcome>(outcome), Ct));
            Assert.Equal(Model.Attempt(id, outcome), attempted.Failure is null);
            if (random.Next(2) == 0) return;
            var completed = await desk.ContactsAsync(c => c.CompletedAsync(campaign, id, Ct));
            Assert.Equal(Model.Complete(id), completed.Failure is null);
        }

        /// <summary>Reads what all share and writes it raised by one, if nobody did meanwhile.</summary>
        private async Task RaiseAsync()
        {
            var read = await desk.GetAsync($"{path}/{common}");
            var n = (int?)read.Json["info"]!["n"] ?? 0;
            var answer = await desk.SendAsync("PUT", $"{path}/{common}", $$$"""{"name":"Compartido","numcall":"0","info":{"n":{{{(n + 1).ToString(CultureInfo.InvariantCulture)}}}}}""", read.ETag);
            if (answer.Status == HttpStatusCode.OK) Raised++;
            else Assert.Equal(HttpStatusCode.PreconditionFailed, answer.Status);
        }
    }
}
