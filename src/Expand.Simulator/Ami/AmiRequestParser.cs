using System.Buffers;

namespace Expand.Simulator.Ami;

/// <summary>Cuts a stream of bytes into actions as manager.c does: a line ends at LF (a CR before it is dropped, a CR elsewhere is
/// no end), an empty line ends the action, a line over 1,024 bytes or more than 128 headers refuse the whole action.</summary>
internal sealed class AmiRequestParser
{
    internal const int MaxLine = 1023;
    internal const int MaxHeaders = 128;
    private AmiRequest request = new();
    private bool skippingLine;

    /// <summary>Takes complete lines out of <paramref name="buffer"/> until an action is complete.</summary>
    public bool TryRead(ref ReadOnlySequence<byte> buffer, out AmiRequest? complete)
    {
        complete = null;
        var reader = new SequenceReader<byte>(buffer);
        while (reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            buffer = buffer.Slice(reader.Position);
            if (skippingLine)
            {
                skippingLine = false;
                continue;
            }
            if (!Take(line)) continue;
            complete = request;
            request = new AmiRequest();
            return true;
        }
        // A line without an end that is already too long: drop it now, memory is bounded.
        if (buffer.Length > MaxLine)
        {
            request.Refuse("Failed to parse message: line too long");
            skippingLine = true;
            buffer = buffer.Slice(buffer.End);
        }
        return false;
    }

    private bool Take(ReadOnlySequence<byte> sequence)
    {
        var length = (int)Math.Min(sequence.Length, MaxLine + 2);
        Span<byte> line = stackalloc byte[length];
        sequence.Slice(0, length).CopyTo(line);
        if (line.EndsWith("\r"u8)) line = line[..^1];
        if (line.IsEmpty) return request.Count > 0 || request.ParseError is not null;
        if (sequence.Length > MaxLine) request.Refuse("Failed to parse message: line too long");
        else if (request.Count >= MaxHeaders) request.Refuse("Too many lines in message or allocation failure");
        else request.AddLine(line);
        return false;
    }
}
