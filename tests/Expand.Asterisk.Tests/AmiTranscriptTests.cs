using CsCheck;
using Expand.Asterisk.Ami;

namespace Expand.Asterisk.Tests;

public sealed class AmiTranscriptTests
{
    public static TheoryData<string> Files =>
        [.. Transcript.Files.Select(f => Path.GetRelativePath(Path.Combine(AppContext.BaseDirectory, "Transcripts"), f))];

    [Fact]
    public void Both_generations_are_recorded()
    {
        Assert.True(Files.Count >= 40);
        Assert.Contains(Transcript.Files, f => f.Contains($"{Path.DirectorySeparatorChar}16{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        Assert.Contains(Transcript.Files, f => f.Contains($"{Path.DirectorySeparatorChar}22{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Files))]
    public void Every_message_of_a_recording_is_read_and_none_is_skipped(string file)
    {
        foreach (var connection in Connections(file))
        {
            var parser = new AmiParser();
            var messages = Wire.Parse([connection], parser);
            Assert.Equal(Transcript.FirstLines(connection), messages.Select(m => $"{m.Kind}: {m.Name}"));
            Assert.Equal(0, parser.Skipped);
            Assert.StartsWith("Asterisk Call Manager/", parser.Banner, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void A_recording_split_anywhere_gives_the_same_messages(string file)
    {
        foreach (var connection in Connections(file))
        {
            var whole = Wire.Parse([connection]).ConvertAll(Wire.Show);
            Gen.Int[1, connection.Length].Array[0, 40].Sample(
                places => whole.SequenceEqual(Wire.Parse(Wire.Split(connection, places)).Select(Wire.Show)), iter: 30, threads: 1);
        }
    }

    [Theory]
    [InlineData("16/01-login.txt")]
    [InlineData("22/01-login.txt")]
    [InlineData("22/30-queue-member-actions.txt")]
    public void A_recording_split_at_every_byte_gives_the_same_messages(string file)
    {
        foreach (var connection in Connections(file))
        {
            var whole = Wire.Parse([connection]).ConvertAll(Wire.Show);
            Assert.Equal(whole, Wire.Parse(connection.Select(b => new[] { b })).ConvertAll(Wire.Show));
            for (var place = 1; place < Math.Min(connection.Length, 2500); place++)
            {
                var split = Wire.Parse([connection[..place], connection[place..]]);
                Assert.Equal(whole.Count, split.Count);
                Assert.Equal(whole, split.ConvertAll(Wire.Show));
            }
        }
    }

    [Fact]
    public void A_recorded_call_yields_the_fields_that_status_is_made_of()
    {
        var messages = Wire.Parse([Connections("22/02-originate-full-unfiltered.txt")[0]]);
        var originated = Assert.Single(messages, m => m.Name == "OriginateResponse");
        Assert.True(originated.IsSuccess);
        Assert.NotNull(originated.ActionId);
        var answered = messages.Where(m => m.Name == "DialEnd").ToList();
        Assert.All(answered, m => Assert.Equal("ANSWER", m["DialStatus"]));
        Assert.NotNull(messages.First(m => m.Name == "Hangup")["cause-txt"]);
    }

    private static IReadOnlyList<byte[]> Connections(string file) =>
        Transcript.Connections(Path.Combine(AppContext.BaseDirectory, "Transcripts", file.Replace('/', Path.DirectorySeparatorChar)));
}
