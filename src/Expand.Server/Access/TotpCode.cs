using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Expand.Server.Access;

/// <summary>The six digits that an authenticator app shows (RFC 6238: SHA-1, 30 seconds), and which step of time they belong to.</summary>
internal static class TotpCode
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int Seconds = 30;

    /// <summary>A phone's clock may be this many steps off.</summary>
    private const int Drift = 1;

    /// <summary>The step that the code is of, where it is right at this time; else null.</summary>
    /// <param name="key">The secret in base 32.</param>
    /// <param name="code">What was typed; blanks do not count.</param>
    /// <param name="now">The time.</param>
    public static long? StepOf(string key, string code, DateTimeOffset now)
    {
        var shown = Encoding.ASCII.GetBytes(string.Concat(code.Where(c => !char.IsWhiteSpace(c))));
        var current = now.ToUnixTimeSeconds() / Seconds;
        long? found = null;
        // All of them, whichever is right: how long it takes tells nothing.
        for (var step = current - Drift; step <= current + Drift; step++)
            if (CryptographicOperations.FixedTimeEquals(shown, Encoding.ASCII.GetBytes(Of(key, step)))) found = step;
        return found;
    }

    /// <summary>The code of a step.</summary>
    public static string Of(string key, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // The algorithm that every authenticator app has.
        HMACSHA1.HashData(Bytes(key), counter, hash);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0xf)..]) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static byte[] Bytes(string base32)
    {
        var bytes = new List<byte>(base32.Length * 5 / 8);
        var (held, bits) = (0, 0);
        foreach (var letter in base32)
        {
            (held, bits) = ((held << 5) | Alphabet.IndexOf(letter, StringComparison.OrdinalIgnoreCase), bits + 5);
            if (bits < 8) continue;
            bytes.Add((byte)(held >> (bits - 8)));
            (bits, held) = (bits - 8, held & ((1 << (bits - 8)) - 1));
        }

        return [.. bytes];
    }
}
