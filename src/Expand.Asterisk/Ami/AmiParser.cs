using System.Buffers;
using System.Text;

namespace Expand.Asterisk.Ami;

/// <summary>
/// Turns the bytes of one AMI connection into messages: no socket, no clock, no logger. Made for a
/// <see cref="System.IO.Pipelines.PipeReader"/>: give it the unconsumed buffer, it moves the start past what it took.
/// It takes CR LF and bare LF, blank lines between messages (Debian's TestEvent adds one), the banner, both forms of command output,
/// and bytes that are not UTF-8; what is neither event nor response is skipped and counted.
/// </summary>
/// <param name="maxMessageBytes">Largest message, in bytes.</param>
public sealed class AmiParser(int maxMessageBytes = 1 << 20)
{
    private const int MaxBannerBytes = 1024;
    private readonly AmiTextCache _names = new(1024);
    private readonly AmiTextCache _values = new(8192);
    private byte[] _joined = [];
    private long _scanned;

    /// <summary>The first line of the connection ("Asterisk Call Manager/11.0.0"); null before it came.</summary>
    public string? Banner { get; private set; }

    /// <summary>Packets passed over because their first header was neither Event nor Response.</summary>
    public long Skipped { get; private set; }

    /// <summary>Takes the next message off <paramref name="buffer"/>; false: more bytes are needed.</summary>
    /// <param name="buffer">All unconsumed bytes; the next call must start where this one leaves it.</param>
    /// <param name="packet">The message, valid until the next call.</param>
    /// <exception cref="AmiProtocolException">A message, or the banner, is larger than its bound.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> buffer, out AmiPacket packet)
    {
        while (true)
        {
            if (_scanned == 0) SkipBlankLines(ref buffer);
            if (buffer.IsEmpty || (Banner is null && !TryReadBanner(ref buffer))) break;
            if (_scanned == 0) SkipBlankLines(ref buffer);
            if (buffer.IsEmpty) break;

            var found = AmiFollows.IsFollows(buffer)
                ? AmiFollows.TryFindEnd(buffer, ref _scanned, out var content, out var consumed)
                : TryFindEnd(buffer, out content, out consumed);
            if ((found ? content : buffer.Length) > maxMessageBytes)
                throw new AmiProtocolException($"A message larger than {maxMessageBytes} bytes was received.");
            if (!found) break;

            var bytes = Contiguous(buffer, content);
            buffer = buffer.Slice(consumed);
            _scanned = 0;
            if (AmiPacket.TryIdentify(bytes, out var kind, out var name))
            {
                packet = new(kind, _names.Get(name), bytes, _values);
                return true;
            }
            Skipped++;
        }
        packet = default;
        return false;
    }

    private static void SkipBlankLines(ref ReadOnlySequence<byte> buffer)
    {
        var first = buffer.FirstSpan;
        if (first.Length > 0 && first[0] is not ((byte)'\r' or (byte)'\n')) return;
        var reader = new SequenceReader<byte>(buffer);
        reader.AdvancePastAny((byte)'\r', (byte)'\n');
        buffer = buffer.Slice(reader.Position);
    }

    /// <summary>The banner has no blank line after it. A server (or a recording) without one starts with a message.</summary>
    private bool TryReadBanner(ref ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            if (buffer.Length > MaxBannerBytes) throw new AmiProtocolException($"The first line is longer than {MaxBannerBytes} bytes: not AMI.");
            return false;
        }
        if (line.Length > MaxBannerBytes) throw new AmiProtocolException($"The first line is longer than {MaxBannerBytes} bytes: not AMI.");
        var text = Encoding.UTF8.GetString(line).TrimEnd('\r');
        if (text.StartsWith("Event:", StringComparison.OrdinalIgnoreCase) || text.StartsWith("Response:", StringComparison.OrdinalIgnoreCase))
        {
            Banner = "";
            return true;
        }
        Banner = text;
        buffer = buffer.Slice(reader.Position);
        return true;
    }

    /// <summary>Finds the blank line that ends the message, LF LF or LF CR LF.</summary>
    private bool TryFindEnd(in ReadOnlySequence<byte> buffer, out long content, out long consumed)
    {
        var first = buffer.FirstSpan;
        if (_scanned < first.Length)
        {
            // Two vectorised searches instead of one per line; the second looks only before what the first found.
            var from = (int)_scanned;
            var rest = first[from..];
            var crlf = rest.IndexOf("\n\r\n"u8);
            var lf = (crlf < 0 ? rest : rest[..(crlf + 1)]).IndexOf("\n\n"u8);
            var end = lf >= 0 ? lf : crlf;
            if (end >= 0)
            {
                content = from + end;
                consumed = content + (lf >= 0 ? 2 : 3);
                return true;
            }
            _scanned = Math.Max(_scanned, first.Length - 2);
        }
        content = consumed = 0;
        return !buffer.IsSingleSegment && TryFindEndAcrossSegments(buffer, ref content, ref consumed);
    }

    private bool TryFindEndAcrossSegments(in ReadOnlySequence<byte> buffer, ref long content, ref long consumed)
    {
        var reader = new SequenceReader<byte>(buffer);
        reader.Advance(_scanned);
        while (reader.TryAdvanceTo((byte)'\n'))
        {
            var lineEnd = reader.Consumed - 1;
            var crlf = reader.IsNext((byte)'\r', advancePast: true);
            if (reader.End)
            {
                _scanned = lineEnd;
                return false;
            }
            if (!reader.IsNext((byte)'\n', advancePast: true)) continue;
            content = lineEnd;
            consumed = lineEnd + (crlf ? 3 : 2);
            return true;
        }
        _scanned = buffer.Length;
        return false;
    }

    private ReadOnlySpan<byte> Contiguous(in ReadOnlySequence<byte> buffer, long length)
    {
        if (buffer.FirstSpan.Length >= length) return buffer.FirstSpan[..(int)length];
        if (_joined.Length < length) _joined = new byte[Math.Max(4096, (int)length)];
        buffer.Slice(0, length).CopyTo(_joined);
        return _joined.AsSpan(0, (int)length);
    }
}
