using System.Buffers.Binary;

namespace Expand.Simulator.Files;

/// <summary>A recording: 8 kHz, 16 bits, one channel, as Asterisk's wav format; a soft tone as long as it lasted.</summary>
internal sealed class WaveFile
{
    private const int Rate = 8000;
    private const int HeaderLength = 44;

    /// <summary>Seconds written at most, so that a forgotten recording does not fill the disk.</summary>
    private const double Longest = 600;
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
        var data = new byte[HeaderLength + (2 * samples)];
        Header(samples).CopyTo(data, 0);
        for (var i = 0; i < samples; i++)
            BinaryPrimitives.WriteInt16LittleEndian(data.AsSpan(HeaderLength + (2 * i)), (short)(1500 * Math.Sin(2 * Math.PI * 440 * i / Rate)));
        File.WriteAllBytes(path, data);
    }

    private static byte[] Header(int samples)
    {
        var header = new byte[HeaderLength];
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), HeaderLength - 8 + (2 * samples));
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
