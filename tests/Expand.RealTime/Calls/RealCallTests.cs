using System.Globalization;
using System.Xml.Linq;
using Expand.Phones;
using Expand.TestKit;
using Xunit;

namespace Expand.RealTime.Calls;

/// <summary>The main job on a real Asterisk with real SIP phones, read through SOAP as a CRM reads it.</summary>
public abstract class RealCallTests(CallCentre centre)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private SoapCaller Soap => centre.Soap;

    private PhoneBank Phones => centre.Asterisk.Phones;

    [Fact]
    public async Task A_call_rings_then_is_connected_then_hung_up_and_both_phones_show_the_other_side()
    {
        Phones["2000"].Behaviour = PhoneBehaviour.NeverAnswers;
        Phones["2001"].Behaviour = PhoneBehaviour.NeverAnswers;
        var job = await Soap.OriginateAsync("2000", "2001", Ct, srcName: "Juan, \"el\" Peña", dstName: "Netgate (ventas)");
        Assert.Matches("^[0-9a-f]{8}$", job);

        var source = await Phones["2000"].NextCallAsync(Patience, Ct);
        Assert.Equal(new ShownParty("Netgate (ventas)", "2001"), source.Shown);
        Assert.Equal(1, await Soap.StatusAsync(job, Ct));
        source.Answer();

        var destination = await Phones["2001"].NextCallAsync(Patience, Ct);
        Assert.Equal("Juan, \"el\" Peña", destination.Shown.Name?.Replace("\\\"", "\"", StringComparison.Ordinal));
        Assert.Equal("2000", destination.Shown.Number);
        Assert.Equal(1, await Soap.StatusAsync(job, Ct));
        destination.Answer();
        Assert.Equal([2], (await Soap.FollowAsync(job, Patience, Ct, 2)).TakeLast(1));

        // What the phones show stays as the CRM asked for it while the call goes on.
        await Task.Delay(1000, Ct);
        Assert.Equal(new ShownParty("Netgate (ventas)", "2001"), source.Shown);
        Assert.Equal("2000", destination.Shown.Number);

        await destination.HangUpAsync(Ct);
        await Soap.FollowAsync(job, Patience, Ct, 3);
        await source.WaitForAsync(PhoneCallState.Ended, Patience, Ct);
    }

    [Theory]
    [InlineData("711", 4)]
    [InlineData("712", 5)]
    [InlineData("713", 6)]
    [InlineData("714", 6)]
    [InlineData("799", 6)]
    [InlineData("6000", 6)]
    public async Task What_the_destination_does_is_the_status(string destination, int status)
    {
        var source = $"{2010 + (int.Parse(destination, CultureInfo.InvariantCulture) % 7)}";
        // Long enough to be seen ringing.
        Phones[source].Behaviour = PhoneBehaviour.Answers(TimeSpan.FromSeconds(1.5));
        var job = await Soap.OriginateAsync(source, destination, Ct, timeout: 3);
        Assert.Equal(1, (await Soap.FollowAsync(job, Patience, Ct, 3, 4, 5, 6, 7))[0]);
        Assert.Equal(status, await Soap.StatusAsync(job, Ct));
        Assert.Equal(0, await Soap.CancelAsync(job, Ct));
    }

    [Theory]
    [InlineData("711", 7)]
    [InlineData("712", 5)]
    [InlineData("713", 6)]
    [InlineData("714", 6)]
    [InlineData("715", 7)]
    [InlineData("799", 6)]
    public async Task What_the_source_does_is_the_status_and_the_destination_never_rings(string source, int status)
    {
        var job = await Soap.OriginateAsync(source, "2020", Ct, timeout: 3);
        await Soap.FollowAsync(job, Patience, Ct, 3, 4, 5, 6, 7);
        Assert.Equal(status, await Soap.StatusAsync(job, Ct));
        Assert.Empty(Phones["2020"].Calls);
    }

    [Fact]
    public async Task A_number_outside_may_be_the_source_and_the_destination()
    {
        var job = await Soap.OriginateAsync("099123456", "098765432", Ct);
        await Soap.FollowAsync(job, Patience, Ct, 2);
        Assert.Equal(1, await Soap.CancelAsync(job, Ct));
        await Soap.FollowAsync(job, Patience, Ct, 3);
        Phones["091111111"].Behaviour = PhoneBehaviour.Busy;
        job = await Soap.OriginateAsync("091111111", "098765432", Ct);
        await Soap.FollowAsync(job, Patience, Ct, 7);
        job = await Soap.OriginateAsync("2021", "091111111", Ct);
        await Soap.FollowAsync(job, Patience, Ct, 4);
    }

    [Fact]
    public async Task A_call_is_cancelled_while_the_source_rings_while_the_destination_rings_and_while_they_talk()
    {
        foreach (var number in new[] { "2030", "2031" }) Phones[number].Behaviour = PhoneBehaviour.NeverAnswers;

        var job = await Soap.OriginateAsync("2030", "2031", Ct);
        var source = await Phones["2030"].NextCallAsync(Patience, Ct);
        await CancelAndCheckAsync(job);
        await source.WaitForAsync(PhoneCallState.Ended, Patience, Ct);
        Assert.True(source.Cancelled);

        job = await Soap.OriginateAsync("2030", "2031", Ct);
        source = await Phones["2030"].NextCallAsync(Patience, Ct);
        source.Answer();
        var destination = await Phones["2031"].NextCallAsync(Patience, Ct);
        await CancelAndCheckAsync(job);
        await destination.WaitForAsync(PhoneCallState.Ended, Patience, Ct);
        await source.WaitForAsync(PhoneCallState.Ended, Patience, Ct);

        job = await Soap.OriginateAsync("2030", "2031", Ct);
        source = await Phones["2030"].NextCallAsync(Patience, Ct);
        source.Answer();
        destination = await Phones["2031"].NextCallAsync(Patience, Ct);
        destination.Answer();
        await Soap.FollowAsync(job, Patience, Ct, 2);
        await CancelAndCheckAsync(job);
        await destination.WaitForAsync(PhoneCallState.Ended, Patience, Ct);
        await source.WaitForAsync(PhoneCallState.Ended, Patience, Ct);
    }

    [Fact]
    public async Task A_call_cancelled_at_once_rings_nobody_for_long_and_is_a_cancelled_one()
    {
        Phones["2035"].Behaviour = PhoneBehaviour.NeverAnswers;
        var job = await Soap.OriginateAsync("2035", "2036", Ct);
        await CancelAndCheckAsync(job);
        await Eventually.TrueAsync(() => Phones["2035"].Calls.All(c => c.State == PhoneCallState.Ended), "the phone is quiet", Patience);
    }

    [Fact]
    public async Task The_source_that_is_rung_already_is_not_rung_by_a_second_job()
    {
        Phones["2040"].Behaviour = PhoneBehaviour.NeverAnswers;
        var first = await Soap.OriginateAsync("2040", "2041", Ct);
        await Phones["2040"].NextCallAsync(Patience, Ct);
        var second = await Soap.OriginateAsync("2040", "2041", Ct);
        Assert.Equal(7, await Soap.StatusAsync(second, Ct));
        Assert.Equal(1, await Soap.CancelAsync(first, Ct));
    }

    [Fact]
    public async Task Caller_ids_times_and_callinfo_are_found_again_in_the_call_records()
    {
        var began = DateTimeOffset.UtcNow;
        Phones["2051"].Behaviour = PhoneBehaviour.Answers(TimeSpan.FromMilliseconds(300), talksFor: TimeSpan.FromSeconds(2));
        var job = await Soap.OriginateAsync("2050", "2051", Ct, srcName: "María Núñez", info: "contrato=01-43-1,nota=<ñandú & Cía>");
        await Soap.FollowAsync(job, Patience, Ct, 3);

        XElement? call = null;
        await Eventually.TrueAsync(async () => (call = (await Soap.XmlAsync("cdrData", Ct, "", Local(began.AddSeconds(-2)), Local(began.AddMinutes(5))))
            .Elements("call").FirstOrDefault(c => (string?)c.Attribute("src") == "2050")) is not null, "the record is reported", Patience);
        Assert.Equal("2051", (string?)call!.Attribute("dst"));
        Assert.Equal("María Núñez (2050)", (string?)call.Attribute("clid"));
        Assert.Equal("internal", (string?)call.Attribute("dcontext"));
        Assert.StartsWith("PJSIP/2050-", (string?)call.Attribute("channel"), StringComparison.Ordinal);
        Assert.StartsWith("PJSIP/2051-", (string?)call.Attribute("dstchannel"), StringComparison.Ordinal);
        Assert.Equal("ANSWERED", (string?)call.Attribute("disposition"));
        Assert.InRange((int)call.Attribute("duration")!, 2, 6);
        Assert.InRange((int)call.Attribute("billsec")!, 1, 6);
        var calldate = DateTime.ParseExact((string)call.Attribute("calldate")!, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        Assert.InRange(calldate, DateTime.Parse(Local(began), CultureInfo.InvariantCulture).AddSeconds(-2), DateTime.Parse(Local(began), CultureInfo.InvariantCulture).AddSeconds(10));

        var uniqueid = (string)call.Attribute("uniqueid")!;
        Assert.Equal(Convert.ToInt64(job, 16).ToString(CultureInfo.InvariantCulture), uniqueid.Split('.')[1]);
        Assert.All((await Soap.XmlAsync("cdrData", Ct, uniqueid, "", "")).Elements(), c => Assert.Equal(uniqueid, (string?)c.Attribute("uniqueid")));

        var custom = (await Soap.XmlAsync("cdrCustom", Ct, Local(began.AddSeconds(-2)), Local(began.AddMinutes(5)))).Elements()
            .Single(c => (string?)c.Attribute("uniqueid") == uniqueid);
        Assert.Equal("contrato=01-43-1,nota=<ñandú & Cía>", (string?)custom.Attribute("observaciones"));
        Assert.Equal("ANSWERED", (string?)custom.Attribute("estado"));
        Assert.Equal("2051", (string?)custom.Attribute("dnis"));
    }

    [Fact]
    public async Task Extensions_are_those_of_the_pbx_with_their_names()
    {
        var extensions = (await Soap.XmlAsync("extensionPbx", Ct)).Elements("extensioninfo").ToList();
        Assert.Equal("PJSIP/702", (string?)extensions.Single(e => (string?)e.Attribute("extension") == "702").Attribute("channel"));
        Assert.Equal("Bruno Núñez", (string?)extensions.Single(e => (string?)e.Attribute("extension") == "702").Attribute("calleridName"));
        Assert.Equal("Interno 2399", (string?)extensions.Single(e => (string?)e.Attribute("extension") == "2399").Attribute("calleridName"));
        Assert.DoesNotContain(extensions, e => (string?)e.Attribute("extension") == "trunk");
        var numbers = extensions.Select(e => int.Parse((string)e.Attribute("extension")!, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(numbers.Order(), numbers);
    }

    private async Task CancelAndCheckAsync(string job)
    {
        Assert.Equal(1, await Soap.CancelAsync(job, Ct));
        await Soap.FollowAsync(job, Patience, Ct, 3);
        Assert.Equal(0, await Soap.CancelAsync(job, Ct));
    }

    private static string Local(DateTimeOffset instant) =>
        TimeZoneInfo.ConvertTime(instant, TimeZoneInfo.FindSystemTimeZoneById("America/Montevideo")).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}

[Trait(EachAsterisk.Trait, EachAsterisk.Asterisk16)]
public sealed class RealCallsOnAsterisk16(CallCentre16 centre) : RealCallTests(centre), IClassFixture<CallCentre16>;

[Trait(EachAsterisk.Trait, EachAsterisk.Asterisk22)]
public sealed class RealCallsOnAsterisk22(CallCentre22 centre) : RealCallTests(centre), IClassFixture<CallCentre22>;
