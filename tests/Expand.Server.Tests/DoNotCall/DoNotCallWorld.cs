using System.Text;
using Expand.Server.Access;
using Expand.Server.DoNotCall;
using Expand.Server.DoNotCall.Imports;
using Expand.Server.Platform;
using Expand.Server.Platform.Files;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Server.Tests.DoNotCall;

/// <summary>A server whose clock the tests hold, and what they do with its lists.</summary>
internal sealed class DoNotCallWorld : IAsyncDisposable
{
    /// <summary>2026-11-25 12:00 in Montevideo.</summary>
    public static readonly DateTimeOffset Noon = new(2026, 11, 25, 15, 0, 0, TimeSpan.Zero);

    public static readonly Actor Admin = new("admin", "127.0.0.1");

    private readonly List<ServerHost> hosts = [];

    private DoNotCallWorld(string database) => Database = database;

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public string Database { get; }

    public FakeTimeProvider Clock { get; } = new(Noon);

    public ServerHost Host => hosts[0];

    public NumberLists Lists => Host.Get<NumberLists>();

    public ListedNumbers Numbers => Host.Get<ListedNumbers>();

    public DoNotCallGate Gate => Host.Get<DoNotCallGate>();

    public static async Task<DoNotCallWorld> StartAsync(Databases databases)
    {
        var world = new DoNotCallWorld(await databases.NewAsync());
        await world.AddHostAsync("host-1");
        return world;
    }

    public async Task<ServerHost> AddHostAsync(string name)
    {
        // No PBX listens there: lists do not need one.
        hosts.Add(await ServerHost.StartUnheardAsync(Database, 1, name, Clock, settings: ("Expand:TimeZone", "America/Montevideo")));
        return hosts[^1];
    }

    public async Task<NumberList> ListAsync(NumberListKind kind, string name, params string[] numbers)
    {
        var (list, failure) = await Lists.AddAsync(new NumberListForm(kind, name, kind == NumberListKind.Campaign ? 7 : null), Admin, Ct);
        Assert.Null(failure);
        foreach (var number in numbers) Assert.Null((await Numbers.AddAsync(list!.Id, number, null, Admin, Ct)).Failure);
        return (await Lists.FindAsync(list!.Id, Ct))!;
    }

    /// <summary>A register with an edition of that day.</summary>
    public async Task<NumberList> RegisterAsync(string name, DateOnly issued, params string[] numbers)
    {
        var list = await Lists.FindAsync(name, Ct) ?? await ListAsync(NumberListKind.Registry, name);
        var import = await ImportAsync(list, string.Join('\n', numbers), issued);
        Assert.True(import.State == ImportState.Done, import.Failure?.Message);
        return (await Lists.FindAsync(list.Id, Ct))!;
    }

    public async Task<NumberImport> StartImportAsync(NumberList list, string text, DateOnly? issued, ServerHost? at = null)
    {
        var file = await UploadedFile.ReceiveAsync("no-llame.csv", new MemoryStream(Encoding.UTF8.GetBytes(text)), _ => Task.CompletedTask, Ct);
        var shape = await file.GuessAsync(2, NumberColumns.IsTitle, Ct);
        var columns = NumberColumns.Guess([.. file.Rows(shape).Take(20)], shape.HasHeading);
        var (import, failure) = (at ?? Host).Get<NumberImports>().Start(new NumberImportPlan(list, shape, columns, Admin, issued), file);
        Assert.Null(failure);
        return import!;
    }

    public async Task<NumberImport> ImportAsync(NumberList list, string text, DateOnly? issued = null, ServerHost? at = null)
    {
        var import = await StartImportAsync(list, text, issued, at);
        await Eventually.TrueAsync(() => !import.Runs, "the import ends");
        return import;
    }

    public static DoNotCallQuestion Ask(params string[] numbers) => new(numbers, CheckPurpose.OutgoingCall, "12");

    /// <summary>Asks the gate as a caller does whose transaction is committed.</summary>
    public async Task<IReadOnlyList<DoNotCallVerdict>> CheckAsync(DoNotCallQuestion question, ServerHost? at = null)
    {
        await using var db = Open();
        return await (at ?? Host).Get<DoNotCallGate>().CheckAsync(question, db, Ct);
    }

    public async Task<CheckResult> ResultAsync(string number, int? campaign = null, bool observes = true) =>
        (await CheckAsync(Ask(number) with { Campaign = campaign, ObservesRegisters = observes })).Single().Result;

    public async Task<List<NumberCheck>> EvidenceAsync()
    {
        await using var db = Open();
        return await db.Set<NumberCheck>().OrderBy(c => c.Id).ToListAsync(Ct);
    }

    public async Task<List<string>> AuditAsync()
    {
        await using var db = Open();
        return await db.Set<AuditEntry>().Where(a => a.Action.StartsWith("dnc.")).OrderBy(a => a.Id).Select(a => $"{a.Action} {a.Subject}: {a.Detail}").ToListAsync(Ct);
    }

    public ExpandDb Open() => Databases.Open(Database);

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts) await host.DisposeAsync();
    }
}
