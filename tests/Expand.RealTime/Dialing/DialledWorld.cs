using Expand.Dialing;
using Expand.Dialing.Calendar;
using Expand.Dialing.Redial;
using Expand.Server.Dialer;
using Expand.Server.DoNotCall;
using Expand.Server.Platform;
using Expand.TestKit;
using Microsoft.EntityFrameworkCore;

namespace Expand.RealTime.Dialing;

/// <summary>A real Asterisk with phones, agents who are logged in at two queues, a PostgreSQL, and hosts of one installation on them.</summary>
internal sealed class DialledWorld : IAsyncDisposable
{
    public const string CallerId = "24001000";
    public const string First = "q_uno", Second = "q_dos";
    private const int FirstAgent = 2001;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(240);
    private readonly List<ServerFixture> hosts = [];
    private string database = "";

    private DialledWorld(AsteriskFixture asterisk, PostgresFixture postgres) => (Asterisk, Postgres) = (asterisk, postgres);

    public AsteriskFixture Asterisk { get; }

    public IReadOnlyList<ServerFixture> Hosts => hosts;

    /// <summary>A zone in which it is about noon now, and one in which it is night.</summary>
    public static (string Day, string Night) Zones
    {
        get
        {
            var hour = TimeProvider.System.GetUtcNow().Hour;
            // Etc/GMT+3 is three hours behind: at 15 UTC it is noon there.
            string Behind(int hours) => hours == 0 ? "Etc/GMT" : hours > 0 ? $"Etc/GMT+{hours}" : $"Etc/GMT{hours}";
            var behind = hour - 12;
            return (Behind(behind), Behind(behind > 0 ? behind - 12 : behind + 12));
        }
    }

    private PostgresFixture Postgres { get; }

    public static bool IsAgent(string number) => int.Parse(number, System.Globalization.CultureInfo.InvariantCulture) is >= FirstAgent and < FirstAgent + 100;

    public static async Task<DialledWorld> StartAsync(AsteriskGeneration generation, int agents, int servers, CancellationToken ct, Dictionary<string, string?>? settings = null)
    {
        var numbers = Enumerable.Range(FirstAgent, agents).ToList();
        string Members(int every) => string.Concat(numbers.Where(n => n % every == 0).Select(n => $"member => PJSIP/{n},0,{n - 1500},PJSIP/{n}\n"));
        var world = new DialledWorld(
            await AsteriskFixture.StartAsync(new AsteriskSetup
            {
                Generation = generation,
                MoreExtensions = [.. numbers.Select(n => ($"{n}", $"Agente {n}"))],
                // Every second agent takes calls of both campaigns.
                MoreQueues = $"[{First}](queue)\ntimeout = 8\nretry = 1\n{Members(1)}[{Second}](queue)\ntimeout = 8\nretry = 1\n{Members(2)}",
                RingsFor = TimeSpan.FromMilliseconds(300),
            }, ct),
            await PostgresFixture.StartPrivateAsync(ct));
        try
        {
            world.database = await world.Postgres.NewDatabaseAsync(empty: true);
            for (var n = 0; n < servers; n++) await world.AddHostAsync(settings ?? [], ct);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    public ExpandDb Open() => new(DatabaseModule.Configure(new DbContextOptionsBuilder<ExpandDb>(), database).Options);

    /// <summary>A campaign that may call all day, and that is paused yet.</summary>
    public async Task<int> CampaignAsync(string queue, CancellationToken ct, Action<Campaign>? with = null)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(Zones.Day)).DateTime);
        var campaign = new Campaign
        {
            Name = $"Campaña de {queue}",
            TimeZone = Zones.Day,
            Queue = queue,
            Mode = DialingMode.Progressive,
            StartDate = today.AddDays(-1),
            EndDate = today.AddDays(1),
            Schedule = [new OperationHours(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "08:00", "18:00")],
            RedialRules = [new(AttemptOutcome.Busy, 4, 2), new(AttemptOutcome.NoAnswer, 3, 2), new(AttemptOutcome.Congestion, 3, 2), new(AttemptOutcome.Abandoned, 2, 3)],
            MaxAttempts = 3,
            RingSeconds = 4,
            CallerId = CallerId,
            Life = new CampaignLife(CampaignState.Active, Paused: true),
        };
        with?.Invoke(campaign);
        await using var db = Open();
        db.Add(campaign);
        await db.SaveChangesAsync(ct);
        return campaign.Id;
    }

    public async Task AddAsync(int campaign, IReadOnlyList<ContactForm> contacts, CancellationToken ct)
    {
        await using var db = Open();
        var added = await new Contacts(db, new ContactTable(db), TimeProvider.System).ApplyAsync(campaign, [.. contacts.Select(c => new ContactRow(null, c))], ct);
        if (added.Select(a => a.Failure).FirstOrDefault(f => f is not null) is { } refused) throw new InvalidOperationException(refused.Message);
    }

    /// <summary>Numbers that nobody may call.</summary>
    public async Task ForbidAsync(IReadOnlyList<string> numbers, CancellationToken ct)
    {
        await using var db = Open();
        var list = new NumberList { Name = "Propia", AddedAt = TimeProvider.System.GetUtcNow(), AddedBy = "prueba", Edition = 1, Numbers = numbers.Count };
        db.Add(list);
        await db.SaveChangesAsync(ct);
        foreach (var number in numbers)
            db.Add(new ListedNumber { ListId = list.Id, Edition = 1, Number = new DoNotCallSettings().Canonical(number), AddedAt = TimeProvider.System.GetUtcNow() });
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Lets the campaigns begin.</summary>
    public async Task BeginAsync(CancellationToken ct)
    {
        await using var db = Open();
        await db.Database.ExecuteSqlAsync($"update campaigns set paused = false", ct);
    }

    /// <summary>The host that dials, as the database shows it.</summary>
    public async Task<string?> DialsAsync(CancellationToken ct)
    {
        await using var db = Open();
        return await db.Set<CampaignPace>().AsNoTracking().OrderByDescending(p => p.At).Select(p => p.Host).FirstOrDefaultAsync(ct);
    }

    /// <summary>Waits until so many attempts have an outcome.</summary>
    public Task SettledAsync(int count, CancellationToken ct) => Eventually.TrueAsync(async () =>
    {
        await using var db = Open();
        return await db.Set<DialAttempt>().CountAsync(a => a.Outcome != null, ct) >= count;
    }, $"{count} attempts are over", Patience);

    /// <summary>Waits until nobody is left who may be called now.</summary>
    public async Task EndedAsync(CancellationToken ct)
    {
        var night = Zones.Night;
        string[] left = [];
        try
        {
            await Eventually.TrueAsync(async () =>
            {
                await using var db = Open();
                left = [.. await db.Set<Contact>().Where(c => c.State == ContactState.Pending && c.TimeZone != night).Select(c => c.Numcall).ToListAsync(ct),
                    .. await db.Set<DialAttempt>().Where(a => a.SettledAt == null).Select(a => a.ChannelId).ToListAsync(ct)];
                return left.Length == 0;
            }, "the campaigns are over", Patience);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}; left: {string.Join(", ", left)}\n{string.Join("\n", hosts.Select(h => h.Output))}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts) await host.DisposeAsync();
        await Asterisk.DisposeAsync();
        await Postgres.DisposeAsync();
    }

    private async Task AddHostAsync(Dictionary<string, string?> settings, CancellationToken ct)
    {
        hosts.Add(await ServerFixture.StartAsync(
            new Dictionary<string, string?>(Asterisk.ServerSettings().Concat(settings))
            {
                ["ConnectionStrings__Expand"] = database,
                ["Expand__HostId"] = $"host-{hosts.Count + 1}",
                ["Dialer__WaitSeconds"] = "6",
            }, ct: ct));
    }
}
