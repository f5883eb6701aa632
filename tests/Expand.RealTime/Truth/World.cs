using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Agents;
using Expand.Server.Platform;
using Expand.Server.Queues;
using Expand.TestKit;
using Microsoft.EntityFrameworkCore;

namespace Expand.RealTime.Truth;

/// <summary>A real Asterisk with the shift's queues and phones, a PostgreSQL of its own, and the server with the shift's agents.</summary>
internal sealed class World : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private World(AsteriskFixture asterisk, TimeZoneInfo zone) => (Asterisk, Zone) = (asterisk, zone);

    public AsteriskFixture Asterisk { get; }

    /// <summary>The installation's time zone: one in which this day does not end during the shift.</summary>
    public TimeZoneInfo Zone { get; }

    public PostgresFixture? Postgres { get; private set; }

    public WireTap? Tap { get; private set; }

    public ServerFixture? Server { get; private set; }

    public SoapCaller? Soap { get; private set; }

    /// <summary>What an agent dials for a queue.</summary>
    public static string DigitOf(string queue) => $"{ShiftPlan.Queues.ToList().IndexOf(queue) + 3}";

    /// <summary>An instant as the contract's dates are written, in the installation's time zone.</summary>
    public string Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <param name="generation">Which Asterisk.</param>
    /// <param name="plan">The shift.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="ringSeconds">How long a queue lets an agent's phone ring.</param>
    public static async Task<World> StartAsync(AsteriskGeneration generation, ShiftPlan plan, CancellationToken ct, int ringSeconds = ShiftPlan.RingSeconds)
    {
        var asterisk = await AsteriskFixture.StartAsync(
            new AsteriskSetup
            {
                Generation = generation,
                MoreExtensions = [.. plan.Agents.Select(a => (a.Extension, $"Interno {a.Extension}")), .. plan.Targets.Select(t => (t, $"Oficina {t}"))],
                MoreQueues = string.Concat(ShiftPlan.Queues.Select(q => $"[{q}](queue)\ntimeout = {ringSeconds}\nretry = 1\n")),
                MoreDialplan = "[globals](+)\n" + string.Concat(ShiftPlan.Queues.Select(q => $"QUEUE_{DigitOf(q)} = {q}\n"))
                    + string.Concat(ShiftPlan.Reasons.Select(r => $"PAUSE_{r.Code} = {r.Name}\n")),
            }, ct);
        var world = new World(asterisk, ZoneFarFromMidnight());
        try
        {
            await world.StartServerAsync(plan, ringSeconds, ct);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the server shows an up-to-date picture.</summary>
    public async Task WellAsync(CancellationToken ct)
    {
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    var panel = await Soap!.XmlAsync("statusQueues", ct);
                    return panel.Attribute("stale") is null && ShiftPlan.Queues.All(q => panel.Descendants("queue").Any(e => (string?)e.Attribute("qname") == q));
                }
                catch (Exception broken) when (broken is HttpRequestException or SoapFaultException or System.Xml.XmlException)
                {
                    return false;
                }
            }, "statusQueues is up to date", Patience);
    }

    public async ValueTask DisposeAsync()
    {
        Soap?.Dispose();
        if (Server is not null) await Server.DisposeAsync();
        if (Tap is not null) await Tap.DisposeAsync();
        await Asterisk.DisposeAsync();
        if (Postgres is not null) await Postgres.DisposeAsync();
    }

    private async Task StartServerAsync(ShiftPlan plan, int ringSeconds, CancellationToken ct)
    {
        Postgres = await PostgresFixture.StartPrivateAsync(ct);
        Tap = new WireTap(Asterisk.AmiPort);
        var database = await Postgres.NewDatabaseAsync(empty: true);
        Server = await ServerFixture.StartAsync(
            new Dictionary<string, string?>(Asterisk.ServerSettings(Tap.Port))
            {
                ["ConnectionStrings__Expand"] = database,
                ["Expand__TimeZone"] = Zone.Id,
                ["Queues__RingSeconds"] = $"{ringSeconds}",
            }, ct: ct);
        Soap = new SoapCaller(Server.Url, Server.Credentials.AuthorizedKey);
        // Dozens of runs of the command line would cost a minute: the rows are written while the server is down.
        await Server.StopAsync(ct);
        await using (var db = new ExpandDb(DatabaseModule.Configure(new DbContextOptionsBuilder<ExpandDb>(), database).Options))
        {
            await FillAsync(db, plan, ct);
        }

        await Server.StartAgainAsync(ct);
        await WellAsync(ct);
        await Eventually.TrueAsync(async () => await Soap.ExtensionsAsync(ct) >= plan.Agents.Count + plan.Targets.Count,
            "the server knows the extensions", Patience);
    }

    private static async Task FillAsync(ExpandDb db, ShiftPlan plan, CancellationToken ct)
    {
        foreach (var queue in ShiftPlan.Queues) db.Add(new QueueSetting { Name = queue, Description = $"Cola {queue}" });
        foreach (var (code, name) in ShiftPlan.Reasons) db.Add(new PauseReason { Code = code, Name = name });
        foreach (var agent in plan.Agents)
        {
            var user = new User
            {
                UserName = agent.Username,
                NormalizedUserName = agent.Username.ToUpperInvariant(),
                FullName = agent.Name,
                Profile = "operador",
                Role = Roles.Agent,
                IsAgent = true,
                AgentNumber = agent.Number,
                SecurityStamp = Guid.NewGuid().ToString("N"),
            };
            db.Add(user);
            await db.SaveChangesAsync(ct);
            db.Add(new HeldNumber { Number = agent.Number, UserId = user.Id, UserName = user.UserName, FullName = user.FullName });
            foreach (var queue in agent.Queues) db.Add(new QueueAgent { Queue = queue, UserId = user.Id });
        }

        await db.SaveChangesAsync(ct);
    }

    private static TimeZoneInfo ZoneFarFromMidnight()
    {
        // Counters begin anew at midnight, which the ledger does not.
        foreach (var id in (string[])["America/Montevideo", "Asia/Tokyo"])
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(id);
            if (TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), zone).Hour is > 1 and < 21) return zone;
        }

        throw new InvalidOperationException("two zones twelve hours apart, and both near midnight");
    }
}
