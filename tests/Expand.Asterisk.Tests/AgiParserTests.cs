using System.Buffers;
using System.Text;
using Expand.Asterisk.Agi;

namespace Expand.Asterisk.Tests;

/// <summary>FastAGI without a socket.</summary>
public sealed class AgiParserTests
{
    [Fact]
    public void A_request_tells_the_service_its_parameters_and_the_call()
    {
        var request = AgiRequest.Parse(
        [
            "agi_network: yes", "agi_network_script: ivr-code?code=men%C3%BA+1&data=12%2634&x", "agi_request: agi://127.0.0.1:4573/ivr-code", "agi_channel: PJSIP/trunk-00000001",
            "agi_uniqueid: 1275586803.1502", "agi_callerid: 099123456", "agi_calleridname: unknown", "agi_arg_1: uno", "agi_arg_2: ", "agi_arg_4: lost", "no header", "agi_uniqueid: 2.2",
        ]);
        Assert.Equal(("ivr-code", "menú 1", "12&34", ""), (request.Script, request.Parameter("code"), request.Parameter("data"), request.Parameter("nothing")));
        Assert.Equal(("1275586803.1502", "099123456", "", "PJSIP/trunk-00000001"), (request.UniqueId, request.CallerId, request.CallerIdName, request.Channel));
        Assert.Equal(["uno", ""], request.Arguments);
        Assert.Equal(("", "", 0), (AgiRequest.Parse([]).Script, AgiRequest.Parse([]).UniqueId, AgiRequest.Parse(["agi_: x", ": y", "%:%"]).Arguments.Count));
    }

    [Theory]
    [InlineData("200 result=1", 200, "1", null, true)]
    [InlineData("200 result=1 (Juan (hijo) Pérez)", 200, "1", "Juan (hijo) Pérez", true)]
    [InlineData("200 result=0", 200, "0", null, true)]
    [InlineData("200 result=-1", 200, "-1", null, false)]
    [InlineData("511 Command Not Permitted on a dead channel or intercept routine", 511, "", null, false)]
    [InlineData("520 End of proper usage.", 520, "", null, false)]
    public void An_answer_is_read(string line, int code, string result, string? value, bool isSuccess)
    {
        var reply = AgiParser.Reply(line)!;
        Assert.Equal((code, result, value, isSuccess), (reply.Code, reply.Result, reply.Value, reply.IsSuccess));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HANGUP")]
    [InlineData("20")]
    [InlineData("-20 result=1")]
    public void What_is_no_answer_is_none(string line) => Assert.Null(AgiParser.Reply(line));

    [Fact]
    public void Lines_come_in_pieces_and_a_long_one_is_refused_also_before_it_ends()
    {
        var buffer = new ReadOnlySequence<byte>("agi_a: 1\r\nagi_"u8.ToArray());
        Assert.True(AgiParser.TryReadLine(ref buffer, 100, out var line));
        Assert.Equal("agi_a: 1", line);
        Assert.False(AgiParser.TryReadLine(ref buffer, 100, out _));
        Assert.Equal(4, buffer.Length);
        Assert.Throws<AgiEndedException>(() =>
        {
            var endless = new ReadOnlySequence<byte>(new byte[101]);
            AgiParser.TryReadLine(ref endless, 100, out _);
        });
    }

    [Fact]
    public void A_value_cannot_break_out_of_its_quotes_or_its_line()
    {
        Assert.Equal("""SET VARIABLE CALLERID(name) "Juan \"el\" Peña\\" """.TrimEnd(), AgiCommand.SetVariable("CALLERID(name)", "Juan \"el\" Peña\\"));
        foreach (var value in new[] { "a\nHANGUP", "a\rb", "a\0b" }) Assert.Throws<AgiInvalidValueException>(() => AgiCommand.SetVariable("X", value));
        foreach (var name in new[] { "", "A B", "A\"", "A\nB", new string('A', 81) }) Assert.Throws<AgiInvalidValueException>(() => AgiCommand.GetVariable(name));
        Assert.Throws<AgiInvalidValueException>(() => AgiCommand.SetVariable("X", new string('ñ', 1100)));
        Assert.True(Encoding.UTF8.GetByteCount(AgiCommand.SetVariable("X", new string('ñ', 1000))) < AgiCommand.MaxLineBytes);
    }
}
