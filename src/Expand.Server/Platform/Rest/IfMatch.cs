using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Expand.Server.Platform.Rest;

/// <summary>The request's <c>If-Match</c> (RFC 9110, 13.1.1): a change that is meant for the version that the client has read.</summary>
internal sealed class IfMatch : IBoundInput
{
    /// <summary>The versions that the header names; any where there is none, or it is <c>*</c>.</summary>
    public ExpectedVersion Expected { get; private init; } = ExpectedVersion.Any;

    public Problem? Problem { get; private init; }

    /// <summary>Called by ASP.NET Core where a handler has a parameter of this type.</summary>
    public static ValueTask<IfMatch?> BindAsync(HttpContext http)
    {
        var header = http.Request.Headers.IfMatch;
        if (header.Count == 0) return ValueTask.FromResult<IfMatch?>(new IfMatch());
        if (!EntityTagHeaderValue.TryParseStrictList([.. header!], out var tags))
            return ValueTask.FromResult<IfMatch?>(new IfMatch { Problem = Problem.Of("If-Match", "takes entity tags such as \"3\", or *") });
        return ValueTask.FromResult<IfMatch?>(new IfMatch
        {
            Expected = tags.Contains(EntityTagHeaderValue.Any) ? ExpectedVersion.Any : ExpectedVersion.OneOf(tags.Select(VersionOf).OfType<int>()),
        });
    }

    /// <summary>Null where the tag is no version of ours; a weak one matches nothing (RFC 9110, 8.8.3.2).</summary>
    private static int? VersionOf(EntityTagHeaderValue tag) =>
        !tag.IsWeak && int.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var version)
        && tag.Tag == Answer.ETagOf(version) ? version : null;
}
