using System.Text.Encodings.Web;
using System.Text.Json;

namespace Expand.Server.Platform;

/// <summary>JSON as columns hold it, apart from any API's rules: names in camel case, text as it is and not as escapes.</summary>
internal static class StoredJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <exception cref="JsonException">It is not what <see cref="Write"/> writes.</exception>
    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("a column holds no value");
}
