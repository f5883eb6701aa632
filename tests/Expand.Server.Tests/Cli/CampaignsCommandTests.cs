using System.Text.Json;
using Expand.Server.Access;
using Expand.Server.Activity;
using Expand.Server.Agents;
using Expand.Server.Calls;
using Expand.Server.Cdr;
using Expand.Server.Cli;
using Expand.Server.Dialer;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Queues;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Tests.Cli;

/// <summary>The command <c>campaigns</c> against a database: what it leaves there, and its exit codes.</summary>
public sealed class CampaignsCommandTests(Databases databases) : IDisposable
{
    private static readonly Rooms Rooms = new(
        services => services.AddPlatform().AddPbx().AddAccess().AddCalls().AddCdr().AddActivity().AddQueues().AddAgents().AddDialer().AddSoapContract([.. CallsSoap.Operations, .. QueuesSoap.Operations]), _ => { });

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("expand-campaigns-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_campaign_is_made_of_what_get_answers_and_led_through_its_states()
    {
        var database = await databases.NewAsync();
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "expand.json"), JsonSerializer.Serialize(new { ConnectionStrings = new { Expand = database }, Pbx = new { Host = "127.0.0.1", Username = "expand", Secret = "unused" } }), Ct);
        var file = Path.Combine(folder.FullName, "renovaciones.json");
        await File.WriteAllTextAsync(file, DialerExamples.Campaign.Replace("2017-12-31", "9998-12-31", StringComparison.Ordinal), Ct);
        // Neither the catalogue nor a PBX knows the queue yet.
        Assert.Equal(1, await RunAsync("create", file));
        await using (var db = Databases.Open(database)) await db.Database.ExecuteSqlAsync($"insert into queues (name, description) values ('q_ventas', 'Ventas')", Ct);
        Assert.Equal(0, await RunAsync("create", file));
        var seen = new List<string>();
        foreach (var (step, code) in new[] { ("pause", 1), ("activate", 0), ("pause", 0), ("resume", 0), ("store", 1), ("finalize", 0), ("activate", 1), ("store", 0) })
        {
            Assert.Equal(code, await RunAsync(step, "1"));
            await using var db = Databases.Open(database);
            var campaign = await db.Set<Campaign>().SingleAsync(Ct);
            seen.Add(campaign.Paused ? "paused" : $"{campaign.State}");
            Assert.Equal(("Renovaciones", "q_ventas", 5), (campaign.Name, campaign.Queue, campaign.MaxAttempts));
        }

        Assert.Equal(["Incomplete", "Active", "paused", "Active", "Active", "Finalized", "Finalized", "Stored"], seen);
        Assert.Equal(0, await RunAsync("list"));
        Assert.Equal(1, await RunAsync("pause", "99"));
        Assert.Equal(2, await RunAsync("pause", "x"));
        Assert.Equal(2, await RunAsync("create", Path.Combine(folder.FullName, "nada.json")));
        await File.WriteAllTextAsync(file, """{"name":"X","maxattempts":0}""", Ct);
        Assert.Equal(1, await RunAsync("create", file));
        await File.WriteAllTextAsync(file, "no es JSON", Ct);
        Assert.Equal(1, await RunAsync("create", file));
        await using var left = Databases.Open(database);
        Assert.Equal(1, await left.Set<Campaign>().CountAsync(Ct));
    }

    private Task<int> RunAsync(params string[] command) =>
        CommandLine.RunAsync(["campaigns", .. command, "--config", Path.Combine(folder.FullName, "expand.json"), "--data", folder.FullName], Rooms);
}
