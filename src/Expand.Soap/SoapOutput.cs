using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Expand.Soap;

/// <summary>
/// The bytes of an answer on their way out. Nothing reaches the response, not even its head, before 64 KB are there or the
/// answer is complete: until then a failure can still become a clean fault, and a small answer gets its Content-Length.
/// The response's own writer cannot take bytes back, hence this buffer.
/// </summary>
/// <param name="response">Where they go; null: nowhere, they are kept (<see cref="SoapFragment"/>).</param>
internal sealed class SoapOutput(HttpResponse? response) : IDisposable
{
    /// <summary>Held back, and written at once, in bytes.</summary>
    public const int FlushAt = 64 * 1024;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(8 * 1024);
    private int count;

    /// <summary>Whether bytes have left: from then on the only way to fail is to abort the connection.</summary>
    public bool Started { get; private set; }

    /// <summary>Whether the connection takes no more: known here before the request's token is cancelled.</summary>
    public bool ReaderGone { get; private set; }

    public Span<byte> GetSpan(int size)
    {
        if (buffer.Length - count < size) Grow(size);
        return buffer.AsSpan(count);
    }

    public void Advance(int bytes) => count += bytes;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        count += bytes.Length;
    }

    /// <summary>Writes characters that are known to be ASCII.</summary>
    public void WriteAscii(ReadOnlySpan<char> text)
    {
        Ascii.FromUtf16(text, GetSpan(text.Length), out var written);
        count += written;
    }

    public void Discard() => count = 0;

    /// <summary>What was written and has not left.</summary>
    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, count);

    public ValueTask FlushIfNeededAsync(CancellationToken ct) => count < FlushAt || response is null ? ValueTask.CompletedTask : FlushAsync(ct);

    /// <summary>Writes what is there as a whole: where it is long, without a copy in this buffer.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        if (count + bytes.Length < FlushAt || response is null)
        {
            Write(bytes.Span);
            return;
        }

        if (count > 0) await FlushAsync(ct).ConfigureAwait(false);
        for (; bytes.Length > 0; bytes = bytes[Math.Min(FlushAt, bytes.Length)..])
            await SendAsync(bytes[..Math.Min(FlushAt, bytes.Length)], ct).ConfigureAwait(false);
    }

    public async ValueTask CompleteAsync(CancellationToken ct)
    {
        if (!Started) response!.ContentLength = count;
        if (count > 0) await FlushAsync(ct).ConfigureAwait(false);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private async ValueTask FlushAsync(CancellationToken ct)
    {
        await SendAsync(buffer.AsMemory(0, count), ct).ConfigureAwait(false);
        count = 0;
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        Started = true;
        // Waits while the client reads slower than we write: this is what keeps memory flat.
        var result = await response!.BodyWriter.WriteAsync(bytes, ct).ConfigureAwait(false);
        ReaderGone = result.IsCompleted || result.IsCanceled;
        if (ReaderGone) throw new OperationCanceledException("the client has gone");
    }

    private void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(count + size, (int)Math.Min(buffer.Length * 2L, Array.MaxLength)));
        buffer.AsSpan(0, count).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
