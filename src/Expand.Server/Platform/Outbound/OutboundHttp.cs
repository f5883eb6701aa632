using System.Net.Sockets;
using System.Text;

namespace Expand.Server.Platform.Outbound;

/// <summary>
/// Requests to the systems that an administrator named: bounded in time and in what is read of the answer; redirects are not followed, cookies not kept,
/// and no proxy of the environment stands between. Every end is a value.
/// </summary>
internal sealed class OutboundHttp(TimeProvider clock) : IDisposable
{
    /// <summary>Bytes of an answer that are read at most.</summary>
    public const int MaximumLength = 64 * 1024;

    private readonly HttpClient client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        MaxConnectionsPerServer = 64,
        MaxResponseHeadersLength = 32,
        // A name that moves to another address is followed.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <param name="request">What is asked; it is disposed of by whoever made it.</param>
    /// <param name="timeout">From now to the last byte of the answer.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> ended it.</exception>
    public async Task<OutboundAnswer> SendAsync(HttpRequestMessage request, TimeSpan timeout, CancellationToken ct)
    {
        var begun = clock.GetTimestamp();
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bound.CancelAfter(timeout);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, bound.Token);
            var type = response.Content.Headers.ContentType;
            var (bytes, isWhole) = await ReadAsync(response.Content, bound.Token);
            var text = EncodingOf(type?.CharSet).GetString(bytes);
            return new(
                isWhole ? OutboundEnd.Answered : OutboundEnd.TooLong, (int)response.StatusCode, text, type?.MediaType?.ToLowerInvariant() ?? "",
                clock.GetElapsedTime(begun), isWhole ? null : $"the answer is longer than {MaximumLength / 1024} KiB", Wish(response));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Failed(OutboundEnd.TimedOut, FormattableString.Invariant($"no answer within {timeout.TotalSeconds:0.###} s"));
        }
        catch (HttpRequestException failure) when (IsBeforeTheRequest(failure))
        {
            return Failed(OutboundEnd.NotReached, failure.GetBaseException().Message);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return Failed(OutboundEnd.Broken, failure.GetBaseException().Message);
        }

        OutboundAnswer Failed(OutboundEnd end, string reason) => new(end, 0, "", "", clock.GetElapsedTime(begun), reason, null);
    }

    public void Dispose() => client.Dispose();

    private static bool IsBeforeTheRequest(HttpRequestException failure) => failure.HttpRequestError
        is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
        && failure.InnerException is SocketException or System.Security.Authentication.AuthenticationException or IOException;

    private static async Task<(byte[] Bytes, bool IsWhole)> ReadAsync(HttpContent content, CancellationToken ct)
    {
        await using var stream = await content.ReadAsStreamAsync(ct);
        var buffer = new byte[MaximumLength + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return (buffer[..Math.Min(length, MaximumLength)], length <= MaximumLength);
    }

    private static Encoding EncodingOf(string? name)
    {
        try
        {
            return string.IsNullOrEmpty(name) ? Encoding.UTF8 : Encoding.GetEncoding(name.Trim('"'));
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8;
        }
    }

    private TimeSpan? Wish(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > clock.GetUtcNow() => date - clock.GetUtcNow(),
        _ => null,
    };
}
