using System.Buffers.Binary;
using System.Text;

namespace Expand.Asterisk.Ami;

/// <summary>
/// One string per text that comes again and again: names of events, ids of the calls that go on, devices, queues. Direct mapped, so its size is bounded
/// whatever the server sends. One connection has it, on its read loop.
/// </summary>
/// <param name="slots">How many texts it holds: a power of two.</param>
internal sealed class AmiTextCache(int slots)
{
    private const int LongestKept = 64;
    private readonly string?[] _slots = new string?[slots];

    public string Get(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return "";
        if (text.Length > LongestKept) return Encoding.UTF8.GetString(text);
        ref var slot = ref _slots[Hash(text) & (uint)(_slots.Length - 1)];
        // What is not ASCII is never equal, and decoded each time.
        return slot is not null && Ascii.Equals(text, slot) ? slot : slot = Encoding.UTF8.GetString(text);
    }

    /// <summary>The first and the last eight bytes and the length: where ids and names differ.</summary>
    private static uint Hash(ReadOnlySpan<byte> text)
    {
        var hash = (ulong)text.Length;
        if (text.Length >= sizeof(ulong))
        {
            hash ^= BinaryPrimitives.ReadUInt64LittleEndian(text) * 0x9E3779B97F4A7C15;
            hash ^= BinaryPrimitives.ReadUInt64LittleEndian(text[^sizeof(ulong)..]) * 0xC2B2AE3D27D4EB4F;
        }
        else
        {
            foreach (var b in text) hash = (hash ^ b) * 0x100000001B3;
        }

        return (uint)((hash * 0x9E3779B97F4A7C15) >> 32);
    }
}
