using System.Text;
using CsCheck;
using Expand.Asterisk.Ami;
using Expand.TestKit;

namespace Expand.Asterisk.Tests;

public sealed class AmiActionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cr_lf_and_nul_are_refused_before_a_byte_is_written()
    {
        await using var asterisk = new FakeAsterisk();
        await using var ami = await asterisk.ConnectAsync(ct: Ct);
        var before = asterisk.ReceivedBytes;

        foreach (var bad in (string[])["a\rb", "a\nb", "a\0b", "a\r\n\r\nAction: Ping", "\n"])
        {
            var inValue = await Assert.ThrowsAsync<AmiInvalidValueException>(() => ami.SendAsync(new AmiAction("Originate") { { "CallerID", bad } }, Ct));
            Assert.Equal("CallerID", inValue.Header);
            Assert.Contains("CallerID", inValue.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<AmiInvalidValueException>(() => ami.SendAsync(new AmiAction("Originate") { { "X" + bad, "1" } }, Ct));
            await Assert.ThrowsAsync<AmiInvalidValueException>(() => ami.SendListAsync(new AmiAction("Originate" + bad), "X", Ct));
        }

        Assert.Equal(before, asterisk.ReceivedBytes);
        Assert.True((await ami.SendAsync(new AmiAction("Marker"), Ct)).IsSuccess);
        var written = Encoding.UTF8.GetString(asterisk.ReceivedBytes.AsSpan(before.Length));
        Assert.StartsWith("Action: Marker\r\n", written, StringComparison.Ordinal);
        Assert.Equal(["Login", "Marker"], asterisk.Received.Select(a => a.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a:b")]
    [InlineData("a b")]
    [InlineData(" a")]
    [InlineData("a\u0085")]
    [InlineData("Action")]
    [InlineData("actionid")]
    public void Names_that_would_mean_something_else_are_refused(string name) =>
        Assert.Throws<AmiInvalidValueException>(() => new AmiAction("Ping") { { name, "x" } });

    [Fact]
    public void Lines_and_counts_beyond_what_asterisk_reads_are_refused()
    {
        _ = new AmiAction("X") { { "H", new string('x', 997) } };
        Assert.Throws<AmiInvalidValueException>(() => new AmiAction("X") { { "H", new string('x', 998) } });
        Assert.Throws<AmiInvalidValueException>(() => new AmiAction("X") { { "H", new string('ñ', 499) } });
        Assert.Throws<AmiInvalidValueException>(() => new AmiAction(""));

        var many = new AmiAction("X");
        for (var i = 0; i < AmiAction.MaxHeaders - 2; i++) many.Add("H", "x");
        Assert.Throws<AmiInvalidValueException>(() => many.Add("H", "x"));
    }

    [Fact]
    public void A_user_or_secret_that_would_break_the_line_is_refused_before_connecting()
    {
        var options = new AmiOptions { Host = "127.0.0.1", Username = "u", Secret = "a\r\nAction: x" };
        Assert.Throws<AmiInvalidValueException>(() => new AmiClient(options));
        Assert.DoesNotContain("Action: x", (options with { Secret = "Action: x" }).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_is_accepted_arrives_as_the_headers_that_were_given()
    {
        await using var asterisk = new FakeAsterisk();
        await using var ami = await asterisk.ConnectAsync(ct: Ct);
        var value = Gen.String[0, 60].Where(s => !s.Any(char.IsSurrogate));
        await Gen.Select(Gen.Char.AlphaNumeric.Array[1, 10].Select(c => new string(c)), value).Array[0, 10].SampleAsync(async headers =>
        {
            var action = new AmiAction("Test");
            foreach (var (name, text) in headers)
            {
                try
                {
                    action.Add(name, text);
                }
                catch (AmiInvalidValueException)
                {
                    // Not accepted: nothing of it may arrive.
                }
            }
            var expected = action.Select(h => (h.Key, h.Value.TrimStart(' '))).ToList();
            await ami.SendAsync(action, Ct);
            return asterisk.Received[^1].Headers.Skip(2).Select(h => (h.Key, h.Value)).SequenceEqual(expected);
        }, iter: 200, threads: 1);
    }
}
