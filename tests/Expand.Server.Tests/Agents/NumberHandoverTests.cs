using System.Xml.Linq;
using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Expand.Server.Tests.Agents;

/// <summary>A number that goes from one person to the next: each keeps what was done while having it.</summary>
public sealed class NumberHandoverTests(Databases databases)
{
    private static readonly (string, string, string?)[] None = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_report_names_who_had_the_number_at_the_end_of_its_period()
    {
        await using var world = await WorldAsync();
        foreach (var (from, to, username, name) in new[]
        {
            ("2026-01-01", "2026-01-31", "ngarcia", "Natalia Garcia"),      // before anybody had it: the first
            ("2026-02-01", "2026-02-28", "ngarcia", "Natalia Garcia"),
            ("2026-03-01", "2026-03-05", "ngarcia", "Natalia Garcia"),      // nobody had it then: the last before
            ("2026-04-01", "2026-04-30", "llopez", "Luis Lopez"),
            ("2026-01-01", "2026-12-31", "llopez", "Luis Lopez"),
        })
        {
            Assert.Equal($"118 {username} {name}", Assert.Single(await TimesAsync(world, from, to)).Split(':')[0]);
            Assert.StartsWith($"118 {username}:", Assert.Single(await SessionsAsync(world, from, to)), StringComparison.Ordinal);
            var data = XDocument.Parse(await world.AskAsync("agentData", ("Cola", "q_a"), ("FechaInicio", from), ("FechaFin", to)));
            Assert.Equal($"(118) {name}", data.Root!.Elements().Single().Attribute("agente")!.Value);
        }
    }

    [Fact]
    public async Task Asked_by_username_a_report_holds_what_was_done_while_that_user_had_the_number()
    {
        await using var world = await WorldAsync();
        Assert.Equal(["118 ngarcia Natalia Garcia: 3707"], await TimesAsync(world, "2026-01-01", "2026-12-31", "ngarcia"));
        Assert.Equal(["118 llopez Luis Lopez: 7200"], await TimesAsync(world, "2026-01-01", "2026-12-31", "LLopez"));
        Assert.Equal(["118 ngarcia: 7 3600 100"], await SessionsAsync(world, "2026-01-01", "2026-12-31", "ngarcia"));
        Assert.Equal(["118 llopez: 7200"], await SessionsAsync(world, "2026-01-01", "2026-12-31", "llopez"));
        Assert.Equal("-10", await world.AskAsync("getAgentTimes", ("inicio", "2026-04-01"), ("fin", "2026-04-30"), ("agente", "ngarcia"), ("cola", "")));
        Assert.Empty(await SessionsAsync(world, "2026-04-01", "2026-04-30", "ngarcia"));
    }

    [Fact]
    public async Task A_session_and_its_pauses_over_the_handover_are_shared_out_in_sums_and_are_whole_his_who_began_it()
    {
        await using var world = await AgentsWorld.EmptyAsync(databases, _ => { });
        var first = await MakeAsync(world, "2026-02-01T00:00:00", "ngarcia", "Natalia Garcia", "118");
        await world.SessionsAsync(("118", "q_a", "2026-03-01T12:00:00", "2026-03-01T13:00:00", [("", "2026-03-01T12:10:00", "2026-03-01T12:40:00")]));
        Assert.Null(await At(world, "2026-03-01T12:20:00.9").DeleteAsync(first, Actor.System, Ct));
        await MakeAsync(world, "2026-03-01T12:20:00.95", "llopez", "Luis Lopez", "118");
        Assert.Equal(["118 ngarcia Natalia Garcia: 1200 600"], await TimesAsync(world, "2026-03-01", "2026-03-01", "ngarcia", paused: true));
        Assert.Equal(["118 llopez Luis Lopez: 2400 1200"], await TimesAsync(world, "2026-03-01", "2026-03-01", "llopez", paused: true));
        Assert.Equal(["118 ngarcia: 3600"], await SessionsAsync(world, "2026-03-01", "2026-03-01", "ngarcia"));
        Assert.Empty(await SessionsAsync(world, "2026-03-01", "2026-03-01", "llopez"));
    }

    [Fact]
    public async Task A_user_who_gets_another_number_keeps_the_past_under_the_old_one()
    {
        await using var world = await AgentsWorld.EmptyAsync(databases, _ => { });
        var id = await MakeAsync(world, "2026-02-01T00:00:00", "ngarcia", "Natalia Garcia", "118");
        Assert.Null(await At(world, "2026-05-01T00:00:00").ChangeAsync(id, Form("ngarcia", "Natalia Garcia de León", "140"), Actor.System, Ct));
        await world.SessionsAsync(
            ("118", "q_a", "2026-04-01T12:00:00", "2026-04-01T12:00:10", None), ("140", "q_a", "2026-06-01T12:00:00", "2026-06-01T12:00:20", None));
        string[] both = ["118 ngarcia Natalia Garcia de León: 10", "140 ngarcia Natalia Garcia de León: 20"];
        Assert.Equal(both, await TimesAsync(world, "2026-01-01", "2026-12-31"));
        Assert.Equal(both, await TimesAsync(world, "2026-01-01", "2026-12-31", "ngarcia"));
        // Nobody is reached under the old number any more.
        Assert.Equal("", await world.AskAsync("getUserByAgent", ("agent", "118")));
        Assert.Equal("ngarcia", await world.AskAsync("getUserByAgent", ("agent", "140")));

        // Given back, it is hers again; and given up, both stay hers.
        Assert.Null(await At(world, "2026-07-01T00:00:00").ChangeAsync(id, Form("ngarcia", "Natalia Garcia", "118"), Actor.System, Ct));
        Assert.Null(await At(world, "2026-08-01T00:00:00").ChangeAsync(id, Form("ngarcia", "Natalia Garcia", ""), Actor.System, Ct));
        Assert.Equal(["118 ngarcia Natalia Garcia: 10", "140 ngarcia Natalia Garcia: 20"], await TimesAsync(world, "2026-01-01", "2026-12-31", "ngarcia"));
    }

    [Fact]
    public async Task Who_comes_back_under_the_old_username_is_asked_for_by_it_with_all_of_the_past()
    {
        await using var world = await WorldAsync();
        await MakeAsync(world, "2026-06-01T00:00:00", "ngarcia", "Natalia Garcia", "150");
        await world.SessionsAsync(("150", "q_a", "2026-07-01T12:00:00", "2026-07-01T12:00:05", None));
        Assert.Equal(
            ["118 ngarcia Natalia Garcia: 3707", "150 ngarcia Natalia Garcia: 5"], await TimesAsync(world, "2026-01-01", "2026-12-31", "ngarcia"));
    }

    /// <summary>118 was Natalia's in February, nobody's at the beginning of March, and Luis' from the tenth on; sessions in each, and before.</summary>
    private async Task<AgentsWorld> WorldAsync()
    {
        var world = await AgentsWorld.EmptyAsync(databases, _ => { });
        var first = await MakeAsync(world, "2026-02-01T12:00:00", "ngarcia", "Natalia Garcia", "118");
        Assert.Null(await At(world, "2026-03-01T12:00:00").DeleteAsync(first, Actor.System, Ct));
        await MakeAsync(world, "2026-03-10T12:00:00", "llopez", "Luis Lopez", "118");
        await world.SessionsAsync(
            ("118", "q_a", "2026-01-15T12:00:00", "2026-01-15T12:00:07", None),
            ("118", "q_a", "2026-02-15T12:00:00", "2026-02-15T13:00:00", None),
            ("118", "q_a", "2026-03-05T12:00:00", "2026-03-05T12:01:40", None),
            ("118", "q_a", "2026-04-15T12:00:00", "2026-04-15T14:00:00", None));
        return world;
    }

    /// <summary>The users' administration at an instant of UTC.</summary>
    private static Users At(AgentsWorld world, string utc)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.Parse(utc + "Z", System.Globalization.CultureInfo.InvariantCulture));
        var changes = new UserChanges(
            world.Host.Get<IServiceScopeFactory>(), world.Host.Get<UserDirectory>(), clock, NullLogger<UserChanges>.Instance);
        return new Users(changes, world.Host.Get<IDbContextFactory<ExpandDb>>(), clock);
    }

    private static UserForm Form(string username, string name, string number) => new(username, name, "", "operador", false, number.Length > 0, number);

    private static async Task<int> MakeAsync(AgentsWorld world, string utc, string username, string name, string number)
    {
        var made = await At(world, utc).CreateAsync(Form(username, name, number), null, Actor.System, Ct);
        Assert.Null(made.Failure);
        return made.Value;
    }

    private static async Task<IEnumerable<string>> TimesAsync(AgentsWorld world, string from, string to, string username = "", bool paused = false)
    {
        var answer = await world.AskAsync("getAgentTimes", ("inicio", from), ("fin", to), ("agente", username), ("cola", ""));
        return XDocument.Parse(answer).Root!.Elements().Select(a =>
            $"{a.Attribute("agent")!.Value} {a.Attribute("user")!.Value} {a.Attribute("name")!.Value}: {a.Attribute("loged")!.Value}"
            + (paused ? " " + a.Attribute("paused")!.Value : ""));
    }

    private static async Task<IEnumerable<string>> SessionsAsync(AgentsWorld world, string from, string to, string username = "")
    {
        var answer = await world.AskAsync("agentSessionDetail", ("inicio", from), ("fin", to), ("userID", username), ("cola", ""));
        return XDocument.Parse(answer).Root!.Elements().Select(a =>
            $"{a.Attribute("agentID")!.Value} {a.Attribute("userID")!.Value}: " + string.Join(' ', a.Descendants("session").Select(s => s.Attribute("duration")!.Value)));
    }
}
