using Microsoft.AspNetCore.Http.Features;

namespace Expand.Server.Lists;

/// <summary>
/// The key at the end of an address. ASP.NET Core's path cannot tell it: there <c>%2F</c> stays as it is and <c>%25</c> does not, so that the keys
/// <c>a/b</c> and <c>a%2Fb</c> look the same. The request line does.
/// </summary>
internal static class PathKey
{
    /// <summary>The last segment of the request's target, decoded once; <paramref name="routed"/> where a server does not tell its target.</summary>
    public static string Of(HttpContext http, string routed) =>
        http.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } target ? OfTarget(target) : routed;

    /// <summary>The same of a target: a path or a whole address, with or without a query and a slash at the end.</summary>
    public static string OfTarget(string target)
    {
        var end = target.AsSpan().IndexOfAny('?', '#');
        var path = (end < 0 ? target : target[..end]).TrimEnd('/');
        return Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
    }
}
