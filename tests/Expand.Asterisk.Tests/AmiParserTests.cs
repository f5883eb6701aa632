using System.Text;
using CsCheck;
using Expand.Asterisk.Ami;

namespace Expand.Asterisk.Tests;

public sealed class AmiParserTests
{
    private static readonly Gen<string> Name = Gen.Char["ABCDEFGHIJabcdefghij0123456789-_()"].Array[1, 12].Select(c => new string(c));
    private static readonly Gen<string> Value =
        Gen.OneOf(Gen.String, Gen.Const("ñandú <sip:701@127.0.0.1>: ☎"), Gen.Const(""))
            .Select(s => new string([.. s.Where(c => c is not ('\r' or '\n') && !char.IsSurrogate(c))]).TrimStart(' '));

    [Fact]
    public void Repeated_headers_keep_their_order_and_names_ignore_case()
    {
        var message = Assert.Single(Wire.Parse("Event: Hangup\nChanVariable: a=1\nchanvariable: b=2\nEmpty: \nNoBlank:x\nTwo:  y\n\n"));
        Assert.Equal(["a=1", "b=2"], message.GetAll("CHANVARIABLE"));
        Assert.Equal("", message["empty"]);
        Assert.Equal("x", message["NoBlank"]);
        Assert.Equal(" y", message["Two"]);
        Assert.Null(message["Absent"]);
        Assert.Null(message["Chan"]);
    }

    [Fact]
    public void A_value_over_several_lines_is_one_value()
    {
        var message = Assert.Single(Wire.Parse("Event: UserEvent\nText: first\nsecond line\nthird\nNext: n\n\n"));
        Assert.Equal("first\nsecond line\nthird", message["Text"]);
        Assert.Equal("n", message["Next"]);
        Assert.Equal(["Event", "Text", "Next"], message.Select(h => h.Key));
    }

    [Fact]
    public void Output_is_read_from_repeated_headers()
    {
        var message = Assert.Single(Wire.Parse("Response: Success\nActionID: 1\nMessage: Command output follows\nOutput: one\nOutput:   two: 2\nOutput: \n\n"));
        Assert.Equal(["one", "  two: 2", ""], message.Output);
        Assert.Equal("Command output follows", message.MessageText);
    }

    [Fact]
    public void Output_is_read_from_the_old_form_with_blank_lines_and_colons()
    {
        const string Old = "Response: Follows\r\nPrivilege: Command\r\nActionID: 7\r\nName: not a header\n\nEvent: Hangup\n\nlast--END COMMAND--\r\n\r\nEvent: Next\r\n\r\n";
        var bytes = Encoding.UTF8.GetBytes(Old);
        for (var place = 0; place < bytes.Length; place++)
        {
            var messages = Wire.Parse([bytes[..place], bytes[place..]]);
            Assert.Equal(["Follows", "Next"], messages.Select(m => m.Name));
            Assert.Equal(["Name: not a header", "", "Event: Hangup", "", "last"], messages[0].Output);
            Assert.Equal("7", messages[0].ActionId);
            Assert.Null(messages[0]["Name"]);
            Assert.True(messages[0].IsSuccess);
        }
    }

    [Fact]
    public void Blank_lines_and_bare_line_feeds_are_taken()
    {
        var messages = Wire.Parse([Encoding.UTF8.GetBytes(
            "Asterisk Call Manager/5.0.4\r\n\r\n\r\nEvent: A\r\nX: 1\r\n\r\n\r\nEvent: B\nX: 2\n\n\nEvent: C\r\nX: 3\n\r\nEvent: D\nX: 4\r\n\n")]);
        Assert.Equal(["A1", "B2", "C3", "D4"], messages.Select(m => m.Name + m["X"]));
    }

    [Fact]
    public void Bytes_that_are_not_utf8_and_stray_lines_do_no_harm()
    {
        var parser = new AmiParser();
        byte[] bytes = [0xFF, 0x00, 0xC3, (byte)'\n', .. "Event: A\r\nName: a"u8, 0xC3, 0x28, 0xFF, .. "\r\n\r\nno message at all\r\n\r\nQueue: x\r\n\r\nEvent: B\r\n\r\n"u8];
        var messages = Wire.Parse([.. Wire.Split(bytes, [3, 9])], parser);
        Assert.Equal(["A", "B"], messages.Select(m => m.Name));
        Assert.Contains('\uFFFD', messages[0]["Name"]!);
        Assert.Equal(2, parser.Skipped);
    }

    [Fact]
    public void Arbitrary_bytes_never_throw() =>
        Gen.Select(Gen.OneOf(Gen.Byte, Gen.Int[0, 11].Select(i => (byte)"\r\n:EventRspo"[i])).Array[0, 400], Gen.Int[0, 400].Array[0, 5])
            .Sample((bytes, places) => Wire.Parse(Wire.Split(bytes, places)).ConvertAll(Wire.Show).Count >= 0, iter: 3000, threads: 1);

    [Fact]
    public void What_is_written_is_what_is_read_wherever_it_is_split() =>
        Gen.Select(Gen.Select(Name, Value).Array[0, 12].Array[1, 6], Gen.Int[1, 900].Array[0, 8], Gen.Bool).Sample((messages, places, crlf) =>
        {
            var end = crlf ? "\r\n" : "\n";
            var text = string.Concat(messages.Select(m => $"Event: E{end}{string.Concat(m.Select(h => $"{h.Item1}: {h.Item2}{end}"))}{end}"));
            var read = Wire.Parse(Wire.Split(Encoding.UTF8.GetBytes("Asterisk Call Manager/1\r\n" + text), places));
            return read.Count == messages.Length && read.Zip(messages).All(p =>
                p.First.Skip(1).Select(h => (h.Key, h.Value)).SequenceEqual(p.Second));
        }, iter: 2000, threads: 1);

    [Theory]
    [InlineData("Event: X\r\nData: ")]
    [InlineData("Response: Follows\r\nActionID: 1\r\n")]
    public void A_message_beyond_the_bound_is_refused_whether_complete_or_not(string start)
    {
        var big = Encoding.UTF8.GetBytes(start + new string('x', 2000));
        Assert.Throws<AmiProtocolException>(() => Wire.Parse([big], new AmiParser(1024)));
        Assert.Throws<AmiProtocolException>(() => Wire.Parse([[.. big, .. "--END COMMAND--\r\n\r\n"u8]], new AmiParser(1024)));
        Wire.Parse([[.. big, .. "--END COMMAND--\r\n\r\n"u8]], new AmiParser(4096));
    }

    [Fact]
    public void A_first_line_without_end_is_refused() =>
        Assert.Throws<AmiProtocolException>(() => Wire.Parse([Encoding.UTF8.GetBytes(new string('x', 5000))]));

    [Fact]
    public void Event_names_are_one_string_each()
    {
        var messages = Wire.Parse("Event: Newchannel\nA: 1\n\nEvent: Newchannel\nA: 2\n\n");
        Assert.Same(messages[0].Name, messages[1].Name);
    }

    [Fact]
    public void A_message_can_be_made_from_its_text()
    {
        var message = AmiMessage.Parse("Event: OriginateResponse\r\nResponse: Failure\r\nReason: 0\r\n\r\n"u8);
        Assert.Equal("OriginateResponse", message.Name);
        Assert.Equal("0", message["Reason"]);
        Assert.False(message.IsSuccess);
        Assert.Throws<FormatException>(() => AmiMessage.Parse("Nothing: here"u8));
    }
}
