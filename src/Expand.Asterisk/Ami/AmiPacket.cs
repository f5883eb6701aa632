using System.Text;

namespace Expand.Asterisk.Ami;

/// <summary>
/// A message still in the receive buffer: identified, nothing else decoded. Valid until the parser is called again; what
/// is wanted is kept with <see cref="ToMessage"/>, or read at once.
/// </summary>
public readonly ref struct AmiPacket
{
    private readonly AmiTextCache? _texts;

    internal AmiPacket(AmiMessageKind kind, string name, ReadOnlySpan<byte> bytes, AmiTextCache? texts = null)
    {
        Kind = kind;
        Name = name;
        Bytes = bytes;
        _texts = texts;
    }

    /// <summary>Event or response.</summary>
    public AmiMessageKind Kind { get; }

    /// <summary>The value of <c>Event:</c> or <c>Response:</c>.</summary>
    public string Name { get; }

    /// <summary>The message as it came, without the blank line that ends it.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>First value of a header, without regard to case; null where it is absent, "" where it is empty. A text that came before is not made anew.</summary>
    /// <param name="header">Name of the header.</param>
    public string? this[string header]
    {
        get
        {
            var lines = new AmiHeaderReader(Bytes);
            if (!lines.MoveTo(header)) return null;
            return _texts is null || lines.ValueBytes.Contains((byte)'\n') ? lines.Value : _texts.Get(lines.ValueBytes);
        }
    }

    /// <summary>First value of a header as UTF-8 bytes, nothing allocated.</summary>
    /// <param name="header">Name of the header, without regard to case.</param>
    /// <param name="value">Its value; empty where absent.</param>
    public bool TryGetValue(ReadOnlySpan<char> header, out ReadOnlySpan<byte> value)
    {
        var lines = new AmiHeaderReader(Bytes);
        var found = lines.MoveTo(header);
        value = found ? lines.ValueBytes : default;
        return found;
    }

    /// <summary>A copy that outlives the buffer.</summary>
    public AmiMessage ToMessage() => new(Kind, Name, Bytes.ToArray());

    /// <summary>Reads the first header, which says what the message is; stray lines before it are passed over.</summary>
    internal static bool TryIdentify(ReadOnlySpan<byte> bytes, out AmiMessageKind kind, out ReadOnlySpan<byte> name)
    {
        kind = AmiMessageKind.Event;
        name = default;
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var line = end < 0 ? bytes : bytes[..end];
            bytes = end < 0 ? default : bytes[(end + 1)..];
            var colon = line.IndexOf((byte)':');
            if (colon <= 0) continue;
            if (Ascii.EqualsIgnoreCase(line[..colon], "Response")) kind = AmiMessageKind.Response;
            else if (!Ascii.EqualsIgnoreCase(line[..colon], "Event")) return false;
            name = line[(colon + 1)..].Trim(" \r"u8);
            return true;
        }
        return false;
    }
}
