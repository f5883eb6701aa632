using System.Globalization;
using System.Text.RegularExpressions;

namespace Expand.Simulator.Tests;

/// <summary>A recording of a real Asterisk: what was sent and received, and the rows that it wrote.</summary>
public sealed partial class Transcript
{
    /// <summary>Sent and received packets in order, with seconds since connecting.</summary>
    public List<(double At, bool Sent, Packet Packet)> Packets { get; } = [];

    public List<string> QueueLog { get; } = [];

    public List<Dictionary<string, string>> Cdr { get; } = [];

    public IEnumerable<Packet> Events => Packets.Where(p => !p.Sent && p.Packet.Has("Event")).Select(p => p.Packet);

    public static Transcript Load(int generation, string number)
    {
        var file = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Transcripts", generation.ToString(CultureInfo.InvariantCulture)), number + "-*.txt").Single();
        var text = File.ReadAllText(file);
        var transcript = new Transcript();
        var parts = text.Split("===== queue_log rows");
        transcript.ReadPackets(parts[0]);
        if (parts.Length < 2) return transcript;
        var rows = parts[1].Split("===== cdr rows");
        transcript.QueueLog.AddRange(rows[0].Split('\n').Skip(1).Where(l => l.Contains('|', StringComparison.Ordinal)));
        transcript.ReadCdr(rows[1]);
        return transcript;
    }

    private void ReadPackets(string text)
    {
        var (at, sent) = (0.0, false);
        var lines = new List<string>();
        foreach (var line in text.Split('\n').Append(""))
        {
            if (Mark().Match(line) is { Success: true } mark)
            {
                at = double.Parse(mark.Groups[1].Value, CultureInfo.InvariantCulture);
                sent = mark.Groups[2].Value == "server";
            }
            else if (Header().IsMatch(line) && (lines.Count > 0 || line.StartsWith("Event:", StringComparison.Ordinal)
                || line.StartsWith("Response:", StringComparison.Ordinal) || line.StartsWith("Action:", StringComparison.Ordinal)))
            {
                lines.Add(line);
            }
            else if (lines.Count > 0)
            {
                Packets.Add((at, sent, Packet.Parse(lines)));
                lines.Clear();
            }
        }
    }

    private void ReadCdr(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith("-[ RECORD", StringComparison.Ordinal)) Cdr.Add([]);
            else if (line.IndexOf('|', StringComparison.Ordinal) is > 0 and var bar) Cdr[^1][line[..bar].Trim()] = line[(bar + 1)..].Trim();
        }
    }

    [GeneratedRegex(@"^--- \+([\d.]+)s (server|asterisk) >>>")]
    private static partial Regex Mark();

    [GeneratedRegex("^[A-Za-z0-9-]+:( |$)")]
    private static partial Regex Header();
}
