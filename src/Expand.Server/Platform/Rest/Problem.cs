using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace Expand.Server.Platform.Rest;

/// <summary>The document that every refusal answers: RFC 9457, and <c>errrorCode</c> in the original's spelling, which clients match on.</summary>
public sealed record ProblemDocument
{
    /// <summary>Tells kinds of problems apart for programs.</summary>
    public required string Type { get; init; }

    /// <summary>The kind in words, the same for all of it.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What is wrong this time, and which rule says so.</summary>
    public required string Detail { get; init; }

    /// <summary>Names this request in the server's log.</summary>
    [JsonPropertyName("traceId")]
    public required string TraceId { get; init; }

    /// <summary>The original's code.</summary>
    [JsonPropertyName("errrorCode")]
    public required string ErrrorCode { get; init; }

    /// <summary>The fields at fault, each with the rules that it breaks.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }
}

/// <summary>A refusal on its way to the client.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="detail">What is wrong; safe to show.</param>
/// <param name="errors">The fields at fault.</param>
internal sealed class Problem(int status, string detail, IReadOnlyDictionary<string, string[]>? errors = null) : IResult
{
    public const string ContentType = "application/problem+json";

    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>What is wrong.</summary>
    public string Detail => detail;

    /// <summary>The fields at fault; empty where no field is.</summary>
    public IReadOnlyDictionary<string, string[]> Errors => errors ?? new Dictionary<string, string[]>();

    /// <summary>400: a field breaks a rule, worded to follow the field's name ("takes a whole number").</summary>
    public static Problem Of(string field, string rule) => Of(new Dictionary<string, string[]> { [field] = [rule] });

    /// <summary>400: fields break rules.</summary>
    public static Problem Of(IReadOnlyDictionary<string, string[]> errors) =>
        new(StatusCodes.Status400BadRequest, string.Join("; ", errors.Take(5).Select(e => $"{e.Key} {e.Value[0]}")), errors);

    /// <summary>
    /// The <c>errrorCode</c> of a status. The original names one, for data that it does not understand; the others are ours, in its style.
    /// </summary>
    public static string CodeOf(int status) => status switch
    {
        400 => "Unknown_data_format",
        401 => "Unauthorized",
        403 => "Scope_not_granted",
        404 => "Not_found",
        405 => "Method_not_allowed",
        409 => "Conflict",
        412 => "Precondition_failed",
        413 => "Request_too_large",
        415 => "Unsupported_media_type",
        416 => "Range_not_satisfiable",
        429 => "Too_many_requests",
        501 => "Not_implemented",
        503 => "Service_unavailable",
        < 500 => "Bad_request",
        _ => "Internal_error",
    };

    /// <summary>The document as it goes out for a request.</summary>
    public ProblemDocument Document(string traceId) => new()
    {
        Type = $"urn:expand:problem:{CodeOf(status)}",
        Title = ReasonPhrases.GetReasonPhrase(status),
        Status = status,
        Detail = detail,
        TraceId = traceId,
        ErrrorCode = CodeOf(status),
        Errors = errors,
    };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = ContentType;
        if (status is 429 or 503 && response.Headers.RetryAfter.Count == 0) response.Headers.RetryAfter = "5";
        var bytes = JsonSerializer.SerializeToUtf8Bytes(Document(TraceOf(httpContext)), RestJson.Options);
        response.ContentLength = bytes.Length;
        return response.Body.WriteAsync(bytes, httpContext.RequestAborted).AsTask();
    }

    /// <summary>The request's name in the log.</summary>
    public static string TraceOf(HttpContext http) => System.Diagnostics.Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;
}

internal static class FailureProblems
{
    /// <summary>A use case's refusal as the REST API words it.</summary>
    public static Problem ToProblem(this Failure failure) => new(
        failure.Kind switch
        {
            FailureKind.Invalid => StatusCodes.Status400BadRequest,
            FailureKind.NotFound => StatusCodes.Status404NotFound,
            FailureKind.Conflict => StatusCodes.Status409Conflict,
            FailureKind.Changed => StatusCodes.Status412PreconditionFailed,
            FailureKind.TooMany => StatusCodes.Status429TooManyRequests,
            _ => StatusCodes.Status503ServiceUnavailable,
        },
        failure.Message,
        failure.Fields ?? (failure.Field is { } field ? new Dictionary<string, string[]> { [field] = [failure.Message] } : null));
}
