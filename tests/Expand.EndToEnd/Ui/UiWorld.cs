using System.Globalization;
using Expand.Server.Access;
using Expand.Server.OutgoingCalls;
using Expand.Server.Platform;
using Expand.TestKit;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using Xunit;

namespace Expand.EndToEnd.Ui;

/// <summary>The tests of the web UI but for those of <see cref="UiTour"/>, which have a server and a browser of their own, beside these.</summary>
[CollectionDefinition("web UI")]
public sealed class UiPages : ICollectionFixture<UiWorld>;

/// <summary>The tour of all pages, and the tests of pages whose rows it then looks at.</summary>
[CollectionDefinition("web UI tour")]
public sealed class UiTour : ICollectionFixture<UiWorld>;

/// <summary>One server and one browser for all tests of a collection; every test has a browser session of its own. The tests of a collection take
/// turns: rows that another test makes or revokes would move away under a click.</summary>
public sealed class UiWorld : IAsyncLifetime
{
    private readonly SemaphoreSlim starting = new(1, 1);
    private ServerFixture? server;
    private IPlaywright? playwright;
    private IBrowser? browser;

    public ServerFixture Server => server ?? throw new InvalidOperationException("the server is not started");

    /// <summary>What the server is told beside; before the first visitor.</summary>
    public Dictionary<string, string?> Settings { get; } = new()
    {
        // Nobody calls or moves but who does so in a test: else an agent whom one looks at would talk to somebody by chance.
        ["Demo__CallsPerMinute"] = "0",
        ["Demo__MovesPerMinute"] = "0",
    };

    /// <summary>Only tests of the UI ask for it: nothing is started for the others.</summary>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        if (server is not null) await server.DisposeAsync();
        starting.Dispose();
    }

    /// <summary>A new visitor with an empty browser.</summary>
    public async Task<Visitor> VisitAsync(
        string locale = "es-UY", int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light)
    {
        await StartAsync();
        var context = await browser!.NewContextAsync(new()
        {
            BaseURL = Server.Url,
            Locale = locale,
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            // What is looked at is how a page is, and not how it comes to be.
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(30_000);
        return new Visitor(Server, context, await context.NewPageAsync());
    }

    /// <summary>Makes a user past the UI.</summary>
    public async Task<(string Name, string Password)> AddUserAsync(string role)
    {
        await StartAsync();
        var name = $"{role}-{Guid.NewGuid():N}"[..20];
        var password = Guid.NewGuid().ToString("N");
        var user = new User
        {
            UserName = name,
            NormalizedUserName = name.ToUpperInvariant(),
            FullName = $"Prueba {role}",
            Profile = role,
            Role = role,
            IsSupervisor = role == Roles.Supervisor,
            IsAgent = role == Roles.Agent,
            AgentNumber = role == Roles.Agent ? Random.Shared.Next(10_000_000, 99_999_999).ToString(CultureInfo.InvariantCulture) : null,
            LockoutEnabled = true,
            SecurityStamp = Guid.NewGuid().ToString("N"),
        };
        user.PasswordHash = new PasswordHasher<User>().HashPassword(user, password);
        await using var db = Database();
        db.Add(user);
        await db.SaveChangesAsync();
        return (name, password);
    }

    /// <summary>Makes a user who was made past the UI an agent of a queue, and waits until the server knows it; the agent's number.</summary>
    public async Task<string> LinkAsync(string username, string queue)
    {
        await using var db = Database();
        await db.Database.ExecuteSqlAsync($"insert into queue_agents (queue, user_id, penalty) select {queue}, id, 0 from users where user_name = {username}");
        await db.Database.ExecuteSqlAsync($"update access_version set version = version + 1");
        // Copies are looked after every second or so.
        await Task.Delay(2_500);
        return (await db.Set<User>().SingleAsync(u => u.UserName == username)).AgentNumber!;
    }

    /// <summary>A call that the agents of a queue have to make in five minutes.</summary>
    public async Task AddOutgoingCallAsync(string queue, string contact, string number)
    {
        await using var db = Database();
        var now = DateTimeOffset.UtcNow;
        db.Add(new OutgoingCall(new(queue, [number], contact, "Renovación", now.AddMinutes(5), 0, "", "{}"), now));
        await db.SaveChangesAsync();
    }

    /// <summary>The audit log's lines of an action on a subject that begins so.</summary>
    public async Task<int> AuditedAsync(string action, string subject)
    {
        await using var db = Database();
        return await db.Set<AuditEntry>().Where(a => a.Action == action && a.Subject.StartsWith(subject)).SumAsync(a => a.Times);
    }

    /// <summary>The number of the key with these first digits.</summary>
    public async Task<int> KeyIdAsync(string prefix)
    {
        await using var db = Database();
        return await db.Set<AuthorizedKey>().Where(k => k.Prefix == prefix).Select(k => k.Id).SingleAsync();
    }

    /// <summary>The number of the user of that name.</summary>
    public async Task<int> UserIdAsync(string name)
    {
        await using var db = Database();
        return await db.Set<User>().Where(u => u.UserName == name).Select(u => u.Id).SingleAsync();
    }

    internal ExpandDb Database() =>
        new(DatabaseModule.Configure(new DbContextOptionsBuilder<ExpandDb>(), Server.ConnectionString).Options);

    private async Task StartAsync()
    {
        await starting.WaitAsync();
        try
        {
            if (browser is not null) return;
            server ??= await ServerFixture.StartAsync(Settings);
            playwright ??= await Playwright.CreateAsync();
            Assertions.SetDefaultExpectTimeout(30_000);
            browser = await playwright.Chromium.LaunchAsync(new()
            {
                Timeout = 120_000,
                ExecutablePath = Environment.GetEnvironmentVariable("EXPAND_CHROMIUM") ?? "/usr/bin/chromium",
                Args =
                [
                    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
                ],
            });
        }
        finally
        {
            starting.Release();
        }
    }
}
