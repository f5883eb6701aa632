using System.Data.Common;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Expand.Server.Platform.Rest;

/// <summary>
/// Many rows in one request: newline-delimited JSON in, a line of result for each row out, in order. A row that is refused holds up no other;
/// memory does not grow with the request, whose length is not limited.
/// </summary>
internal static class Bulk
{
    public const string ContentType = "application/x-ndjson";

    /// <summary>Rows that a room is given at once, at most.</summary>
    public const int Portion = 500;

    /// <summary>What an answer looks like.</summary>
    public const string Example =
        """
        {"row":1,"status":201,"id":1698}
        {"row":2,"status":200,"id":1251}
        {"row":3,"status":400,"errrorCode":"Unknown_data_format","detail":"numcall is required","errors":{"numcall":["is required"]}}
        """;

    /// <summary>Results beyond these bytes wait on disk: many a client reads nothing before it has sent everything.</summary>
    private const int ResultsInMemory = 512 * 1024;

    private static readonly byte[] NewLine = [(byte)'\n'];

    /// <summary>
    /// Reads the rows and has <paramref name="apply"/> write them, up to <see cref="Portion"/> at once and in order; it answers an outcome for each.
    /// </summary>
    public static IResult Upsert<T>(Func<IReadOnlyList<T>, CancellationToken, Task<IReadOnlyList<RowOutcome>>> apply)
        where T : class => new Of<T>(apply);

    private sealed class Of<T>(Func<IReadOnlyList<T>, CancellationToken, Task<IReadOnlyList<RowOutcome>>> apply) : IResult
        where T : class
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            if (MediaType.Wrong(httpContext.Request, ContentType, "application/ndjson", "application/jsonl") is { } wrong)
            {
                await wrong.ExecuteAsync(httpContext);
                return;
            }

            if (httpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
            var ct = httpContext.RequestAborted;
            await using var results = new FileBufferingWriteStream(ResultsInMemory);
            var portion = new List<(long Row, T? Value, Problem? Problem)>(Portion);
            await foreach (var (row, line) in NdjsonLines.ReadAsync(httpContext.Request.BodyReader, ct))
            {
                var (value, problem) = line is { } json ? BodyJson.Read<T>(json) : (null, NdjsonLines.TooLong);
                portion.Add((row, value, problem));
                if (portion.Count < Portion) continue;
                await ApplyAsync(portion, results, ct);
                portion.Clear();
            }

            await ApplyAsync(portion, results, ct);
            httpContext.Response.ContentType = ContentType;
            await results.DrainBufferAsync(httpContext.Response.Body, ct);
        }

        private async Task ApplyAsync(List<(long Row, T? Value, Problem? Problem)> portion, FileBufferingWriteStream results, CancellationToken ct)
        {
            var rows = portion.Select(r => r.Value).OfType<T>().ToList();
            var outcomes = new Queue<RowOutcome>(rows.Count == 0 ? [] : await OutcomesAsync(rows, ct));
            foreach (var (row, value, problem) in portion)
            {
                var told = problem is not null ? BulkLines.Refused(row, problem) : BulkLines.Of(row, outcomes.Dequeue());
                await results.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(told, RestJson.Options), ct);
                await results.WriteAsync(NewLine, ct);
            }
        }

        /// <summary>A database that goes away fails a portion, and the client learns which rows were not taken; what was taken before stays.</summary>
        private async Task<IReadOnlyList<RowOutcome>> OutcomesAsync(List<T> rows, CancellationToken ct)
        {
            try
            {
                return await apply(rows, ct);
            }
            catch (DbException failure) when (Refusals.IsAway(failure))
            {
                return [.. Enumerable.Repeat<RowOutcome>(Failure.Unavailable(Refusals.Unavailable.Detail), rows.Count)];
            }
        }
    }
}
