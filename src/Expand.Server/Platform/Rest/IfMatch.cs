using Microsoft.Net.Http.Headers;

namespace Expand.Server.Platform.Rest;

/// <summary>The request's <c>If-Match</c> (RFC 9110, 13.1.1): a change that is meant for the version that the client has read.</summary>
internal sealed class IfMatch : IBoundInput
{
    private IReadOnlyList<EntityTagHeaderValue> tags = [];

    /// <summary>No condition: for callers other than the REST API.</summary>
    public static IfMatch Any { get; } = new();

    public Problem? Problem { get; private init; }

    /// <summary>Whether the condition forbids a change of that version. Weak tags match nothing.</summary>
    public bool Refuses(int version) =>
        tags.Count > 0 && !tags.Any(t => t.Equals(EntityTagHeaderValue.Any) || (!t.IsWeak && t.Tag == Answer.ETagOf(version)));

    /// <summary>What a client is told whose version is not the current one.</summary>
    public static Failure Changed(string what) => Failure.Changed($"{what} was changed since the version that If-Match names; read it again");

    /// <summary>Called by ASP.NET Core where a handler has a parameter of this type.</summary>
    public static ValueTask<IfMatch?> BindAsync(HttpContext http)
    {
        var header = http.Request.Headers.IfMatch;
        if (header.Count == 0) return ValueTask.FromResult<IfMatch?>(Any);
        return ValueTask.FromResult<IfMatch?>(EntityTagHeaderValue.TryParseStrictList([.. header!], out var tags)
            ? new IfMatch { tags = [.. tags] }
            : new IfMatch { Problem = Problem.Of("If-Match", "takes entity tags such as \"3\", or *") });
    }
}
