namespace Expand.Soap;

/// <summary>The bounds of an endpoint.</summary>
public sealed record SoapEndpointOptions
{
    /// <summary>The largest request body in bytes, as sent and after decompression. Default 1 MiB.</summary>
    public int MaxRequestBytes { get; init; } = 1024 * 1024;

    /// <summary>The deepest nesting of elements in a request, the envelope being the first level. Default 64.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>
    /// The public base of the server, such as <c>https://pbx.example.com</c> or with a prefix, for <c>soap:address</c>; the
    /// endpoint's path is appended. Null: scheme, host and path base of the request, as the host's middleware has settled them.
    /// </summary>
    public string? PublicUrl { get; init; }

    /// <summary>How long a request's body may take to arrive. Default 30 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
