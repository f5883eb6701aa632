using System.Text;

namespace Expand.Asterisk.Tests;

/// <summary>Recordings of real Asterisks (16.28 and 22.10): the bytes each sent, one array per connection.</summary>
internal static class Transcript
{
    private const string FromAsterisk = "asterisk >>> server";

    public static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Transcripts"), "*.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    public static IReadOnlyList<byte[]> Connections(string file)
    {
        var lines = File.ReadAllLines(file);
        // One file is a plain record of what came, without a heading for each block.
        var plain = !lines.Any(l => l.EndsWith(FromAsterisk, StringComparison.Ordinal));
        var connections = new List<StringBuilder>();
        var taking = plain;
        foreach (var line in lines.Skip(2))
        {
            if (line.StartsWith("--- ", StringComparison.Ordinal)) taking = plain || line.EndsWith(FromAsterisk, StringComparison.Ordinal);
            else if (line.StartsWith("=====", StringComparison.Ordinal)) break;
            else if (line.StartsWith("#####", StringComparison.Ordinal)) taking = plain;
            else if (taking)
            {
                if (line.StartsWith("Asterisk Call Manager/", StringComparison.Ordinal)) connections.Add(new());
                if (connections.Count > 0) connections[^1].Append(line).Append("\r\n");
            }
        }
        return [.. connections.Select(c => Encoding.UTF8.GetBytes(c.ToString()))];
    }

    /// <summary>How many messages are in the bytes, counted without the parser: lines that open one after a blank line or the banner.</summary>
    public static IReadOnlyList<string> FirstLines(byte[] connection)
    {
        var lines = Encoding.UTF8.GetString(connection).Split("\r\n");
        return [.. lines.Where((l, i) => i > 0 && (l.StartsWith("Event: ", StringComparison.Ordinal) || l.StartsWith("Response: ", StringComparison.Ordinal))
            && (lines[i - 1].Length == 0 || lines[i - 1].StartsWith("Asterisk Call Manager/", StringComparison.Ordinal)))];
    }
}
