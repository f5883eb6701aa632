using Expand.Server.Access;
using Expand.Server.Calls;
using Expand.Server.OutgoingCalls;
using Expand.Server.Platform;
using Expand.Server.Tests.Host;

namespace Expand.Server.Tests.OutgoingCalls;

/// <summary>A call that is taken and dialled: the claim lasts as long as the talk does.</summary>
public sealed class ClaimedCallDialTests(CallsWorld world) : IClassFixture<CallsWorld>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_is_dialled_once_from_the_agents_extension_and_stays_taken_while_it_goes_on()
    {
        var id = (await world.ActAsync(calls => calls.AddAsync(world.Form() with { Phones = ["2123 2322", "+598 99 1"] }, Ct))).Value!.Id;
        var (ana, other) = (Agent("pperez"), Agent("daguirre"));
        Assert.Equal("number", (await ClaimAsync(claims => claims.CallAsync(id, "555", "701", ana, Ct))).Failure!.Field);
        Assert.Equal(FailureKind.Conflict, (await ClaimAsync(claims => claims.CallAsync(id, "21232322", "", ana, Ct))).Failure!.Kind);
        var job = (await ClaimAsync(claims => claims.CallAsync(id, "21232322", "701", ana, Ct))).Value!;
        var channel = await world.Pbx.NextOriginateAsync();
        Assert.Equal(FailureKind.Conflict, (await ClaimAsync(claims => claims.CallAsync(id, "+598991", "701", ana, Ct))).Failure!.Kind);
        var order = Assert.Single(world.Pbx.Originates);
        Assert.Contains("21232322", order.ToString() + order["Exten"] + order["Variable"], StringComparison.Ordinal);

        await world.Pbx.ConnectAsync(channel, "5.1");
        await StatusIsAsync(job, CallStatus.Answer);
        // As the PBX lists them, too: what it does not list any more is over.
        foreach (var leg in new[] { channel, "5.1" }) world.Pbx.Channel(leg, channel, 6, "talk");
        // Long past any claim, and no page renews it.
        for (var minute = 0; minute < 20; minute++)
        {
            var until = (await FindAsync(id)).ClaimedUntil;
            world.Clock.Advance(TimeSpan.FromMinutes(1));
            await Eventually.TrueAsync(async () =>
            {
                world.Clock.Advance(TimeSpan.FromSeconds(5));
                return (await FindAsync(id)).ClaimedUntil > until;
            });
        }

        Assert.Equal(CallDeed.Claim, (await ClaimAsync(claims => claims.CallAsync(id, "21232322", "702", other, Ct))).Failure!.Field);
        world.Pbx.Channels.Clear();
        await world.Pbx.HangupAsync("5.1", channel, 16);
        await world.Pbx.HangupAsync(channel, channel, 16);
        await StatusIsAsync(job, CallStatus.HungUp);
        await Eventually.TrueAsync(async () =>
        {
            world.Clock.Advance(TimeSpan.FromMinutes(1));
            return (await ClaimAsync(claims => claims.TakeAsync(id, other, Ct))).Failure is null;
        });
        Assert.Null((await FindAsync(id)).ClaimedJob);
        Assert.Equal(OutgoingCallStatus.Pending, (await FindAsync(id)).Status);
    }

    private CallDeed Agent(string username) =>
        new(new Actor(username, null), world.Host.Get<UserDirectory>().Find(username)!.Id) { Queues = ["tecnologia"] };

    private async Task<OutgoingCall> FindAsync(long id) => (await world.ActAsync(calls => calls.FindAsync(id, Ct)))!;

    private Task StatusIsAsync(string job, CallStatus status) =>
        Eventually.TrueAsync(async () => await world.Host.Calls.StatusAsync(job, Ct) == status);

    private Task<T> ClaimAsync<T>(Func<CallClaims, Task<T>> act) => world.Host.Get<CallScopes>().ClaimAsync(act);
}
