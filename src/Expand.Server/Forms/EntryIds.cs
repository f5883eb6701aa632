using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Expand.Server.Forms;

/// <summary>
/// Ids of entries, made as the original's database makes them (a BSON ObjectId): 4 bytes of seconds, 5 that are this process's own, and 3 of a
/// counter; in hex. Nothing needs to be asked, and no two hosts make the same.
/// </summary>
internal sealed class EntryIds
{
    /// <summary>Characters of an id.</summary>
    public const int Length = 24;

    private const int OwnBytes = 5;
    private readonly byte[] own;
    private int counter;

    /// <summary>Ids of this process.</summary>
    public EntryIds()
        : this(RandomNumberGenerator.GetBytes(OwnBytes), RandomNumberGenerator.GetInt32(0x100_0000))
    {
    }

    public EntryIds(byte[] own, int counter)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(own.Length, OwnBytes);
        (this.own, this.counter) = (own, counter);
    }

    public string Next(DateTimeOffset now)
    {
        Span<byte> id = stackalloc byte[Length / 2];
        // The counter's four bytes first: the fifth of the process's own goes over the highest, which the id has no place for.
        BinaryPrimitives.WriteInt32BigEndian(id[8..], Interlocked.Increment(ref counter));
        BinaryPrimitives.WriteUInt32BigEndian(id, (uint)now.ToUnixTimeSeconds());
        own.CopyTo(id[4..]);
        return Convert.ToHexStringLower(id);
    }
}
