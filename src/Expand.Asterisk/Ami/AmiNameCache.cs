using System.Text;

namespace Expand.Asterisk.Ami;

/// <summary>One string per frequent event name: direct mapped, so its size is bounded whatever the server sends.</summary>
internal sealed class AmiNameCache
{
    private const int Slots = 1024;
    private const int LongestKept = 64;
    private readonly (byte[] Bytes, string Text)[] _slots = new (byte[], string)[Slots];

    public string Get(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > LongestKept) return Encoding.UTF8.GetString(name);
        uint hash = 2166136261;
        foreach (var b in name) hash = (hash ^ b) * 16777619;   // FNV-1a
        ref var slot = ref _slots[(hash ^ (hash >> 16)) % Slots];
        if (slot.Bytes is not null && name.SequenceEqual(slot.Bytes)) return slot.Text;
        slot = (name.ToArray(), Encoding.UTF8.GetString(name));
        return slot.Text;
    }
}
