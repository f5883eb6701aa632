using System.Buffers;
using System.Globalization;
using System.Text;
using Expand.Asterisk.Ami;
using Expand.Asterisk.Tests;
using Expand.Server.Pbx;

namespace Expand.Server.Tests.Calls;

/// <summary>What a real Asterisk told of an originated call, as facts.</summary>
internal static class Recordings
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;

    /// <summary>The facts of a recording and the job ids of its Originates.</summary>
    public static (IReadOnlyList<PbxFact> Facts, IReadOnlyList<string> Jobs) Read(int generation, string number)
    {
        var file = Find(generation, number);
        var jobs = File.ReadLines(file).Where(l => l.StartsWith("ChannelId: ", StringComparison.Ordinal)).Select(l => l["ChannelId: ".Length..].Trim()).ToList();
        var facts = new List<PbxFact>();
        foreach (var message in Messages(generation, number))
        {
            if (PbxEventReader.Read(message, At.AddMilliseconds(facts.Count)) is { } fact) facts.Add(fact);
        }

        return (facts, jobs);
    }
    /// <summary>Everything that Asterisk sent.</summary>
    public static IEnumerable<AmiMessage> Messages(int generation, string number)
    {
        foreach (var connection in Transcript.Connections(Find(generation, number)))
        {
            // The recordings named a Local channel's second half differently than we do.
            var text = Encoding.UTF8.GetString(connection).Replace("-b\r\n", "-2\r\n", StringComparison.Ordinal);
            foreach (var message in Messages(text)) yield return message;
        }
    }

    private static List<AmiMessage> Messages(string text)
    {
        var messages = new List<AmiMessage>();
        var parser = new AmiParser();
        var buffer = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text));
        while (parser.TryRead(ref buffer, out var packet)) messages.Add(packet.ToMessage());
        return messages;
    }

    private static string Find(int generation, string number) => Directory.GetFiles(
        Path.Combine(AppContext.BaseDirectory, "Transcripts", generation.ToString(CultureInfo.InvariantCulture)), number + "-*.txt").Single();
}
