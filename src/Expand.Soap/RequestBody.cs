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

    /// <summary>Reads it. The stream is read asynchronously as a whole first, so that parsing never waits for a socket.</summary>
    /// <exception cref="SoapFaultException">Too large, an unknown or broken compression.</exception>
    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, int maxBytes, CancellationToken ct)
    {
        if (request.ContentLength > maxBytes) throw TooLargeFault();
        var body = new RequestBody((int)Math.Min(request.ContentLength ?? 4096, maxBytes) + 1);
        try
        {
            while (true)
            {
                var read = await request.Body.ReadAsync(body.Free(maxBytes), ct).ConfigureAwait(false);
                if (read == 0) break;
                body.count += read;
                if (body.count > maxBytes) throw TooLargeFault();
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
