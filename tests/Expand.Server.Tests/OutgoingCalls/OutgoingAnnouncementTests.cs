using System.Text.Json;
using Expand.Server.Access;
using Expand.Server.OutgoingCalls;
using Expand.Server.Platform.Announcements;
using Expand.Server.Tests.Host;
using Expand.Server.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Expand.Server.Tests.OutgoingCalls;

/// <summary>What becomes of outgoing calls is announced where it is written, and only where somebody waits for it.</summary>
public sealed class OutgoingAnnouncementTests(CallsWorld world) : IClassFixture<CallsWorld>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_deed_is_announced_once_with_the_call_as_it_is_then()
    {
        var wanted = world.Host.Get<AnnouncementsWanted>();
        var person = world.Host.Get<UserDirectory>().Find("pperez")!;
        var deed = new CallDeed(new Actor("pperez", null), person.Id);
        await AddAsync(world.Form());
        Assert.Empty(await ToldAsync());

        wanted.Become(EventCatalogue.All.Where(e => e.IsAnnounced).Select(e => e.Name).ToHashSet());
        var call = await AddAsync(world.Form() with { Link = new Dictionary<string, string?> { ["CRM"] = "https://crm.example.com/57" } });
        await ClaimAsync(claims => claims.TakeAsync(call.Id, deed, Ct));
        // Taken again it is only renewed.
        await ClaimAsync(claims => claims.TakeAsync(call.Id, deed, Ct));
        await ClaimAsync(claims => claims.ReleaseAsync(call.Id, deed, Ct));
        await world.ActAsync(calls => calls.PostponeAsync(call.Id, world.Now.AddHours(2), deed, Ct));
        await world.ActAsync(calls => calls.AssignAsync(call.Id, "q_ventas", "daguirre", deed, Ct));
        await world.ActAsync(calls => calls.ReplaceAsync(call.Id, world.Form(), CallTerms.Any, Ct));
        await world.ActAsync(calls => calls.CompleteAsync(call.Id, deed, Ct));
        // Refused, or done already: nothing happened.
        await world.ActAsync(calls => calls.CompleteAsync(call.Id, deed, Ct));
        await world.ActAsync(calls => calls.CancelAsync(call.Id, CallTerms.Any, Ct));
        await world.ActAsync(async calls => await calls.CancelAsync((await calls.AddAsync(world.Form(), deed, Ct)).Value!.Id, CallTerms.Any, Ct));
        Assert.Equal(
            [
                "created PENDING -", "claimed PENDING pperez", "released PENDING pperez", "postponed PENDING pperez", "assigned PENDING pperez", "changed PENDING -",
                "completed COMPLETED pperez", "created PENDING pperez", "canceled CANCELED -",
            ],
            await ToldAsync());

        // What the clock did is told by whoever writes it down: a change that comes first, or the job.
        var (first, second) = (await AddAsync(Past()), await AddAsync(Past()));
        await world.ActAsync(calls => calls.CompleteAsync(first.Id, CallTerms.Any, Ct));
        await using var source = NpgsqlDataSource.Create(world.Database);
        Assert.Equal(1, await OutgoingCallRepository.ExpireAsync(source, world.Now, 10, Ct, announced: true));
        Assert.Equal(0, await OutgoingCallRepository.ExpireAsync(source, world.Now, 10, Ct, announced: true));
        Assert.Equal(["created PENDING -", "created PENDING -", "expired EXPIRED -", "completed COMPLETED -", "expired EXPIRED -"], await ToldAsync());
        Assert.True(second.Id > first.Id);
        wanted.Become(new HashSet<string>());
    }

    private OutgoingCallForm Past() => world.Form() with { CallDate = world.Now.AddHours(-2), Expiration = 60 };

    private async Task<OutgoingCall> AddAsync(OutgoingCallForm form) => (await world.ActAsync(calls => calls.AddAsync(form, Ct))).Value!;

    private async Task ClaimAsync(Func<CallClaims, Task> act)
    {
        await using var scope = world.Host.Scope();
        await act(scope.ServiceProvider.GetRequiredService<CallClaims>());
    }

    /// <summary>Takes what was announced, as "event status by"; each has the members that the catalogue shows.</summary>
    private async Task<List<string>> ToldAsync()
    {
        await using var db = Databases.Open(world.Database);
        var all = await db.Set<Announcement>().OrderBy(a => a.Id).ToListAsync(Ct);
        await db.Set<Announcement>().ExecuteDeleteAsync(Ct);
        return [.. all.Select(one =>
        {
            var data = JsonDocument.Parse(one.Data).RootElement;
            Assert.Equal(Names(JsonDocument.Parse(EventCatalogue.Find(one.Type)!.Example).RootElement), Names(data));
            return $"{one.Type["outgoing_call.".Length..]} {data.GetProperty("status").GetString()} {data.GetProperty("by").GetString() ?? "-"}";
        })];
    }

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal);
}
