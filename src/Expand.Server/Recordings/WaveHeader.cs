using System.Buffers.Binary;

namespace Expand.Server.Recordings;

/// <summary>What the head of a WAV file says, and whether the file keeps to it.</summary>
/// <param name="State">Ready, Broken, or Writing where the head has no length yet, or a longer one than the file.</param>
/// <param name="Seconds">How long the sound is that is there.</param>
internal readonly record struct WaveHeader(RecordingState State, double Seconds)
{
    /// <summary>Bytes that are enough to find the sound: Asterisk's own heads have 44.</summary>
    public const int Enough = 4096;

    private const int Pcm = 1;
    private const int Extensible = 0xFFFE;

    private static readonly WaveHeader NoSound = new(RecordingState.Broken, 0);

    /// <param name="head">The file's first bytes: <see cref="Enough"/>, or all of a shorter one.</param>
    /// <param name="length">The file's length.</param>
    public static WaveHeader Read(ReadOnlySpan<byte> head, long length)
    {
        if (head.Length < 12) return new(RecordingState.Writing, 0);
        if (!head[..4].SequenceEqual("RIFF"u8) || !head[8..12].SequenceEqual("WAVE"u8)) return NoSound;
        var rate = 0;
        for (long at = 12; at + 8 <= head.Length;)
        {
            var id = head.Slice((int)at, 4);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(head[((int)at + 4)..]);
            at += 8;
            if (id.SequenceEqual("data"u8)) return rate == 0 ? NoSound : OfSound(size, length - at, rate);
            if (id.SequenceEqual("fmt "u8))
            {
                if (size < 16 || at + 16 > head.Length) return NoSound;
                var format = head.Slice((int)at, 16);
                rate = BinaryPrimitives.ReadInt32LittleEndian(format[8..]);
                if (rate <= 0 || BinaryPrimitives.ReadUInt16LittleEndian(format) is not (Pcm or Extensible)) return NoSound;
            }

            at += size + (size & 1);
        }

        // A file that ends within its head is one that has just begun.
        return length <= head.Length ? new(RecordingState.Writing, 0) : NoSound;
    }

    private static WaveHeader OfSound(uint said, long there, int rate)
    {
        var seconds = Math.Max(0, Math.Min(said == 0 ? there : said, there)) / (double)rate;
        return new(said == 0 || said > there ? RecordingState.Writing : RecordingState.Ready, seconds);
    }
}
