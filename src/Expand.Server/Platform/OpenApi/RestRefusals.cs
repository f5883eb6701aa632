using Expand.Server.Platform.Rest;

namespace Expand.Server.Platform.OpenApi;

/// <summary>A refusal of a route: when it comes, and what it looks like.</summary>
internal sealed record Refusal(int Status, string Meaning, Problem Example);

/// <summary>The refusals of a route: those that every route has, those of what it takes, and those that it declares.</summary>
internal static class RestRefusals
{
    public static IEnumerable<Refusal> Of(IEnumerable<object> metadata, Takes takes)
    {
        var declared = metadata.OfType<RefusalDoc>().ToList();
        List<int> statuses = [400, 401, 403, 429, 500, .. declared.SelectMany(d => d.Statuses)];
        if (!metadata.OfType<FromMemoryDoc>().Any()) statuses.Add(503);
        if (takes.Body) statuses.Add(413);
        if (takes.Body || takes.Bulk) statuses.Add(415);
        if (takes.IfMatch) statuses.Add(412);
        if (takes is { Post: true, Body: true }) statuses.Add(409);
        return statuses.Distinct().Order().Select(status =>
            Make(status, declared.LastOrDefault(d => d.Detail is not null && d.Statuses.Contains(status))?.Detail, takes));
    }

    private static Refusal Make(int status, string? detail, Takes takes) => status switch
    {
        400 => new(status, "A field or parameter breaks a rule; nothing was changed.", detail is not null ? new Problem(status, detail) : Problem.Of(takes.Body ? "body" : "limit", takes.Body ? "is not JSON: line 1, byte 2" : "is not a parameter of this route")),
        401 => new(status, "No credential, or not a right one.", new Problem(status, "this address needs a valid API credential")),
        403 => new(status, "The credential does not have the route's scope.", new Problem(status, "the API credential does not have the scope that this address needs")),
        404 => new(status, "What the address speaks of does not exist.", new Problem(status, detail ?? "campaign 999 does not exist")),
        409 => new(status, "The state of things does not allow it; or the Idempotency-Key was used for another request.", new Problem(status, detail ?? "the Idempotency-Key was used for another request within the last 24 hours")),
        412 => new(status, "If-Match names a version that is not the current one.", new Problem(status, detail ?? ExpectedVersion.Changed("it").Message)),
        413 => new(status, "The body is too large.", new Problem(status, detail ?? $"the body may have {Body<object>.MaxBytes} bytes at most")),
        415 => new(status, "The body is of another media type.", MediaTypeExample(takes)),
        416 => new(status, "Range asks for what is not there; Content-Range tells how much there is.", new Problem(status, detail ?? "Range: the recording has 91204 bytes")),
        429 => new(status, "Too many requests or too many wrong passwords; Retry-After says when to come back.", new Problem(status, detail ?? "too many wrong credentials from this address; try again later")),
        503 => new(status, "Something that is needed cannot be asked at this moment; Retry-After says when to come back.", new Problem(status, detail ?? Refusals.Unavailable.Detail)),
        _ => new(status, "The server failed; its log has the reason under the traceId.", new Problem(status, detail ?? "the server failed; its log has the reason under the traceId")),
    };

    private static Problem MediaTypeExample(Takes takes) => new(415, $"Content-Type must be {(takes.Body ? "application/json" : Bulk.ContentType)} in UTF-8");
}
