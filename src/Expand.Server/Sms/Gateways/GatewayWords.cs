using Expand.Server.Platform.Outbound;

namespace Expand.Server.Sms.Gateways;

/// <summary>A gateway's answer in short.</summary>
internal static class GatewayWords
{
    private const int Longest = 300;

    /// <summary>Status and text of an answer, or what went wrong; without the secret where the gateway repeats it.</summary>
    public static string Of(OutboundAnswer answer, string secret)
    {
        var body = answer.Body.Trim();
        var words = answer.End != OutboundEnd.Answered || body.Length == 0 ? answer.Summary : $"{body} (HTTP {answer.Status})";
        return Tidy(secret.Length > 0 ? words.Replace(secret, "…", StringComparison.Ordinal) : words);
    }

    /// <summary>A text of another system's as one short line.</summary>
    public static string Tidy(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c)).Trim();
        return line.Length <= Longest ? line : line[..Longest] + "…";
    }
}

/// <summary>Requests that must not be made twice.</summary>
internal static class OnceOnly
{
    /// <summary>
    /// Where a connection breaks without an answer the HTTP client asks again by itself (SocketsHttpHandler, "retry on connection failure"), also where it was
    /// new, and a message would be sent twice. It does not once it has begun to send a body, be it an empty one.
    /// </summary>
    public static HttpRequestMessage Once(this HttpRequestMessage request)
    {
        request.Headers.ConnectionClose = true;
        request.Content ??= new ByteArrayContent([]);
        return request;
    }
}
