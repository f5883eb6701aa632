using Expand.Phones;
using Expand.TestKit;
using Xunit;

namespace Expand.EndToEnd.Pbx;

/// <summary>The phones and the fixture themselves: what the other end-to-end tests stand on, on both generations.</summary>
public sealed class PhonesOnAsteriskTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(EachAsterisk.Rows), MemberType = typeof(EachAsterisk))]
    public async Task A_phone_that_dials_another_is_connected_and_either_side_can_hang_up(AsteriskGeneration generation)
    {
        await using var asterisk = await AsteriskFixture.StartAsync(new() { Generation = generation }, Ct);
        var call = asterisk.Phones["701"].Dial("702");
        var there = await asterisk.Phones["702"].NextCallAsync(Patience, Ct);
        Assert.Equal(new ShownParty("Ana Acosta", "701"), there.Shown);
        await call.WaitForAsync(PhoneCallState.Answered, Patience, Ct);
        Assert.Equal(new ShownParty("Bruno Núñez", "702"), await call.WaitForShownAsync(p => p.Number == "702", Patience, Ct));
        await there.HangUpAsync(Ct);
        await call.WaitForAsync(PhoneCallState.Ended, Patience, Ct);

        var second = asterisk.Phones["702"].Dial("099123456");
        await second.WaitForAsync(PhoneCallState.Answered, Patience, Ct);
        await second.HangUpAsync(Ct);
        await asterisk.Phones.WaitForAsync(e => e.Number == "099123456" && e.Kind == PhoneEventKind.HungUpThere, Patience, Ct);
        await Eventually(() => File.Exists(asterisk.CdrFile) && File.ReadAllLines(asterisk.CdrFile).Length == 2);
    }

    [Theory, MemberData(nameof(EachAsterisk.Rows), MemberType = typeof(EachAsterisk))]
    public async Task Phones_refuse_ring_out_and_see_the_caller_give_up_as_their_plan_says(AsteriskGeneration generation)
    {
        await using var asterisk = await AsteriskFixture.StartAsync(new() { Generation = generation }, Ct);
        async Task<int?> RefusalOf(string number)
        {
            var call = asterisk.Phones["703"].Dial(number);
            await call.WaitForAsync(PhoneCallState.Ended, Patience, Ct);
            return call.Refusal;
        }
        asterisk.Phones["704"].Behaviour = PhoneBehaviour.Refuses(503);
        Assert.Equal(486, await RefusalOf("711"));
        Assert.Equal(403, await RefusalOf("713")); // Asterisk tells its caller 403 for cause 21
        Assert.Equal(503, await RefusalOf("704"));
        Assert.Equal(404, await RefusalOf("714"));
        Assert.Equal(486, await RefusalOf("715"));

        var patient = asterisk.Phones["703"].Dial("712");
        var ringing = await asterisk.Phones["712"].NextCallAsync(Patience, Ct);
        await patient.WaitForAsync(PhoneCallState.Ringing, Patience, Ct);
        await patient.HangUpAsync(Ct);
        await ringing.WaitForAsync(PhoneCallState.Ended, Patience, Ct);
        Assert.True(ringing.Cancelled);
        await patient.WaitForAsync(PhoneCallState.Ended, Patience, Ct);
        Assert.Equal(487, patient.Refusal);
    }

    [Theory, MemberData(nameof(EachAsterisk.Rows), MemberType = typeof(EachAsterisk))]
    public async Task Transfers_blind_and_attended_join_the_other_sides(AsteriskGeneration generation)
    {
        await using var asterisk = await AsteriskFixture.StartAsync(new() { Generation = generation }, Ct);
        var blind = asterisk.Phones["701"].Dial("702");
        var there = await asterisk.Phones["702"].NextCallAsync(Patience, Ct);
        await blind.WaitForAsync(PhoneCallState.Answered, Patience, Ct);
        await TransferredAsync(there, () => there.TransferAsync("703", Ct));
        var third = await asterisk.Phones["703"].NextCallAsync(Patience, Ct);
        await third.WaitForAsync(PhoneCallState.Answered, Patience, Ct);
        await blind.WaitForShownAsync(p => p.Number == "703", Patience, Ct);
        await third.HangUpAsync(Ct);
        await blind.WaitForAsync(PhoneCallState.Ended, Patience, Ct);

        var caller = asterisk.Phones["704"].Dial("705");
        var agent = await asterisk.Phones["705"].NextCallAsync(Patience, Ct);
        await caller.WaitForAsync(PhoneCallState.Answered, Patience, Ct);
        Assert.Equal(200, await agent.HoldAsync(true, Ct));
        var consultation = asterisk.Phones["705"].Dial("706");
        var expert = await asterisk.Phones["706"].NextCallAsync(Patience, Ct);
        await consultation.WaitForAsync(PhoneCallState.Answered, Patience, Ct);
        await TransferredAsync(agent, () => agent.TransferAsync(consultation, Ct));
        await agent.WaitForAsync(PhoneCallState.Ended, Patience, Ct);
        await caller.WaitForShownAsync(p => p.Number == "706", Patience, Ct);
        await caller.HangUpAsync(Ct);
        await expert.WaitForAsync(PhoneCallState.Ended, Patience, Ct);
    }

    [Theory, MemberData(nameof(EachAsterisk.Rows), MemberType = typeof(EachAsterisk))]
    public async Task Two_hundred_more_extensions_answer_at_once_and_a_killed_Asterisk_comes_back_on_the_same_ports(AsteriskGeneration generation)
    {
        var more = Enumerable.Range(2000, 200).Select(n => ($"{n}", $"Extensión {n}")).ToArray();
        await using var asterisk = await AsteriskFixture.StartAsync(new() { Generation = generation, MoreExtensions = more }, Ct);
        var calls = Enumerable.Range(0, 100).Select(i => asterisk.Phones[$"{2000 + i}"].Dial($"{2100 + i}")).ToArray();
        foreach (var call in calls) await call.WaitForAsync(PhoneCallState.Answered, TimeSpan.FromSeconds(30), Ct);
        Assert.Equal(new ShownParty("Extensión 2007", "2007"), asterisk.Phones["2107"].Calls.Single().Shown);
        await asterisk.KillAsync(Ct);
        await asterisk.StartAgainAsync(Ct);
        var again = asterisk.Phones["2000"].Dial("2100");
        await again.WaitForAsync(PhoneCallState.Answered, Patience, Ct);
        await asterisk.StopAsync(Ct);
    }

    [Theory, MemberData(nameof(EachAsterisk.Rows), MemberType = typeof(EachAsterisk))]
    public async Task A_caller_from_outside_reaches_a_queue_and_shows_its_own_number(AsteriskGeneration generation)
    {
        await using var asterisk = await AsteriskFixture.StartAsync(new()
        {
            Generation = generation,
            MoreDialplan = "[internal](+)\nexten => *71,1,AddQueueMember(q_ventas,PJSIP/701)\n same => n,Hangup()\n",
        }, Ct);
        await asterisk.Phones["702"].Dial("*71").WaitForAsync(PhoneCallState.Ended, Patience, Ct);
        var call = asterisk.Phones["trunk"].Dial("q_ventas", new("Cliente Peña", "099123456"));
        var agent = await asterisk.Phones["701"].NextCallAsync(Patience, Ct);
        Assert.Equal(new ShownParty("Cliente Peña", "099123456"), agent.Shown);
        // the phone's answer is not yet the queue's
        await Eventually(() => Logged("|CONNECT|"));
        await call.HangUpAsync(Ct);
        await agent.WaitForAsync(PhoneCallState.Ended, Patience, Ct);
        await Eventually(() => Logged("|COMPLETECALLER|"));

        bool Logged(string what) => File.Exists(asterisk.QueueLogFile) && File.ReadAllText(asterisk.QueueLogFile).Contains(what, StringComparison.Ordinal);
    }

    /// <summary>Asks for a transfer until Asterisk does it: in the first moments after an answer it takes a REFER and finds nobody to hand over.</summary>
    private static async Task TransferredAsync(PhoneCall call, Func<Task<int>> ask)
    {
        for (var tries = 0; tries < 10; tries++)
        {
            await Task.Delay(500, Ct);
            Assert.Equal(202, await ask());
            if (await call.WaitForTransferAsync(Patience, Ct) < 300) return;
        }

        Assert.Fail("Asterisk handed nobody over");
    }

    private static async Task Eventually(Func<bool> met)
    {
        for (var end = DateTime.UtcNow + Patience; !met(); await Task.Delay(50, Ct)) Assert.True(DateTime.UtcNow < end, "it did not happen in time");
    }
}
