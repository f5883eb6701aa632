using Expand.Server.Access;
using Expand.Server.Forms;
using Expand.Server.Platform;

namespace Expand.Server.Tests.Forms;

/// <summary>What agents typed and did not save, and the numbers of calls.</summary>
public sealed class FormDraftsTests(FormsWorld world) : IClassFixture<FormsWorld>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private FormDrafts Drafts => world.Host.Get<FormDrafts>();

    [Fact]
    public async Task A_draft_holds_what_was_typed_last_for_that_agent_and_call_until_it_is_dropped()
    {
        var form = await FormAsync("drafted");
        await Drafts.KeepAsync(1, "1.2", form, """{"leg":"1.2"}""", FormsWorld.Values(("edad", ["tre"])), Ct);
        await Drafts.KeepAsync(1, "1.2", form, """{"leg":"1.2"}""", FormsWorld.Values(("edad", ["treinta\0"]), ("plan", ["fibra", "adsl"])), Ct);
        await Drafts.KeepAsync(2, "1.2", form, "{}", FormsWorld.Values(), Ct);
        var kept = Assert.Single(await Drafts.OfAsync(1, Ct));
        var values = StoredJson.Read<Dictionary<string, List<string>>>(kept.Values);
        Assert.Equal(("1.2", form, """{"leg":"1.2"}"""), (kept.Leg, kept.FormId, kept.Call));
        Assert.Equal(["treinta"], values["edad"]);
        Assert.Equal(["fibra", "adsl"], values["plan"]);
        await Drafts.DropAsync(1, "1.2", form, Ct);
        Assert.Empty(await Drafts.OfAsync(1, Ct));
        Assert.Single(await Drafts.OfAsync(2, Ct));
    }

    [Fact]
    public async Task A_draft_that_nobody_came_back_to_is_gone_after_three_days()
    {
        var form = await FormAsync("forgotten");
        await Drafts.KeepAsync(3, "1.2", form, "{}", FormsWorld.Values(), Ct);
        world.Clock.Advance(TimeSpan.FromDays(4));
        await Drafts.KeepAsync(4, "2.2", form, "{}", FormsWorld.Values(), Ct);
        Assert.Empty(await Drafts.OfAsync(3, Ct));
    }

    [Fact]
    public async Task A_call_has_one_number_whoever_asks_first_and_another_PBX_s_has_another()
    {
        var numbers = world.Host.Get<CallNumbers>();
        var asked = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => numbers.OfAsync("pbx", "1505840001.827", Ct)));
        Assert.Single(asked.Distinct());
        Assert.True(asked[0] > 0);
        Assert.NotEqual(asked[0], await numbers.OfAsync("otra", "1505840001.827", Ct));
        Assert.Equal(asked[0], await numbers.OfAsync("pbx", "1505840001.827", Ct));
    }

    [Fact]
    public async Task Forms_are_found_by_queue_and_entries_by_call()
    {
        await FormAsync("byqueue");
        Assert.Contains(await world.Forms.OfQueueAsync("ope", Ct), f => f.Name == "byqueue");
        Assert.DoesNotContain(await world.Forms.OfQueueAsync("q_otra", Ct), f => f.Name == "byqueue");
        var made = (await world.Entries.FillInAsync(FormsWorld.Draft("byqueue") with { UniqueId = "77.1" }, Ct)).Value!;
        var found = Assert.Single(await world.Entries.OfCallsAsync(["77.1", "77.2"], Ct));
        Assert.Equal((made.Id, "byqueue", "Encuesta"), (found.Entry.Id, found.Form, found.Title));
        Assert.Empty(await world.Entries.OfCallsAsync(["77.2"], Ct));
    }

    private async Task<int> FormAsync(string name)
    {
        Assert.Null(await world.Forms.DefineAsync(FormsWorld.Definition(name), Actor.System, Ct));
        return (await world.Forms.FindAsync(name, Ct))!.Id;
    }
}
