using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Expand.Benchmarks.Harness;

namespace Expand.Benchmarks.Ami;

/// <summary>
/// What an Asterisk 22 sent of queue calls (answered, abandoned, not taken by the agent), as it was recorded; made to many calls that go on at once, each with
/// ids, channels, a caller and instants of its own.
/// </summary>
internal sealed partial class RecordedCalls
{
    /// <summary>Calls whose events come mixed.</summary>
    private const int AtOnce = 40;

    private static readonly string[] Recordings = ["31-queue-call-caller-completes.txt", "37-queue-abandon.txt", "38-queue-ring-no-answer.txt"];

    private readonly int[] wantedBefore;

    private RecordedCalls(byte[] bytes, int[] ends, bool[] wanted)
    {
        (Bytes, Ends, IsWanted) = (bytes, ends, wanted);
        wantedBefore = new int[wanted.Length + 1];
        for (var i = 0; i < wanted.Length; i++) wantedBefore[i + 1] = wantedBefore[i] + (wanted[i] ? 1 : 0);
    }

    /// <summary>The events one after the other, as they are on the wire.</summary>
    public byte[] Bytes { get; }

    /// <summary>Where each event ends, past its blank line.</summary>
    public int[] Ends { get; }

    /// <summary>Whether the event is one of those that the server wants.</summary>
    public bool[] IsWanted { get; }

    /// <summary>How many are wanted.</summary>
    public int Wanted => wantedBefore[^1];

    /// <summary>How many events there are.</summary>
    public int Count => Ends.Length;

    /// <summary>How many of the first are wanted.</summary>
    public int WantedBefore(int events) => wantedBefore[events];

    /// <summary>Makes about so many events.</summary>
    /// <param name="events">How many at least.</param>
    /// <param name="wanted">Whether the server wants an event of that name.</param>
    public static RecordedCalls Make(int events, Func<string, bool> wanted)
    {
        var recorded = Recordings.Select(Read).ToList();
        var (bytes, ends, isWanted) = (new MemoryStream(), new List<int>(), new List<bool>());
        for (var call = 0; ends.Count < events; call += AtOnce)
        {
            var group = Enumerable.Range(call, AtOnce).Select(n => (Number: n, Events: recorded[n % recorded.Count])).ToList();
            for (var i = 0; group.Any(c => i < c.Events.Count); i++)
            {
                foreach (var (number, own) in group.Where(c => i < c.Events.Count))
                {
                    bytes.Write(Encoding.UTF8.GetBytes(Rewritten(own[i], number, ends.Count)));
                    ends.Add((int)bytes.Length);
                    isWanted.Add(wanted(own[i].AsSpan(7, own[i].IndexOf('\r', StringComparison.Ordinal) - 7).ToString()));
                }
            }
        }

        return new RecordedCalls(bytes.ToArray(), [.. ends], [.. isWanted]);
    }

    /// <summary>The events of a recording, without those that answer a query or come of the recording's own set-up.</summary>
    private static List<string> Read(string file)
    {
        var events = new List<string>();
        var message = new StringBuilder();
        var taking = false;
        foreach (var line in File.ReadLines(Path.Combine(BenchFolder.Checkout, "tests", "Expand.Asterisk.Tests", "Transcripts", "22", file)).Skip(2))
        {
            if (line.StartsWith("=====", StringComparison.Ordinal)) break;
            if (line.StartsWith("--- ", StringComparison.Ordinal)) taking = line.EndsWith("asterisk >>> server", StringComparison.Ordinal);
            else if (line.StartsWith("#####", StringComparison.Ordinal)) taking = false;
            else if (taking && line.Length > 0) message.Append(line).Append("\r\n");
            else if (taking && message.Length > 0)
            {
                var text = message.Append("\r\n").ToString();
                message.Clear();
                if (text.StartsWith("Event: ", StringComparison.Ordinal) && !NoCall().IsMatch(text)) events.Add(text);
            }
        }

        return events;
    }

    private static string Rewritten(string text, int call, int index)
    {
        text = Timestamp().Replace(text, string.Create(CultureInfo.InvariantCulture, $"${{name}}{1795400000 + (index / 1000)}.{index % 1000 * 1000:D6}"));
        text = UniqueId().Replace(text, id => string.Create(CultureInfo.InvariantCulture,
            $"{1795400000 + (call / 10)}.{(call * 10) + (int.Parse(id.Groups["serial"].ValueSpan, CultureInfo.InvariantCulture) % 10)}"));
        text = Channel().Replace(text, id => string.Create(CultureInfo.InvariantCulture,
            $"{id.Groups["name"].Value}-{(call * 16) + (int.Parse(id.Groups["serial"].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture) % 16):x8}"));
        text = Bridge().Replace(text, string.Create(CultureInfo.InvariantCulture, $"{call:x8}$1"));
        return text.Replace("099123456", string.Create(CultureInfo.InvariantCulture, $"09{9000000 + call}"), StringComparison.Ordinal);
    }

    [GeneratedRegex("^(ActionID:|Event: (FullyBooted|QueueMemberAdded|QueueMemberRemoved)\r)", RegexOptions.Multiline)]
    private static partial Regex NoCall();

    [GeneratedRegex("^(?<name>Timestamp: )[0-9.]+", RegexOptions.Multiline)]
    private static partial Regex Timestamp();

    [GeneratedRegex(@"(?<![0-9])179[0-9]{7}\.(?<serial>[0-9]{1,5})(?![0-9])")]
    private static partial Regex UniqueId();

    [GeneratedRegex("(?<name>PJSIP/[a-z0-9]+)-(?<serial>[0-9a-f]{8})")]
    private static partial Regex Channel();

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")]
    private static partial Regex Bridge();
}
