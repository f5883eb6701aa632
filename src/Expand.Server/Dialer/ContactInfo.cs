using System.Text;
using System.Text.Json;
using Expand.Server.Platform;

namespace Expand.Server.Dialer;

/// <summary>
/// A contact's additional data: a JSON object. It comes as an object or as a text that holds one (the original's words and its examples differ); nothing
/// at all is an empty one.
/// </summary>
internal static class ContactInfo
{
    public const string None = "{}";

    /// <summary>Bytes at most.</summary>
    public const int MaxBytes = 16 * 1024;

    /// <summary>What it may nest at most.</summary>
    private const int MaxDepth = 32;

    public const string Rule = "takes a JSON object, or a text that holds one";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    /// <summary>The object's text without blanks, or the rule that the value breaks.</summary>
    public static (string? Text, string? Rule) Read(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null) return (None, null);
        if (value.ValueKind == JsonValueKind.Object) return Write(value);
        if (value.ValueKind != JsonValueKind.String) return (null, Rule);
        var text = value.GetString()!;
        if (string.IsNullOrWhiteSpace(text)) return (None, null);
        try
        {
            using var inner = JsonDocument.Parse(text, Strict);
            return inner.RootElement.ValueKind == JsonValueKind.Object ? Write(inner.RootElement) : (null, Rule);
        }
        catch (JsonException)
        {
            return (null, Rule);
        }
    }

    /// <summary>The rule that a text breaks which does not come from <see cref="Read"/>; null where none.</summary>
    public static string? Broken(string text)
    {
        using var read = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(text));
        return Read(read.RootElement) is (not null, _) ? null : Rule;
    }

    /// <summary>The members of what is kept, in their order, for people to read: texts as they are, what is none as JSON writes it.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Members(string text)
    {
        using var read = JsonDocument.Parse(text);
        return [.. read.RootElement.EnumerateObject().Select(m => KeyValuePair.Create(m.Name, m.Value.ValueKind == JsonValueKind.String ? m.Value.GetString()! : m.Value.GetRawText()))];
    }

    private static (string? Text, string? Rule) Write(JsonElement value)
    {
        if (BrokenIn(value) is { } rule) return (null, rule);
        var text = StoredJson.Write(value);
        return Encoding.UTF8.GetByteCount(text) > MaxBytes ? (null, $"may have {MaxBytes} bytes at most") : (text, null);
    }

    /// <summary>PostgreSQL's json would take such texts, and fail whoever looks into it later.</summary>
    private static string? BrokenIn(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.Object when value.EnumerateObject().Select(m => m.Name).Distinct().Count() < value.EnumerateObject().Count() =>
                    "may not hold a member twice",
                JsonValueKind.Object => value.EnumerateObject()
                    .Select(m => m.Name.Contains('\0', StringComparison.Ordinal) ? BadText : BrokenIn(m.Value)).FirstOrDefault(r => r is not null),
                JsonValueKind.Array => value.EnumerateArray().Select(BrokenIn).FirstOrDefault(r => r is not null),
                JsonValueKind.String => value.GetString()!.Contains('\0', StringComparison.Ordinal) ? BadText : null,
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            return BadText;
        }
    }

    private const string BadText = "may not hold \\u0000 nor half a character";
}
