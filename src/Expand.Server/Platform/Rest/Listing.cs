using System.Text.Json;
using System.Text.Json.Serialization;

namespace Expand.Server.Platform.Rest;

/// <summary>A listing with the number of all that match.</summary>
/// <typeparam name="T">One record.</typeparam>
public sealed record Records<T>
{
    /// <summary>How many match the filter, before <c>start</c> and <c>limit</c>.</summary>
    [JsonPropertyName("recordsTotal")]
    public required long RecordsTotal { get; init; }

    /// <summary>The records of this page.</summary>
    public required IReadOnlyList<T> Data { get; init; }
}

/// <summary>A listing.</summary>
/// <typeparam name="T">One record.</typeparam>
public sealed record DataList<T>
{
    /// <summary>The records.</summary>
    public required IReadOnlyList<T> Data { get; init; }
}

/// <summary>Listings of any length, written while they are read: memory does not grow with them.</summary>
internal static class Listing
{
    public const string ContentType = "application/json; charset=utf-8";

    /// <summary><c>{"recordsTotal": n, "data": […]}</c></summary>
    public static IResult Records<T>(long total, IAsyncEnumerable<T> rows) => new Stream<T>(total, isObject: true, rows);

    /// <summary><c>{"data": […]}</c></summary>
    public static IResult Data<T>(IAsyncEnumerable<T> rows) => new Stream<T>(null, isObject: true, rows);

    /// <summary><c>[…]</c></summary>
    public static IResult Array<T>(IAsyncEnumerable<T> rows) => new Stream<T>(null, isObject: false, rows);

    private sealed class Stream<T>(long? total, bool isObject, IAsyncEnumerable<T> rows) : IResult
    {
        private const int FlushAt = 32 * 1024;

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var ct = httpContext.RequestAborted;
            await using var reading = rows.GetAsyncEnumerator(ct);
            // Before anything is written: a question that fails is still answered with a problem.
            var any = await reading.MoveNextAsync();
            httpContext.Response.ContentType = ContentType;
            try
            {
                await WriteAsync(httpContext.Response, reading, any, ct);
            }
            catch
            {
                // A listing that ends early must not look whole.
                httpContext.Abort();
                throw;
            }
        }

        private async Task WriteAsync(HttpResponse response, IAsyncEnumerator<T> reading, bool any, CancellationToken ct)
        {
            await using var json = new Utf8JsonWriter(response.BodyWriter, new JsonWriterOptions { Encoder = RestJson.Options.Encoder, SkipValidation = true });
            if (isObject) json.WriteStartObject();
            if (total is { } number) json.WriteNumber("recordsTotal", number);
            if (isObject) json.WritePropertyName("data");
            json.WriteStartArray();
            var flushed = 0L;
            for (; any; any = await reading.MoveNextAsync())
            {
                JsonSerializer.Serialize(json, reading.Current, RestJson.Options);
                if (json.BytesCommitted + json.BytesPending - flushed < FlushAt) continue;
                json.Flush();
                flushed = json.BytesCommitted;
                await response.BodyWriter.FlushAsync(ct);
            }

            json.WriteEndArray();
            if (isObject) json.WriteEndObject();
            json.Flush();
            await response.BodyWriter.FlushAsync(ct);
        }
    }
}
