using Expand.Asterisk.Ami;
using Expand.Phones;
using Expand.Server.Pbx;
using Expand.TestKit;
using Xunit;

namespace Expand.EndToEnd.Pbx;

/// <summary>What a supervisor's listening is in a real Asterisk, with the rights of the product's own account, on both generations.</summary>
public sealed class SpyingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(EachAsterisk.Rows), MemberType = typeof(EachAsterisk))]
    public async Task The_phone_hears_that_channel_and_no_other_ends_with_it_and_is_no_call_of_the_records(AsteriskGeneration generation)
    {
        await using var asterisk = await AsteriskFixture.StartAsync(new() { Generation = generation }, Ct);
        await using var ami = new AmiClient(new AmiOptions { Host = asterisk.Host, Port = asterisk.AmiPort, Username = asterisk.AmiUser, Secret = asterisk.AmiSecret });
        var spied = ami.Subscribe(new HashSet<string> { "ChanSpyStart" }, ct: Ct).GetAsyncEnumerator(Ct);
        var next = spied.MoveNextAsync();
        ami.Start();
        await ami.WaitUntilUpAsync(Ct);
        var call = asterisk.Phones["703"].Dial("704");
        var other = asterisk.Phones["705"].Dial("706");
        foreach (var talk in new[] { call, other }) await talk.WaitForAsync(PhoneCallState.Answered, Patience, Ct);
        var target = (await ChannelsAsync(ami)).Single(c => c.Name.StartsWith("PJSIP/704-", StringComparison.Ordinal));

        foreach (var mode in Enum.GetValues<SpyMode>())
        {
            var order = new SpyOrder($"spy-{mode}", new("707", "PJSIP/707", "Siete"), target.UniqueId, mode, "704", "Escucha: Ána, \"B\"", 20);
            Assert.True((await ami.SendAsync(SpyAction.Make(order), Ct)).IsSuccess);
            while (!(await next) || spied.Current.Event is null) next = spied.MoveNextAsync();
            Assert.Equal((order.ChannelId, target.UniqueId), (spied.Current.Event["SpyerUniqueid"], spied.Current.Event["SpyeeUniqueid"]));
            next = spied.MoveNextAsync();
            Assert.Equal("ChanSpy", (await ChannelsAsync(ami)).Single(c => c.UniqueId == order.ChannelId).Application);
            var rung = asterisk.Phones["707"].Calls[^1];
            Assert.Equal(("Escucha: Ána, \"B\"", "704"), (rung.Shown.Name, rung.Shown.Number));
            // The last one ends with the call, the others by the supervisor's hand.
            if (mode == SpyMode.Barge) await call.HangUpAsync(Ct);
            else await rung.HangUpAsync(Ct);
            await rung.WaitForAsync(PhoneCallState.Ended, Patience, Ct);
        }

        // Of a channel that is gone nothing is heard: the phone is let go at once.
        Assert.True((await ami.SendAsync(SpyAction.Make(new("spy-late", new("707", "PJSIP/707", ""), target.UniqueId, SpyMode.Listen, "704", "", 20)), Ct)).IsSuccess);
        await Eventually.TrueAsync(async () => asterisk.Phones["707"].Calls.Count == 4 && asterisk.Phones["707"].Calls[^1].State == PhoneCallState.Ended
            && (await ChannelsAsync(ami)).All(c => c.UniqueId != "spy-late"), "the late one ended", Patience);
        await other.HangUpAsync(Ct);
        await Eventually.TrueAsync(() => Task.FromResult(File.Exists(asterisk.CdrFile) && File.ReadAllLines(asterisk.CdrFile).Length >= 2), "both calls have a record", Patience);
        Assert.DoesNotContain("spy-", await File.ReadAllTextAsync(asterisk.CdrFile, Ct), StringComparison.Ordinal);
        // Nobody answered: an Asterisk that keeps unanswered calls would have one of it.
        asterisk.Phones["708"].Behaviour = PhoneBehaviour.Busy;
        Assert.True((await ami.SendAsync(SpyAction.Make(new("spy-busy", new("708", "PJSIP/708", ""), target.UniqueId, SpyMode.Listen, "704", "", 20)), Ct)).IsSuccess);
        await Task.Delay(1000, Ct);
        Assert.DoesNotContain("spy-", await File.ReadAllTextAsync(asterisk.CdrFile, Ct), StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<LiveChannel>> ChannelsAsync(AmiClient ami) =>
        [.. (await ami.SendListAsync(new AmiAction("CoreShowChannels"), "CoreShowChannelsComplete", Ct)).Items.Select(PbxEventReader.Channel).OfType<LiveChannel>()];
}
