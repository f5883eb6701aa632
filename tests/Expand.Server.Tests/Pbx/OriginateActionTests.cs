using System.Text;
using CsCheck;
using Expand.Server.Pbx;
using Expand.TestKit;

namespace Expand.Server.Tests.Pbx;

/// <summary>Orders on the wire: the raw bytes that Asterisk would read.</summary>
public sealed class OriginateActionTests
{
    private static readonly Extension Source = new("701", "PJSIP/701", "Ana");

    [Fact]
    public async Task An_order_is_these_lines_and_no_others()
    {
        var lines = await WireAsync(new("1795369905.305419896", "701", "Juan Pérez", "702", "Ana", 25), Source);
        Assert.Equal(
        [
            "Action: Originate", "Channel: PJSIP/701", "Context: internal", "Exten: 702", "Priority: 1", "Timeout: 25000", "Async: true",
            "ChannelId: 1795369905.305419896",
            "Variable: CALLERID(name)=Juan Pérez", "Variable: CALLERID(num)=701",
            "Variable: CONNECTEDLINE(name,i)=Ana", "Variable: CONNECTEDLINE(num,i)=702",
            "Variable: EXPAND_RINGTIME=25", "Variable: EXPAND_DIALOPTIONS=I",
        ], lines);
    }

    [Fact]
    public async Task A_source_that_is_no_extension_goes_through_a_Local_channel_with_a_second_id_of_ours()
    {
        var lines = await WireAsync(new("1.305419896", "099123456", "", "702", "", 30), null);
        Assert.Contains("Channel: Local/099123456@internal/n", lines);
        Assert.Contains("OtherChannelId: 1.305419896-2", lines);
        Assert.Contains("Variable: CALLERID(name)=099123456", lines);
        Assert.Contains("Variable: CONNECTEDLINE(name,i)=702", lines);
    }

    [Theory]
    [InlineData("Pérez, Juan", @"Pérez\, Juan")]
    [InlineData("Juan \"Pepe\" Díaz", """Juan \"Pepe\" Díaz""")]
    [InlineData(@"a\b", @"a\\b")]
    [InlineData("br[ack]et (x)", @"br\[ack\]et \(x\)")]
    [InlineData("${EXTEN}", "${EXTEN}")]
    [InlineData("$[1+1]", @"$\[1+1\]")]
    [InlineData("日本 ✓ 😀", "日本 ✓ 😀")]
    [InlineData("x)=y,CALLERID(num)=911", @"x\)=y\,CALLERID\(num\)=911")]
    [InlineData("Action: Logoff", "Action: Logoff")]
    public async Task A_hostile_name_stays_one_value_of_one_line(string name, string onTheWire)
    {
        var lines = await WireAsync(new("1.305419896", "701", name, "702", name, 30), Source);
        Assert.Equal(14, lines.Length);
        Assert.Contains("Variable: CALLERID(name)=" + onTheWire, lines);
        Assert.Contains("Variable: CONNECTEDLINE(name,i)=" + onTheWire, lines);
    }

    [Fact]
    public void Whatever_is_escaped_reads_back_as_it_was() =>
        Gen.String.Sample(text =>
        {
            var escaped = OriginateAction.Escaped(text);
            var read = new StringBuilder();
            for (var i = 0; i < escaped.Length; i++)
            {
                if (escaped[i] == '\\') i++;
                else Assert.DoesNotContain(escaped[i], "\",()[]");
                read.Append(escaped[i]);
            }

            Assert.Equal(text, read.ToString());
        }, iter: 2_000, threads: 1);

    [Theory]
    [InlineData("a\r\nAction: Logoff")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    public async Task A_line_break_that_came_this_far_is_refused_before_a_byte_is_written(string name)
    {
        await using var asterisk = new FakeAsterisk();
        await using var ami = await asterisk.ConnectAsync(ct: TestContext.Current.CancellationToken);
        var before = asterisk.ReceivedBytes.Length;
        await Assert.ThrowsAnyAsync<ArgumentException>(async () =>
            await ami.SendAsync(OriginateAction.Make(new("1.3", "701", name, "702", "", 30), Source, new PbxOptions()), TestContext.Current.CancellationToken));
        Assert.Equal(before, asterisk.ReceivedBytes.Length);
    }

    /// <summary>The lines of the Originate as they came, without the ActionID that the client draws.</summary>
    private static async Task<string[]> WireAsync(CallOrder order, Extension? source)
    {
        await using var asterisk = new FakeAsterisk();
        await using var ami = await asterisk.ConnectAsync(ct: TestContext.Current.CancellationToken);
        await ami.SendAsync(OriginateAction.Make(order, source, new PbxOptions()), TestContext.Current.CancellationToken);
        var text = Encoding.UTF8.GetString(asterisk.ReceivedBytes);
        var start = text.IndexOf("Action: Originate", StringComparison.Ordinal);
        var end = text.IndexOf("\r\n\r\n", start, StringComparison.Ordinal);
        Assert.Equal(start, text.LastIndexOf("Action: ", text.Length - 1, StringComparison.Ordinal) >= start ? start : -1);
        return [.. text[start..end].Split("\r\n").Where(line => !line.StartsWith("ActionID: ", StringComparison.Ordinal))];
    }
}
