using System.Xml.Linq;
using Expand.Server.Access;
using Expand.Server.Activity;
using Expand.Server.Agents;
using Expand.Server.Pbx;
using Expand.Server.Queues;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Expand.Server.Tests.Agents;

/// <summary>A server with a scripted PBX of two queues, two linked agents, an agent of no queue, and two pause reasons.</summary>
internal sealed class AgentsWorld(string database, ScriptedPbx pbx, ServerHost host, string key) : IAsyncDisposable
{
    public ScriptedPbx Pbx => pbx;

    public ServerHost Host => host;

    public string Key => key;

    public string Database => database;

    public AgentPresence Presence => host.Get<AgentPresence>();

    public LivePicture Picture => host.Get<LivePicture>();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A server without users, before a PBX that the test has prepared.</summary>
    public static async Task<AgentsWorld> EmptyAsync(Databases databases, Action<ScriptedPbx> prepare, params (string Name, string Value)[] settings)
    {
        var database = await databases.NewAsync();
        var pbx = new ScriptedPbx();
        prepare(pbx);
        var host = await ServerHost.StartAsync(database, pbx, settings: settings);
        await Eventually.TrueAsync(() => host.Get<ExtensionDirectory>().All.Count() == pbx.Devices.Count && host.Get<LivePicture>().StaleSince is null);
        return new AgentsWorld(database, pbx, host, await host.KeyAsync());
    }

    public static async Task<AgentsWorld> StartAsync(Databases databases)
    {
        var database = await databases.NewAsync();
        var pbx = new ScriptedPbx("701", "702", "703");
        pbx.Queues.UnionWith(["q_soporte", "q_ventas"]);
        var host = await ServerHost.StartAsync(database, pbx);
        var world = new AgentsWorld(database, pbx, host, await host.KeyAsync());
        await world.UserAsync("acosta", "Ana Acosta", "101");
        await world.UserAsync("bnunez", "Bruno Núñez", "102");
        await world.UserAsync("gsosa", "Gabriela Sosa", "107");
        var catalog = host.Get<QueueCatalog>();
        foreach (var (queue, user, penalty) in new[] { ("q_ventas", "acosta", 0), ("q_soporte", "acosta", 3), ("q_ventas", "bnunez", 0) })
            Assert.Null(await catalog.LinkAsync(queue, user, penalty, Actor.System, Ct));
        Assert.Null(await catalog.SetDescriptionAsync("q_ventas", "Ventas", Actor.System, Ct));
        Assert.Null(await host.Get<PauseReasons>().AddAsync("1", "Almuerzo", Actor.System, Ct));
        Assert.Null(await host.Get<PauseReasons>().AddAsync("3", "Baño", Actor.System, Ct));
        await Eventually.TrueAsync(() => host.Get<ExtensionDirectory>().All.Count() == 3 && world.Picture.StaleSince is null);
        return world;
    }

    public async Task<int> UserAsync(string username, string name, string number, string profile = "operador", string email = "", bool supervises = false)
    {
        var made = await host.Get<Users>().CreateAsync(new UserForm(username, name, email, profile, supervises, number.Length > 0, number), null, Actor.System, Ct);
        Assert.Null(made.Failure);
        return made.Value;
    }

    /// <summary>The operation's answer as its text.</summary>
    public async Task<string> AskAsync(string operation, params (string Name, string Value)[] arguments)
    {
        var answer = await host.SoapAsync(operation, [("authorizedKey", key), .. arguments]);
        return XDocument.Parse(answer).Descendants().Single(e => e.Name.LocalName == "return").Value;
    }

    public async Task<bool> ActAsync(string operation, params (string Name, string Value)[] arguments) => await AskAsync(operation, arguments) == "true";

    /// <summary>What the PBX was asked about members, each as its action and values.</summary>
    public IEnumerable<string> Commands => pbx.MemberCommands.Select(c => string.Join(' ',
        new[] { c.Name, c["Queue"], c["Interface"], c["MemberName"], c["Penalty"], c.Name == "QueueAdd" ? null : c["Paused"], c["Reason"] }.Where(v => v is not null)));

    /// <summary>Writes sessions with their pauses, as the feed of queue_log does; instants are UTC.</summary>
    public async Task SessionsAsync(params (string Agent, string Queue, string From, string? To, (string Cause, string From, string? To)[] Pauses)[] sessions)
    {
        await using var db = Databases.Open(database);
        var touched = host.Get<AgentDays>().Touched();
        foreach (var (agent, queue, from, to, pauses) in sessions)
        {
            var session = new AgentSession { Pbx = "pbx", Queue = queue, Agent = agent, Device = "PJSIP/701", BeganAt = At(from), EndedAt = to is null ? null : At(to) };
            db.Add(session);
            touched.Add(session);
            foreach (var pause in pauses)
            {
                db.Add(new AgentPause
                {
                    Session = session,
                    Queue = queue,
                    Agent = agent,
                    Cause = pause.Cause,
                    BeganAt = At(pause.From),
                    EndedAt = pause.To is null ? null : At(pause.To),
                });
            }
        }

        await using var transaction = await db.Database.BeginTransactionAsync(Ct);
        await db.SaveChangesAsync(Ct);
        await host.Get<AgentDays>().SumAsync(touched, (NpgsqlConnection)db.Database.GetDbConnection(), Ct);
        await transaction.CommitAsync(Ct);
    }

    private static DateTimeOffset At(string utc) => DateTimeOffset.Parse(utc + "Z", System.Globalization.CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await pbx.DisposeAsync();
    }
}
