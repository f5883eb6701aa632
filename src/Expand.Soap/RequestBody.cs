using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace Expand.Soap;

/// <summary>A request's body in memory, decompressed and within its bound.</summary>
internal sealed class RequestBody : IDisposable
{
    private const string TooLarge = "the request is too large";
    private byte[] buffer;
    private int count;

    private RequestBody(int capacity) => buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, count);

    /// <summary>Reads it as a whole first, so that parsing never waits for a socket.</summary>
    /// <param name="request">The request.</param>
    /// <param name="maxBytes">The bound.</param>
    /// <param name="patience">Asked for when the body is not here yet, as it mostly is: ends the wait for it.</param>
    /// <exception cref="SoapFaultException">Too large, an unknown or broken compression.</exception>
    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, int maxBytes, Func<CancellationToken> patience)
    {
        if (request.ContentLength > maxBytes) throw TooLargeFault();
        var body = new RequestBody((int)Math.Min(request.ContentLength ?? 4096, maxBytes) + 1);
        try
        {
            var pipe = request.BodyReader;
            for (var ended = false; !ended;)
            {
                if (!pipe.TryRead(out var read)) read = await pipe.ReadAsync(patience()).ConfigureAwait(false);
                var fits = body.Take(read.Buffer, maxBytes);
                ended = read.IsCompleted;
                pipe.AdvanceTo(read.Buffer.End);
                if (!fits) throw TooLargeFault();
            }

            return Decompress(body, request.Headers.ContentEncoding.ToString(), maxBytes);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    /// <summary>Adds what arrived; false where that is more than the bound.</summary>
    private bool Take(in ReadOnlySequence<byte> arrived, int maxBytes)
    {
        if (arrived.Length > maxBytes - count) return false;
        foreach (var piece in arrived)
        {
            var from = piece;
            while (!from.IsEmpty)
            {
                var room = Free(maxBytes);
                var taken = Math.Min(room.Length, from.Length);
                from[..taken].CopyTo(room);
                count += taken;
                from = from[taken..];
            }
        }

        return true;
    }

    /// <summary>Room for more: at least one byte, so that the byte beyond the bound is seen.</summary>
    private Memory<byte> Free(int maxBytes)
    {
        if (count == buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(buffer.Length * 2L, maxBytes + 1L));
            Bytes.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        return buffer.AsMemory(count);
    }

    private static RequestBody Decompress(RequestBody body, string encoding, int maxBytes)
    {
        if (encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)) return body;
        using var compressed = new MemoryStream(body.buffer, 0, body.count, writable: false);
        using Stream plain = encoding.ToUpperInvariant() switch
        {
            "GZIP" or "X-GZIP" => new GZipStream(compressed, CompressionMode.Decompress),
            // HTTP's deflate is zlib (RFC 9110, 8.4.1.2); some clients send the raw kind.
            "DEFLATE" when IsZlib(body.Bytes) => new ZLibStream(compressed, CompressionMode.Decompress),
            "DEFLATE" => new DeflateStream(compressed, CompressionMode.Decompress),
            _ => throw new SoapFaultException(SoapFaultCode.Client, "the request's content encoding is not supported"),
        };
        var result = new RequestBody(Math.Min(body.count * 4, maxBytes) + 1);
        try
        {
            int read;
            while ((read = plain.Read(result.Free(maxBytes).Span)) > 0)
            {
                result.count += read;
                if (result.count > maxBytes) throw new SoapFaultException(SoapFaultCode.Client, TooLarge);
            }
        }
        catch (InvalidDataException e)
        {
            result.Dispose();
            throw new SoapFaultException(SoapFaultCode.Client, "the request's compression is broken", e);
        }
        catch
        {
            result.Dispose();
            throw;
        }

        body.Dispose();
        return result;
    }

    private static bool IsZlib(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 2 && (bytes[0] & 0x0F) == 8 && (bytes[0] << 8 | bytes[1]) % 31 == 0;

    private static SoapFaultException TooLargeFault() => new(SoapFaultCode.Client, TooLarge) { CloseConnection = true };
}
