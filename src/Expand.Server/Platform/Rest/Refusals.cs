using System.Data.Common;
using Npgsql;

namespace Expand.Server.Platform.Rest;

/// <summary>What no handler answers: routes that do not exist, methods that a route does not have, and failures of ours; all as problem documents.</summary>
internal sealed class Refusals(RequestDelegate next, ILogger<Refusals> log)
{
    /// <summary>What a request is told while PostgreSQL cannot be asked.</summary>
    public static readonly Problem Unavailable = new(StatusCodes.Status503ServiceUnavailable, "the database cannot be asked at this moment; nothing was changed");

    /// <summary>Whether it is the database that is away or too busy, and not our question that is wrong.</summary>
    public static bool IsAway(Exception failure) => failure switch
    {
        // Class 08: the connection; 53: out of resources; 57P0x: shutting down; 40: rolled back for the sake of another.
        PostgresException known => known.SqlState is ['0', '8', ..] or ['5', '3', ..] or ['5', '7', 'P', ..] or ['4', '0', ..],
        DbException => true,
        TimeoutException => true,
        _ => failure.InnerException is { } inner && IsAway(inner),
    };

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null } response)
                await new Problem(response.StatusCode, Plain(http)).ExecuteAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer any more.
        }
#pragma warning disable CA1031 // Whatever it was, the client gets a document and no internals; the log has them.
        catch (Exception failure) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
#pragma warning restore CA1031
        {
            await ToldAsync(http, failure);
        }
    }

    private Task ToldAsync(HttpContext http, Exception failure)
    {
        http.Response.Clear();
        if (failure is BadHttpRequestException bad) return new Problem(bad.StatusCode, Worded(bad.StatusCode)).ExecuteAsync(http);
        if (IsAway(failure))
        {
            log.RestUnavailable(http.Request.Method, http.Request.Path, failure.GetBaseException().Message);
            return Unavailable.ExecuteAsync(http);
        }

        log.RestFailed(failure, http.Request.Method, http.Request.Path, Problem.TraceOf(http));
        return new Problem(StatusCodes.Status500InternalServerError, "the server failed; its log has the reason under the traceId").ExecuteAsync(http);
    }

    private static string Plain(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => "there is nothing at this address",
        StatusCodes.Status405MethodNotAllowed => $"the method is not one of those that this address takes: {http.Response.Headers.Allow}",
        var status => Worded(status),
    };

    private static string Worded(int status) => status switch
    {
        StatusCodes.Status408RequestTimeout => "the request came too slowly",
        StatusCodes.Status413PayloadTooLarge => "the request is too large",
        _ => "the request cannot be understood",
    };
}
