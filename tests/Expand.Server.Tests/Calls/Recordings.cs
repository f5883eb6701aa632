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
        var folder = Path.Combine(AppContext.BaseDirectory, "Transcripts", generation.ToString(CultureInfo.InvariantCulture));
        var file = Directory.GetFiles(folder, number + "-*.txt").Single();
        var jobs = File.ReadLines(file).Where(l => l.StartsWith("ChannelId: ", StringComparison.Ordinal)).Select(l => l["ChannelId: ".Length..].Trim()).ToList();
        var facts = new List<PbxFact>();
        foreach (var connection in Transcript.Connections(file))
        {
            // The recordings named a Local channel's second half differently than we do.
            var text = Encoding.UTF8.GetString(connection).Replace("-b\r\n", "-2\r\n", StringComparison.Ordinal);
            var parser = new AmiParser();
            var buffer = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text));
            while (parser.TryRead(ref buffer, out var packet))
            {
                if (PbxEventReader.Read(packet.ToMessage(), At.AddMilliseconds(facts.Count)) is { } fact) facts.Add(fact);
            }
        }

        return (facts, jobs);
    }
}
