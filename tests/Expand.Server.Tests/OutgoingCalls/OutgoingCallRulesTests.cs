using Expand.Server.OutgoingCalls;

namespace Expand.Server.Tests.OutgoingCalls;

/// <summary>What is true of a call without any database: its states, its expiry, its numbers and links.</summary>
public sealed class OutgoingCallRulesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 25, 15, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_states_change_as_the_contract_has_it_and_in_no_other_way()
    {
        var allowed =
            from before in Enum.GetValues<OutgoingCallStatus>()
            from after in Enum.GetValues<OutgoingCallStatus>()
            where before.MayBecome(after)
            select $"{before.Word()} {after.Word()}";
        Assert.Equal(
            ["PENDING COMPLETED", "PENDING CANCELED", "PENDING EXPIRED", "EXPIRED PENDING", "EXPIRED COMPLETED", "EXPIRED CANCELED"], allowed);
        Assert.Equal(["PENDING", "COMPLETED", "CANCELED", "EXPIRED"], OutgoingCallStates.Words);
        Assert.All(OutgoingCallStates.Words, word => Assert.Equal(word, OutgoingCallStates.Of(word).Word()));
    }

    [Fact]
    public void A_change_of_a_call_that_has_ended_is_a_mistake_of_ours()
    {
        var call = Call(0);
        call.Changed(OutgoingCallStatus.Completed, Noon);
        Assert.Throws<InvalidOperationException>(() => call.Changed(OutgoingCallStatus.Pending, Noon));
        Assert.Throws<InvalidOperationException>(() => call.Changed(OutgoingCallStatus.Canceled, Noon));
    }

    [Theory]
    [InlineData(0, 1_000_000, "PENDING", 1)]
    [InlineData(60, 59, "PENDING", 1)]
    [InlineData(60, 60, "EXPIRED", 2)]
    [InlineData(60, 1_000_000, "EXPIRED", 2)]
    public void A_pending_call_expires_when_its_seconds_are_over_and_one_without_them_never(int expiration, int later, string status, int version)
    {
        var call = Call(expiration).Settle(Noon.AddSeconds(later));
        Assert.Equal((status, version), (call.Status.Word(), call.Version));
        if (status == "EXPIRED") Assert.Equal(Noon.AddSeconds(expiration), call.StatusAt);
    }

    [Fact]
    public void A_call_that_was_made_with_its_time_over_is_expired_since_then_and_not_since_before()
    {
        var call = new OutgoingCall(Details(60), Noon.AddDays(1)).Settle(Noon.AddDays(1));
        Assert.Equal((OutgoingCallStatus.Expired, Noon.AddDays(1)), (call.Status, call.StatusAt));
    }

    [Fact]
    public void What_has_ended_does_not_expire()
    {
        var call = Call(60);
        call.Changed(OutgoingCallStatus.Canceled, Noon);
        Assert.Equal(OutgoingCallStatus.Canceled, call.Settle(Noon.AddYears(1)).Status);
    }

    [Theory]
    [InlineData("21232322", "21232322")]
    [InlineData("+598 (2) 712-34.56/7", "+598271234567")]
    [InlineData("*43#", "*43#")]
    [InlineData("(02) 900", "02900")]
    [InlineData("", null)]
    [InlineData("   ", null)]
    [InlineData("-", null)]
    [InlineData("+", null)]
    [InlineData("12+3", null)]
    [InlineData("++12", null)]
    [InlineData("123,1", null)]
    [InlineData("123&SIP/9", null)]
    [InlineData("${SHELL(x)}", null)]
    [InlineData("PJSIP/701", null)]
    [InlineData("123\n", null)]
    [InlineData("123\t4", null)]
    [InlineData("123@default", null)]
    [InlineData("١٢٣", null)]
    [InlineData("12345678901234567890123456789012345678901", null)]
    public void Only_what_is_safe_to_dial_is_a_number(string text, string? dialled) => Assert.Equal(dialled, PhoneNumber.Dialable(text));

    [Theory]
    [InlineData("099 123", "099123")]
    [InlineData(" 598 99", "59899,+59899")]
    [InlineData("abc", "")]
    public void A_number_that_is_looked_for_may_have_lost_its_plus_on_the_way(string text, string meant) =>
        Assert.Equal(meant, string.Join(',', PhoneNumber.MeantBy(text)));

    [Theory]
    [InlineData("http://www.link.com", true)]
    [InlineData("https://crm.example.com:8443/c/5?x=%20#a", true)]
    [InlineData("HTTPS://crm.example.com/ñandú", true)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("JaVaScRiPt:alert(1)//http://x", false)]
    [InlineData("data:text/html,x", false)]
    [InlineData("ftp://example.com/", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("//example.com/x", false)]
    [InlineData("/x", false)]
    [InlineData("www.link.com", false)]
    [InlineData("http://", false)]
    [InlineData("http:///x", false)]
    [InlineData(" http://x", false)]
    [InlineData("http://a b", false)]
    [InlineData("java\tscript:alert(1)", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_an_address_of_the_web_is_a_link(string? address, bool taken)
    {
        var (json, rule) = OutgoingCallLinks.Write([new("a", address)]);
        Assert.Equal(taken, rule is null);
        if (taken) Assert.Equal(address, OutgoingCallLinks.Read(json)["a"]);
    }

    [Fact]
    public void Links_keep_their_order_and_are_twenty_at_most()
    {
        var links = Enumerable.Range(0, 20).Select(i => KeyValuePair.Create($"l{19 - i}", (string?)$"http://x/{i}")).ToList();
        var (json, rule) = OutgoingCallLinks.Write(links);
        Assert.Null(rule);
        Assert.Equal(links.Select(l => l.Key), OutgoingCallLinks.Read(json).Keys);
        Assert.NotNull(OutgoingCallLinks.Write([.. links, new("one more", "http://x")]).Rule);
        Assert.NotNull(OutgoingCallLinks.Write([new("", "http://x")]).Rule);
        Assert.NotNull(OutgoingCallLinks.Write([new("a\0", "http://x")]).Rule);
        Assert.NotNull(OutgoingCallLinks.Write([new(new string('a', 101), "http://x")]).Rule);
        Assert.NotNull(OutgoingCallLinks.Write([new("a", "http://" + new string('a', 2000))]).Rule);
        Assert.Equal("{}", OutgoingCallLinks.Write([]).Json);
    }

    private static OutgoingCall Call(int expiration) => new(Details(expiration), Noon.AddDays(-1));

    private static OutgoingCallDetails Details(int expiration) => new("q", ["1"], "c", "s", Noon, expiration, "", "{}");
}
