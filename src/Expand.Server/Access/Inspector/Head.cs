using System.Buffers;

namespace Expand.Server.Access.Inspector;

/// <summary>The first bytes of what passes by, and how many passed in all. What it costs is bounded by <paramref name="limit"/>, whatever passes.</summary>
internal sealed class Head(int limit)
{
    private const int FirstRoom = 1024;
    private byte[] bytes = [];

    /// <summary>How many bytes are kept.</summary>
    public int Count { get; private set; }

    /// <summary>How many passed.</summary>
    public long Seen { get; private set; }

    /// <summary>Whether more passed than is kept.</summary>
    public bool IsCut => Seen > Count;

    public ReadOnlyMemory<byte> Kept => bytes.AsMemory(0, Count);

    public void Add(ReadOnlySequence<byte> passing)
    {
        if (Count == limit)
        {
            Seen += passing.Length;
            return;
        }

        foreach (var piece in passing) Add(piece.Span);
    }

    public void Add(ReadOnlySpan<byte> passing)
    {
        Seen += passing.Length;
        if (Count == limit || passing.IsEmpty) return;
        var taken = passing[..Math.Min(passing.Length, limit - Count)];
        MakeRoom(taken.Length);
        taken.CopyTo(bytes.AsSpan(Count));
        Count += taken.Length;
    }

    /// <summary>Gives the room back: nothing may be read here afterwards.</summary>
    public void Free()
    {
        if (bytes.Length > 0) ArrayPool<byte>.Shared.Return(bytes);
        (bytes, Count) = ([], 0);
    }

    private void MakeRoom(int more)
    {
        if (bytes.Length - Count >= more) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstRoom, Math.Max(Count + more, Math.Min(2 * bytes.Length, limit))));
        Kept.Span.CopyTo(larger);
        if (bytes.Length > 0) ArrayPool<byte>.Shared.Return(bytes);
        bytes = larger;
    }
}
