using Expand.Server.Dialer;
using Expand.Server.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Expand.Server.Tests.Dialer;

/// <summary>The demonstration's campaigns.</summary>
public sealed class DialerDemoTests(SharedDialerDesk shared) : IClassFixture<SharedDialerDesk>
{
    private DialerDesk Desk => shared.Desk;

    [Fact]
    public async Task It_is_made_by_the_use_cases_and_found_when_it_is_made_again()
    {
        await MakeAsync();
        var campaigns = (await Desk.GetAsync("")).Json["data"]!.AsArray();
        Assert.Equal(["Encuesta de satisfacción Incomplete", "Renovaciones Active"], campaigns.Select(c => $"{c!["name"]} {c["state"]}"));
        var counts = campaigns[1]!["contacts"]!;
        Assert.Equal(40, counts.AsObject().Sum(c => (int)c.Value!));
        Assert.All(counts.AsObject(), c => Assert.True((int)c.Value! > 0, c.Key));
        var path = $"/{campaigns[1]!["id"]}/contacts";
        var completed = (await Desk.GetAsync($"{path}?state=Completed&limit=1")).Json["data"]![0]!;
        Assert.Equal("Answer", (string)completed["lastattempt"]!);
        Assert.True(string.CompareOrdinal((string)completed["attempttimestamp"]!, (string)completed["statetimestamp"]!) < 0);
        Assert.True((await Desk.GetAsync($"{path}?like=núñez")).Total > 0);

        var before = (await Desk.GetAsync(path)).Text;
        await MakeAsync();
        Assert.Equal(before, (await Desk.GetAsync(path)).Text);
        Assert.Equal(2, (await Desk.GetAsync("")).Total);
        Assert.Equal("", await Desk.WrongCountsAsync());
        // Every attempt that a contact tells of is there, and is over.
        Assert.Equal("", await Desk.ScalarAsync<string>(
            """
            select coalesce(string_agg(c.name, ', '), '') from contacts c cross join lateral (
                select count(*) filter (where l ->> 'transition' not like '\_%') as told from jsonb_array_elements(c.state_log) l) s
            where told <> (select count(*) from dial_attempts a where a.contact = c.id and a.settled_at is not null and a.outcome is not null)
            """));
    }

    private async Task MakeAsync()
    {
        await using var scope = Desk.Host.Scope();
        await scope.ServiceProvider.GetServices<IDemoPart>().OfType<DialerDemo>().Single().MakeAsync(TestContext.Current.CancellationToken);
    }
}
