using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Expand.Server.Platform.Rest;

/// <summary>The lines of newline-delimited JSON, one after the other.</summary>
internal static class NdjsonLines
{
    /// <summary>Bytes of a line at most.</summary>
    public const int MaxLine = 64 * 1024;

    /// <summary>What a longer line is told.</summary>
    public static readonly Problem TooLong = new(StatusCodes.Status413PayloadTooLarge, $"a line may have {MaxLine} bytes at most");

    /// <summary>Every line that is not empty, with its number counted from 1; null instead of one that is too long.</summary>
    public static async IAsyncEnumerable<(long Row, ReadOnlyMemory<byte>? Line)> ReadAsync(PipeReader reader, [EnumeratorCancellation] CancellationToken ct)
    {
        var (row, skipping) = (0L, false);
        while (true)
        {
            var read = await reader.ReadAsync(ct);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                row++;
                var line = buffer.Slice(0, end);
                if (!skipping && !IsBlank(line)) yield return (row, line.Length > MaxLine ? null : new ReadOnlyMemory<byte>(line.ToArray()));
                skipping = false;
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (buffer.Length > MaxLine)
            {
                // The rest of it is read past; it is told once.
                if (!skipping) yield return (row + 1, null);
                skipping = true;
                buffer = buffer.Slice(buffer.End);
            }

            if (read.IsCompleted)
            {
                if (!skipping && !IsBlank(buffer)) yield return (row + 1, buffer.ToArray());
                reader.AdvanceTo(buffer.End);
                yield break;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (var part in line)
        {
            if (!part.Span.Trim(" \t\r"u8).IsEmpty) return false;
        }

        return true;
    }
}
