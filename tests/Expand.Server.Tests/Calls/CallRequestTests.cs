using CsCheck;
using Expand.Server.Calls;

namespace Expand.Server.Tests.Calls;

public sealed class CallRequestTests
{
    private const string Allowed = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz*#+._-";
    private static readonly CallRequest Fine = new("701", "Juan Pérez", "099123456", "Ana \"A\" [1], ${EXTEN}", 30, "contrato=9,obs=á");

    [Fact]
    public void A_request_of_dialable_numbers_and_free_names_may_pass() => Assert.Null(Fine.Refusal());

    [Theory]
    [InlineData('\r')]
    [InlineData('\n')]
    [InlineData('\0')]
    public void A_line_break_or_a_NUL_in_any_argument_is_refused_by_its_name(char bad)
    {
        var text = $"7{bad}01";
        Assert.StartsWith("src ", (Fine with { Source = text }).Refusal(), StringComparison.Ordinal);
        Assert.StartsWith("srcCallerID ", (Fine with { SourceName = text }).Refusal(), StringComparison.Ordinal);
        Assert.StartsWith("dst ", (Fine with { Destination = text }).Refusal(), StringComparison.Ordinal);
        Assert.StartsWith("dstCallerID ", (Fine with { DestinationName = text }).Refusal(), StringComparison.Ordinal);
        Assert.StartsWith("callinfo ", (Fine with { CallInfo = text }).Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_is_taken_exactly_where_each_of_its_characters_may_be_dialled()
    {
        var text = Gen.Frequency((3, Gen.Char[Allowed]), (1, Gen.Char)).Array[0, 70].Select(c => new string(c));
        text.Sample(number =>
        {
            var expected = number.Length is >= 1 and <= 64 && number.All(Allowed.Contains);
            Assert.Equal(expected, (Fine with { Source = number }).Refusal() is null);
            Assert.Equal(expected, (Fine with { Destination = number }).Refusal() is null);
        }, iter: 3_000, threads: 1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PJSIP/701")]
    [InlineData("701@from-trunk")]
    [InlineData("701&702")]
    [InlineData("701,30")]
    [InlineData("${EXTEN}")]
    [InlineData("7 01")]
    [InlineData("７０１")]
    [InlineData("٧٠١")]
    [InlineData("701\n")]
    [InlineData("701;1")]
    [InlineData("<701>")]
    public void A_channel_a_variable_or_another_alphabet_is_no_number(string number)
    {
        Assert.NotNull((Fine with { Source = number }).Refusal());
        Assert.NotNull((Fine with { Destination = number }).Refusal());
    }

    [Fact]
    public void A_callinfo_is_bounded()
    {
        Assert.Null((Fine with { CallInfo = new string('x', CallRequest.CallInfoLength) }).Refusal());
        Assert.NotNull((Fine with { CallInfo = new string('x', CallRequest.CallInfoLength + 1) }).Refusal());
    }

    [Fact]
    public void What_a_display_gets_holds_no_control_character_and_is_short_and_whole()
    {
        Gen.String.Sample(name =>
        {
            var shown = CallRequest.Displayable(name);
            Assert.DoesNotContain(shown, char.IsControl);
            Assert.InRange(shown.Length, 0, 80);
            Assert.Equal(shown.Trim(), shown);
        }, iter: 2_000, threads: 1);
        Assert.Equal("Ana  B", CallRequest.Displayable(" Ana\t\u0007B "));
        Assert.Equal(new string('a', 79), CallRequest.Displayable(new string('a', 79) + "😀"));
        Assert.Equal(new string('a', 78) + "😀", CallRequest.Displayable(new string('a', 78) + "😀b"));
    }

    [Fact]
    public void A_jobs_id_is_eight_hex_digits_and_is_found_again_from_its_text()
    {
        for (var i = 0; i < 1_000; i++)
        {
            var id = OriginatedCall.NewId();
            var text = OriginatedCall.Text(id);
            Assert.Matches("^[1-9a-f][0-9a-f]{7}$", text);
            Assert.Equal(id, OriginatedCall.Parse($" {text.ToUpperInvariant()} "));
        }

        foreach (var wrong in new[] { "", "x", "1234567", "123456789", "1234567g", "-1234567", "+1234567", " " })
            Assert.Null(OriginatedCall.Parse(wrong));
    }
}
