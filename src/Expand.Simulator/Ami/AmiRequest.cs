using System.Text;

namespace Expand.Simulator.Ami;

/// <summary>One action as a client sent it.</summary>
internal sealed class AmiRequest
{
    private readonly List<(string Name, string Value)> headers = [];

    /// <summary>Why the packet is refused whole (a line too long, too many lines), or null.</summary>
    public string? ParseError { get; private set; }

    public int Count => headers.Count;

    /// <summary>The first header of that name, or "".</summary>
    public string this[string name]
    {
        get
        {
            foreach (var (key, value) in headers)
                if (key.Equals(name, StringComparison.OrdinalIgnoreCase)) return value;
            return "";
        }
    }

    public string Action => this["Action"];

    public string ActionId => this["ActionID"];

    public IEnumerable<string> All(string name) =>
        headers.Where(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value);

    /// <summary>True as AMI reads a boolean header.</summary>
    public bool IsTrue(string name) => this[name].ToUpperInvariant() is "YES" or "TRUE" or "Y" or "T" or "1" or "ON";

    public void Refuse(string error) => ParseError ??= error;

    /// <summary>Adds a line "Name: value"; what has no colon is passed over, as Asterisk does.</summary>
    public void AddLine(ReadOnlySpan<byte> line)
    {
        // NUL ends the line: to Asterisk it is a C string. A CR inside stays in the value.
        var nul = line.IndexOf((byte)0);
        if (nul >= 0) line = line[..nul];
        var text = Encoding.UTF8.GetString(line);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0) return;
        headers.Add((text[..colon].Trim(), text[(colon + 1)..].TrimStart()));
    }
}
