using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Expand.Server.Platform.Rest;

/// <summary>JSON as the REST API reads and writes it.</summary>
internal static class RestJson
{
    /// <summary>What a body may nest at most.</summary>
    public const int MaxDepth = 32;

    /// <summary>
    /// Names in lower case; strict when reading: a member that is not known, stands twice or has another type is refused and named. Text is
    /// written as UTF-8, not as escapes.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Make();

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions();
        Configure(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    /// <summary>Sets these rules on options that somebody else made.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = LowerCase.Policy;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = MaxDepth;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    }

    private sealed class LowerCase : JsonNamingPolicy
    {
        public static readonly LowerCase Policy = new();

#pragma warning disable CA1308 // The contract's names are in lower case; nothing is compared here.
        public override string ConvertName(string name) => name.ToLowerInvariant();
#pragma warning restore CA1308
    }
}

/// <summary>What a converter of the REST API refuses a value with: the message is shown to the client, under the member's name.</summary>
/// <param name="rule">The rule that the value breaks, such as "takes a text or a list of texts".</param>
internal sealed class FieldRuleException(string rule) : JsonException(rule);
