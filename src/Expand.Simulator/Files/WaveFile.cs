using System.Buffers.Binary;

namespace Expand.Simulator.Files;

/// <summary>
/// A recording: 8 kHz, 16 bits, one channel, as Asterisk's wav format, with lengths of 0 in its head until it is closed. A soft tone for its first seconds, then silence
/// that takes no room on a disk: a demonstration makes thousands of them.
/// </summary>
internal sealed class WaveFile
{
    private const int Rate = 8000;
    private const int HeaderLength = 44;

    /// <summary>Seconds written at most, so that a forgotten recording does not fill the disk.</summary>
    private const double Longest = 3600;

    /// <summary>Seconds of sound.</summary>
    private const int Sounding = 5;

    private static readonly byte[] Tone = MakeTone();
    private readonly string path;
    private readonly DateTimeOffset began;

    private WaveFile(string path, DateTimeOffset began) => (this.path, this.began) = (path, began);

    /// <summary>Makes an empty recording.</summary>
    public static WaveFile Create(string path, DateTimeOffset now)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Header(0));
        return new WaveFile(path, now);
    }

    /// <summary>Writes what was heard until now.</summary>
    public void Close(DateTimeOffset now)
    {
        var samples = (int)(Math.Clamp((now - began).TotalSeconds, 0, Longest) * Rate);
        using var file = File.Open(path, FileMode.Create);
        file.SetLength(HeaderLength + (2 * samples));
        file.Write(Header(samples));
        file.Write(Tone, 0, Math.Min(Tone.Length, 2 * samples));
    }

    private static byte[] MakeTone()
    {
        var tone = new byte[2 * Rate * Sounding];
        for (var i = 0; i < tone.Length / 2; i++)
            BinaryPrimitives.WriteInt16LittleEndian(tone.AsSpan(2 * i), (short)(1500 * Math.Sin(2 * Math.PI * 440 * i / Rate)));
        return tone;
    }

    private static byte[] Header(int samples)
    {
        var header = new byte[HeaderLength];
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), samples == 0 ? 0 : HeaderLength - 8 + (2 * samples));
        "WAVEfmt "u8.CopyTo(header.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(24), Rate);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(28), 2 * Rate);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(34), 16);
        "data"u8.CopyTo(header.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(40), 2 * samples);
        return header;
    }
}
