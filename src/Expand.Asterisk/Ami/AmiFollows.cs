using System.Buffers;
using System.Text;

namespace Expand.Asterisk.Ami;

/// <summary>
/// The answer to <c>Command</c> up to Asterisk 13: <c>Response: Follows</c>, some headers, then text with blank lines and colons of
/// its own, ended by <c>--END COMMAND--</c> and a blank line.
/// </summary>
internal static class AmiFollows
{
    private static ReadOnlySpan<byte> FirstLine => "Response: Follows"u8;

    private static ReadOnlySpan<byte> Marker => "--END COMMAND--"u8;

    public static bool IsFollows(ReadOnlySpan<byte> message) =>
        message.StartsWith(FirstLine) && (message.Length == FirstLine.Length || message[FirstLine.Length] is (byte)'\r' or (byte)'\n');

    public static bool IsFollows(in ReadOnlySequence<byte> buffer)
    {
        var first = buffer.FirstSpan;
        if (first.Length > FirstLine.Length) return IsFollows(first);
        if (first.Length > 0 && first[0] != (byte)'R') return false;
        Span<byte> start = stackalloc byte[FirstLine.Length + 1];
        var head = buffer.Slice(0, Math.Min(buffer.Length, start.Length));
        head.CopyTo(start);
        return head.Length == start.Length && IsFollows(start);
    }

    /// <summary>Finds the marker that a blank line follows; <paramref name="scanned"/> remembers how far was looked in vain.</summary>
    public static bool TryFindEnd(in ReadOnlySequence<byte> buffer, ref long scanned, out long content, out long consumed)
    {
        var reader = new SequenceReader<byte>(buffer);
        reader.Advance(scanned);
        while (reader.TryReadTo(out ReadOnlySequence<byte> _, Marker))
        {
            content = reader.Consumed;
            var ends = 0;
            while (ends < 2)
            {
                reader.IsNext((byte)'\r', advancePast: true);
                if (reader.End)
                {
                    scanned = content - Marker.Length;
                    consumed = 0;
                    return false;
                }
                if (!reader.IsNext((byte)'\n', advancePast: true)) break;
                ends++;
            }
            consumed = reader.Consumed;
            if (ends == 2) return true;
        }
        scanned = Math.Max(scanned, buffer.Length - Marker.Length + 1);
        content = consumed = 0;
        return false;
    }

    /// <summary>Where the headers end and the text starts: only these two headers come before the text, each once.</summary>
    public static int BodyStart(ReadOnlySpan<byte> message)
    {
        var position = LineEnd(message, 0);
        bool privilege = false, actionId = false;
        while (position < message.Length)
        {
            var line = message[position..];
            if (!privilege && Starts(line, "Privilege:")) privilege = true;
            else if (!actionId && Starts(line, "ActionID:")) actionId = true;
            else break;
            position = LineEnd(message, position);
        }
        return position;
    }

    public static ReadOnlySpan<byte> Body(ReadOnlySpan<byte> message)
    {
        var body = message[BodyStart(message)..];
        return body.EndsWith(Marker) ? body[..^Marker.Length] : body;
    }

    private static bool Starts(ReadOnlySpan<byte> line, string name) =>
        line.Length >= name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name);

    private static int LineEnd(ReadOnlySpan<byte> message, int from)
    {
        var end = message[from..].IndexOf((byte)'\n');
        return end < 0 ? message.Length : from + end + 1;
    }
}
