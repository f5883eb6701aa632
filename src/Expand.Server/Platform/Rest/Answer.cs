using System.Globalization;
using System.Text.Json;

namespace Expand.Server.Platform.Rest;

/// <summary>One thing as the answer, with the version that <c>If-Match</c> asks for.</summary>
internal static class Answer
{
    /// <summary>200 with the value; <paramref name="version"/>: its ETag.</summary>
    public static IResult Ok<T>(T value, int? version = null) => new Of<T>(StatusCodes.Status200OK, value, version, null);

    /// <summary>201 with the value, and where it is from now on.</summary>
    public static IResult Created<T>(string location, T value, int? version = null) => new Of<T>(StatusCodes.Status201Created, value, version, location);

    private sealed class Of<T>(int status, T value, int? version, string? location) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = status;
            response.ContentType = Listing.ContentType;
            if (version is { } number) response.Headers.ETag = ETagOf(number);
            if (location is not null) response.Headers.Location = location;
            var bytes = JsonSerializer.SerializeToUtf8Bytes(value, RestJson.Options);
            response.ContentLength = bytes.Length;
            return response.Body.WriteAsync(bytes, httpContext.RequestAborted).AsTask();
        }
    }

    /// <summary>The entity tag of a version.</summary>
    public static string ETagOf(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
}
