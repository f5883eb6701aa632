using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Platform.Rest;

/// <summary>
/// <c>Idempotency-Key</c> on POST (contract, rest.md, "Beyond the original"): the key, what the request writes and its answer are one transaction. A
/// repeat within 24 h gets the answer of the first; one that comes while the first is at work waits for it.
/// </summary>
internal static class Idempotency
{
    public const string Header = "Idempotency-Key";

    /// <summary>Set on an answer that was given before.</summary>
    public const string ReplayedHeader = "Idempotent-Replayed";

    /// <summary>How long an answer is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private const int LongestKey = 200;
    private const string Savepoint = "request";

    public static async ValueTask<object?> ApplyAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var header = http.Request.Headers[Header];
        if (!HttpMethods.IsPost(http.Request.Method) || header.Count == 0 || context.Arguments.OfType<IBody>().FirstOrDefault() is not { } body)
            return await next(context);
        var key = header.ToString();
        if (header.Count > 1 || key.Length is 0 or > LongestKey || key.Any(c => c is < ' ' or > '~'))
            return Problem.Of(Header, $"takes 1 to {LongestKey} printable ASCII characters");

        var db = http.RequestServices.GetRequiredService<ExpandDb>();
        var ct = http.RequestAborted;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var credential = int.Parse(http.User.FindFirst(RestScheme.CredentialClaim)!.Value, CultureInfo.InvariantCulture);
        var fingerprint = FingerprintOf(http, body.Raw);
        if (!await ClaimAsync(db, credential, key, fingerprint, http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(), ct))
            return await ReplayAsync(db, credential, key, fingerprint, ct);

        await transaction.CreateSavepointAsync(Savepoint, ct);
        var answer = await CaptureAsync(http, await next(context));
        if (answer.Status >= StatusCodes.Status400BadRequest) await transaction.RollbackToSavepointAsync(Savepoint, ct);
        // Come again: the key is not used up by a request that was turned away.
        if (answer.Status is StatusCodes.Status429TooManyRequests or >= StatusCodes.Status500InternalServerError) return answer;
        await KeepAsync(db, credential, key, answer, ct);
        await transaction.CommitAsync(ct);
        return answer;
    }

    /// <summary>False where the key was used within the time that answers are kept. Waits for a request that is using it at this moment.</summary>
    private static async Task<bool> ClaimAsync(ExpandDb db, int credential, string key, byte[] fingerprint, DateTimeOffset now, CancellationToken ct) =>
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into idempotency_keys as k (credential_id, key, fingerprint, created_at, status) values ({credential}, {key}, {fingerprint}, {now}, 0)
            on conflict (credential_id, key) do update set fingerprint = excluded.fingerprint, created_at = excluded.created_at, status = 0
            where k.created_at <= {now - Kept}
            """, ct) == 1;

    private static async Task<IResult> ReplayAsync(ExpandDb db, int credential, string key, byte[] fingerprint, CancellationToken ct)
    {
        var known = await db.Set<IdempotencyKey>().AsNoTracking().SingleAsync(k => k.CredentialId == credential && k.Key == key, ct);
        if (!known.Fingerprint.AsSpan().SequenceEqual(fingerprint))
            return new Problem(StatusCodes.Status409Conflict, "the Idempotency-Key was used for another request within the last 24 hours");
        return new KeptAnswer(known.Status, known.ContentType, known.Location, known.ETag, known.Body!) { IsReplayed = true };
    }

    private static Task<int> KeepAsync(ExpandDb db, int credential, string key, KeptAnswer answer, CancellationToken ct) =>
        db.Set<IdempotencyKey>().Where(k => k.CredentialId == credential && k.Key == key).ExecuteUpdateAsync(
            k => k.SetProperty(x => x.Status, answer.Status).SetProperty(x => x.ContentType, answer.ContentType)
                .SetProperty(x => x.Location, answer.Location).SetProperty(x => x.ETag, answer.ETag).SetProperty(x => x.Body, answer.Body), ct);

    private static byte[] FingerprintOf(HttpContext http, ReadOnlyMemory<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{http.Request.Method} {http.Request.Path.Value!.TrimEnd('/')}\n"));
        hash.AppendData(body.Span);
        return hash.GetHashAndReset();
    }

    /// <summary>Has the result written to memory: it goes out once what it tells is committed.</summary>
    private static async Task<KeptAnswer> CaptureAsync(HttpContext http, object? result)
    {
        var (outside, inside) = (http.Response.Body, new MemoryStream());
        http.Response.Body = inside;
        try
        {
            await ((IResult)result!).ExecuteAsync(http);
        }
        finally
        {
            http.Response.Body = outside;
        }

        var headers = http.Response.Headers;
        return new KeptAnswer(http.Response.StatusCode, http.Response.ContentType, headers.Location, headers.ETag, inside.ToArray());
    }

    private sealed class KeptAnswer(int status, string? contentType, string? location, string? etag, byte[] body) : IResult
    {
        public int Status => status;

        public string? ContentType => contentType;

        public string? Location => location;

        public string? ETag => etag;

        public byte[] Body => body;

        public bool IsReplayed { get; init; }

        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            (response.StatusCode, response.ContentType, response.ContentLength) = (status, contentType, body.Length);
            if (location is not null) response.Headers.Location = location;
            if (etag is not null) response.Headers.ETag = etag;
            if (IsReplayed) response.Headers[ReplayedHeader] = "true";
            return response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
        }
    }
}
