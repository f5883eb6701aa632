using System.Text;

namespace Expand.Asterisk.Ami;

/// <summary>
/// Walks the headers of one message. A line without a colon belongs to the value before it (a value that held a line break);
/// before the first header such a line is stray and skipped. The text of "Response: Follows" is not walked.
/// </summary>
internal ref struct AmiHeaderReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = AmiFollows.IsFollows(message) ? message[..AmiFollows.BodyStart(message)] : message;
    private int _next;
    private ReadOnlySpan<byte> _name;
    private ReadOnlySpan<byte> _value;

    public readonly string Name => Encoding.UTF8.GetString(_name);

    public readonly ReadOnlySpan<byte> ValueBytes => _value;

    public readonly string Value
    {
        get
        {
            if (_value.IsEmpty) return "";
            var text = Encoding.UTF8.GetString(_value);
            return _value.Contains((byte)'\n') ? text.Replace("\r\n", "\n", StringComparison.Ordinal) : text;
        }
    }

    public bool MoveNext()
    {
        while (_next < _message.Length)
        {
            var start = _next;
            var line = NextLine();
            var colon = line.IndexOf((byte)':');
            if (colon <= 0) continue;
            Take(start, colon);
            return true;
        }
        return false;
    }

    /// <summary>Moves to the next header of this name, decoding nothing on the way.</summary>
    public bool MoveTo(ReadOnlySpan<char> name)
    {
        while (_next < _message.Length)
        {
            var start = _next;
            var line = NextLine();
            if (line.Length <= name.Length || line[name.Length] != (byte)':' || !Ascii.EqualsIgnoreCase(line[..name.Length], name)) continue;
            Take(start, name.Length);
            return true;
        }
        return false;
    }

    private ReadOnlySpan<byte> NextLine()
    {
        var rest = _message[_next..];
        var end = rest.IndexOf((byte)'\n');
        _next = end < 0 ? _message.Length : _next + end + 1;
        return end < 0 ? rest : rest[..end];
    }

    private void Take(int line, int colon)
    {
        _name = _message.Slice(line, colon);
        int end;
        do
        {
            end = _next;
        }
        while (end < _message.Length && !NextLine().Contains((byte)':'));   // no colon: the value goes on
        _next = end;

        var value = _message[(line + colon + 1)..end].TrimEnd("\r\n"u8);
        _value = value.Length > 0 && value[0] == (byte)' ' ? value[1..] : value;
    }
}
