using System.Buffers;
using System.Text;
using Expand.Asterisk.Ami;

namespace Expand.Asterisk.Tests;

/// <summary>Feeds a parser as a pipe would: unconsumed bytes stay, more are appended, segments fall anywhere.</summary>
internal static class Wire
{
    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));

    public static List<AmiMessage> Parse(string text) => Parse([Bytes(text)]);

    public static List<AmiMessage> Parse(IEnumerable<byte[]> chunks, AmiParser? parser = null)
    {
        parser ??= new AmiParser();
        var messages = new List<AmiMessage>();
        var unread = new List<byte[]>();
        foreach (var chunk in chunks)
        {
            if (chunk.Length == 0) continue;
            unread.Add(chunk);
            var buffer = Sequence(unread);
            while (parser.TryRead(ref buffer, out var packet)) messages.Add(packet.ToMessage());
            unread.Clear();
            foreach (var segment in buffer)
            {
                if (segment.Length > 0) unread.Add(segment.ToArray());
            }
        }
        return messages;
    }

    /// <summary>The same bytes in pieces that end at the given places.</summary>
    public static IEnumerable<byte[]> Split(byte[] bytes, IEnumerable<int> places)
    {
        var from = 0;
        foreach (var place in places.Where(p => p > 0 && p < bytes.Length).Distinct().Order())
        {
            yield return bytes[from..place];
            from = place;
        }
        yield return bytes[from..];
    }

    public static string Show(AmiMessage message) =>
        $"{message.Kind} {message.Name}\n" + string.Join('\n', message.Select(h => $"{h.Key}={h.Value}")) + "\n" + string.Join('|', message.Output);

    public static ReadOnlySequence<byte> Sequence(IReadOnlyList<byte[]> chunks)
    {
        if (chunks.Count == 0) return ReadOnlySequence<byte>.Empty;
        var first = new Segment(chunks[0], null);
        var last = first;
        foreach (var chunk in chunks.Skip(1)) last = new Segment(chunk, last);
        return new(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is null) return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
