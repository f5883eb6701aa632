using System.Collections;
using System.Text;

namespace Expand.Asterisk.Ami;

/// <summary>What a message from Asterisk is.</summary>
public enum AmiMessageKind
{
    /// <summary>Starts with <c>Event:</c>.</summary>
    Event,

    /// <summary>Starts with <c>Response:</c>; the answer to an action.</summary>
    Response,
}

/// <summary>
/// A message from Asterisk. It keeps the bytes as they came and looks headers up on demand: cheap to carry, immutable, safe to share.
/// Text is UTF-8; invalid bytes become U+FFFD.
/// </summary>
public sealed class AmiMessage : IEnumerable<KeyValuePair<string, string>>
{
    private readonly byte[] _bytes;
    private string[]? _output;

    internal AmiMessage(AmiMessageKind kind, string name, byte[] bytes) => (Kind, Name, _bytes) = (kind, name, bytes);

    /// <summary>The value of <c>Event:</c> ("Hangup") or <c>Response:</c> ("Success").</summary>
    public string Name { get; }

    /// <summary>Event or response.</summary>
    public AmiMessageKind Kind { get; }

    /// <summary>The ActionID that Asterisk echoes; null where it sent none.</summary>
    public string? ActionId => this["ActionID"];

    /// <summary>Text of the <c>Message:</c> header, Asterisk's own words on a response.</summary>
    public string? MessageText => this["Message"];

    /// <summary>A response other than Error; an event whose own <c>Response:</c> header says Success (OriginateResponse).</summary>
    public bool IsSuccess => Kind == AmiMessageKind.Response
        ? !Name.Equals("Error", StringComparison.OrdinalIgnoreCase)
        : "Success".Equals(this["Response"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Size of the message on the wire, in bytes, without the blank line that ends it.</summary>
    public int Length => _bytes.Length;

    /// <summary>First value of a header, without regard to case; null where it is absent, "" where it is empty.</summary>
    /// <param name="header">Name of the header.</param>
    public string? this[string header]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(header);
            var lines = new AmiHeaderReader(_bytes);
            return lines.MoveTo(header) ? lines.Value : null;
        }
    }

    /// <summary>Lines of a command's output: repeated <c>Output:</c> headers (Asterisk 14 on) or the text of <c>Response: Follows</c>.</summary>
    public IReadOnlyList<string> Output => _output ??= ReadOutput();

    /// <summary>Reads one message, with or without the blank line that ends it.</summary>
    /// <param name="packet">Its bytes.</param>
    /// <exception cref="FormatException">The first header is neither Event nor Response.</exception>
    public static AmiMessage Parse(ReadOnlySpan<byte> packet)
    {
        var line = packet.TrimEnd("\r\n"u8);
        return AmiPacket.TryIdentify(line, out var kind, out var name)
            ? new(kind, Encoding.UTF8.GetString(name), line.ToArray())
            : throw new FormatException("Neither an AMI event nor a response.");
    }

    /// <summary>Every value of a repeated header, in order (<c>ChanVariable</c>, <c>Output</c>).</summary>
    /// <param name="header">Name of the header, without regard to case.</param>
    public IEnumerable<string> GetAll(string header)
    {
        ArgumentNullException.ThrowIfNull(header);
        var values = new List<string>();
        var lines = new AmiHeaderReader(_bytes);
        while (lines.MoveTo(header)) values.Add(lines.Value);
        return values;
    }

    /// <summary>The headers in the order they came.</summary>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator()
    {
        var headers = new List<KeyValuePair<string, string>>();
        var lines = new AmiHeaderReader(_bytes);
        while (lines.MoveNext()) headers.Add(new(lines.Name, lines.Value));
        return headers.GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The same as a packet, for what reads events in the receive buffer.</summary>
    public AmiPacket AsPacket() => new(Kind, Name, _bytes);

    /// <summary>Kind and name.</summary>
    public override string ToString() => $"{Kind}: {Name}";

    private string[] ReadOutput()
    {
        if (!AmiFollows.IsFollows(_bytes)) return [.. GetAll("Output")];
        var text = Encoding.UTF8.GetString(AmiFollows.Body(_bytes));
        return text.Length == 0 ? [] : text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
    }
}
