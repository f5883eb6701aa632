using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Forms;

namespace Expand.Server.Tests.Forms;

/// <summary>The routes of agent forms, as a client sees them.</summary>
public sealed class FormsRestTests(FormsWorld world) : IClassFixture<FormsWorld>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_contracts_example_is_answered_as_printed_there()
    {
        var form = await FormAsync("encuesta");
        var (at, printed) = (world.Clock.GetUtcNow(), Printed(world.Clock.GetUtcNow()));
        Assert.Equal("2017-09-19T13:54:33.824000-03:00", Printed(FormsWorld.Start));
        Assert.Null((await world.Entries.FillInAsync(FormsWorld.Draft("encuesta"), Ct)).Failure);
        var found = await world.Api.GetAsync("/encuesta/entries/91662");
        Assert.Equal(200, found.Status);
        var id = (string)found.Json["_id"]!;
        Assert.Matches("^[0-9a-f]{24}$", id);
        Assert.Equal(at.ToUnixTimeSeconds(), Convert.ToInt64(id[..8], 16));
        Assert.Equal(
            $$"""{"_id":"{{id}}","agent":{"number":303,"username":"cguerra"},"audio_filename":"audio_91662_1505840066.63","call_chunk":"55a6bc9a43564848ae433fecf3ec0a9115058400249","data":{"codigofeliz":[{"label":"codigofeliz","value":"NG1lOWF917"}]},"dynamic_form_id":{{form.Id}},"extension":"SIP/303","incomingcall_id":91662,"last_modified_timestamp":"{{printed}}","queue":"ope","session_id":"5c1df070-19eb-4e6b-8a27-96b28ec51cc8-150582807997","timestamp":"{{printed}}","uniqueid":"1505840001.827"}""",
            found.Body);
        foreach (var path in new[] { "/encuesta/entries", "/encuesta/entries/", $"/{form.Id}/entries" }) Assert.Equal($"[{found.Body}]", (await world.Api.GetAsync(path)).Body);
        Assert.Equal(found.Body, (await world.Api.GetAsync($"/{form.Id}/entries/91662/")).Body);
    }

    [Fact]
    public async Task Of_several_entries_of_a_call_the_newest_is_answered()
    {
        var form = await FormAsync("several");
        foreach (var code in new[] { "first", "second", "third" })
        {
            Assert.Null((await world.Entries.FillInAsync(FormsWorld.Draft("several", 5) with { Values = FormsWorld.Values(("codigofeliz", [code])) }, Ct)).Failure);
            // The last two within one instant: then the one that was made last.
            if (code == "first") world.Clock.Advance(TimeSpan.FromMicroseconds(1));
        }

        Assert.Contains("\"third\"", (await world.Api.GetAsync("/several/entries/5")).Body, StringComparison.Ordinal);
        Assert.Equal(404, (await world.Api.GetAsync("/several/entries/6")).Status);
        Assert.Equal(3, (await world.Forms.AllAsync(Ct)).Single(f => f.Form.Id == form.Id).Entries);
    }

    [Theory]
    [InlineData("/none/entries", 404, null)]
    [InlineData("/none/entries/5", 404, null)]
    [InlineData("/99999999/entries", 404, null)]
    [InlineData("/99999999999999999999/entries", 404, null)]
    [InlineData("/REFUSALS/entries", 404, null)]
    [InlineData("/refusals/entries/5", 404, null)]
    [InlineData("/refusals/entries/-5", 404, null)]
    [InlineData("/refusals/entries/99999999999999999999", 404, null)]
    [InlineData("/refusals/entries/abc", 400, "idcall")]
    [InlineData("/refusals/entries/1.5", 400, "idcall")]
    [InlineData("/refusals/entries/-", 400, "idcall")]
    [InlineData("/refusals/entries/%20", 400, "idcall")]
    [InlineData("/none/entries/abc", 400, "idcall")]
    [InlineData("/refusals/entries?start_date=yesterday", 400, "start_date")]
    [InlineData("/refusals/entries?end_date=2017-02-30", 400, "end_date")]
    [InlineData("/refusals/entries?limit=-1", 400, "limit")]
    [InlineData("/refusals/entries?startdate=2017-01-01", 400, "startdate")]
    public async Task What_there_is_not_and_what_is_wrong_is_told(string path, int status, string? field)
    {
        await FormAsync("refusals");
        var answer = await world.Api.GetAsync(path);
        Assert.Equal(status, answer.Status);
        Assert.Equal(field is null ? [] : [field], answer.Faults);
    }

    [Fact]
    public async Task Who_may_not_use_the_forms_is_kept_out()
    {
        Assert.Equal(403, (await world.Stranger.GetAsync("/none/entries")).Status);
        Assert.Equal(405, (await world.Api.SendAsync(HttpMethod.Post, "/none/entries", "{}")).Status);
    }

    [Fact]
    public async Task The_listing_of_any_period_is_what_a_plain_model_says()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await FormAsync("listed");
        var began = world.Clock.GetUtcNow();
        var model = new List<(DateTimeOffset At, string Id)>();
        for (var i = 0; i < 40; i++)
        {
            if (random.Next(3) > 0) world.Clock.Advance(TimeSpan.FromTicks(random.NextInt64(TimeSpan.FromHours(20).Ticks)));
            var entry = (await world.Entries.FillInAsync(FormsWorld.Draft("listed", random.Next(20)), Ct)).Value!;
            model.Add((entry.Timestamp, entry.Id));
        }

        var span = world.Clock.GetUtcNow() - began;
        for (var i = 0; i < 60; i++)
        {
            var (from, to) = (Bound(random, began, span, model), Bound(random, began, span, model));
            var (start, limit) = (random.Next(4), random.Next(3) == 0 ? (int?)null : random.Next(30));
            var query = $"?start={start}" + (limit is null ? "" : $"&limit={limit}")
                + (from is { } f ? "&start_date=" + f.Text : "") + (to is { } t ? "&end_date=" + t.Text : "");
            var expected = model.Where(e => (from is null || e.At >= from.Value.First) && (to is null || e.At <= to.Value.Last))
                .OrderBy(e => e.At).ThenBy(e => e.Id, StringComparer.Ordinal).Select(e => e.Id).Skip(start).Take(limit ?? int.MaxValue);
            Assert.Equal(expected, (await world.Api.GetAsync("/listed/entries" + query)).Json.AsArray().Select(e => (string)e!["_id"]!));
        }
    }

    private static string Printed(DateTimeOffset at) =>
        at.ToOffset(TimeSpan.FromHours(-3)).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture) + "-03:00";

    /// <summary>A bound as a client may write it, with the first and last instant that it means; or none.</summary>
    private static (string Text, DateTimeOffset First, DateTimeOffset Last)? Bound(
        Random random, DateTimeOffset began, TimeSpan span, List<(DateTimeOffset At, string Id)> model)
    {
        var at = (began + TimeSpan.FromTicks(random.NextInt64(span.Ticks))).ToOffset(TimeSpan.FromHours(-3));
        switch (random.Next(5))
        {
            case 0:
                return null;
            case 1:
                var day = new DateTimeOffset(at.Date, at.Offset);
                return (at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), day, day.AddDays(1).AddMicroseconds(-1));
            case 2:
                var second = DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());
                return ($"'{at:yyyy-MM-dd}%20{at:HH:mm:ss}'", second, second.AddSeconds(1).AddMicroseconds(-1));
            default:
                // An entry's own instant as it is answered: both ends are included.
                at = model[random.Next(model.Count)].At;
                return (at.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture), at, at);
        }
    }

    private async Task<DynamicForm> FormAsync(string name)
    {
        Assert.Null(await world.Forms.DefineAsync(FormsWorld.Definition(name), Actor.System, Ct));
        return (await world.Forms.FindAsync(name, Ct))!;
    }
}
