using System.Net.Http.Headers;

namespace Expand.Server.Platform.Rest;

/// <summary>A request's body that may hold the same fields for idempotency.</summary>
internal interface IBody : IBoundInput
{
    /// <summary>The bytes as they came.</summary>
    ReadOnlyMemory<byte> Raw { get; }
}

/// <summary>
/// A request's JSON body, read and checked by <see cref="BodyJson"/> before the handler runs; what is wrong with it is answered without the handler.
/// </summary>
/// <typeparam name="T">A public record whose properties carry the rules (DataAnnotations).</typeparam>
internal sealed class Body<T> : IBody
    where T : class
{
    /// <summary>What a body may measure at most, in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    private readonly T? value;

    private Body(T? value, Problem? problem, ReadOnlyMemory<byte> raw) => (this.value, Problem, Raw) = (value, problem, raw);

    /// <summary>The body.</summary>
    public T Value => value ?? throw new InvalidOperationException("a body that was refused has no value");

    public Problem? Problem { get; }

    public ReadOnlyMemory<byte> Raw { get; }

    /// <summary>Called by ASP.NET Core where a handler has a parameter of this type.</summary>
    public static async ValueTask<Body<T>?> BindAsync(HttpContext http)
    {
        if (MediaType.Wrong(http.Request, "application/json") is { } wrong) return new Body<T>(null, wrong, default);
        if (await ReadAsync(http) is not { } raw)
            return new Body<T>(null, new Problem(StatusCodes.Status413PayloadTooLarge, $"the body may have {MaxBytes} bytes at most"), default);
        var (value, problem) = BodyJson.Read<T>(raw);
        return new Body<T>(value, problem, raw);
    }

    /// <summary>All of the body, or null where it is too long.</summary>
    private static async Task<byte[]?> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength > MaxBytes) return null;
        var buffer = new MemoryStream((int)(http.Request.ContentLength ?? 0));
        var portion = new byte[16 * 1024];
        while (await http.Request.Body.ReadAsync(portion, http.RequestAborted) is > 0 and var read)
        {
            if (buffer.Length + read > MaxBytes) return null;
            buffer.Write(portion, 0, read);
        }

        return buffer.ToArray();
    }
}

/// <summary>Which media types a body may be of.</summary>
internal static class MediaType
{
    /// <summary>
    /// 415 where the request says that its body is something else. One that says nothing is taken at its word: many an HTTP library sends
    /// JSON without a Content-Type.
    /// </summary>
    public static Problem? Wrong(HttpRequest request, params string[] taken)
    {
        if (string.IsNullOrEmpty(request.ContentType)) return null;
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && taken.Contains(type.MediaType, StringComparer.OrdinalIgnoreCase)
            && (type.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase))) return null;
        return new Problem(StatusCodes.Status415UnsupportedMediaType, $"Content-Type must be {string.Join(" or ", taken)} in UTF-8");
    }
}
