using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Expand.Server.Platform.Rest;

/// <summary>
/// JSON text to a checked record. Everything that is wrong names the field as the client wrote it; nothing tells of our types.
/// </summary>
internal static partial class BodyJson
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static (T? Value, Problem? Problem) Read<T>(ReadOnlyMemory<byte> json)
        where T : class
    {
        if (json.Span is [0xEF, 0xBB, 0xBF, ..]) json = json[3..];
        if (json.Span.Trim(" \t\r\n"u8).IsEmpty) return (null, Problem.Of("body", "is empty where a JSON object is expected"));
        try
        {
            Utf8.GetCharCount(json.Span);
            if (JsonSerializer.Deserialize<T>(json.Span, RestJson.Options) is not { } value) return (null, Problem.Of("body", "must be a JSON object"));
            return Check(value) is { } broken ? (null, broken) : (value, null);
        }
        catch (DecoderFallbackException)
        {
            return (null, Problem.Of("body", "is not UTF-8"));
        }
        catch (JsonException wrong)
        {
            return (null, Explain(wrong));
        }
        catch (InvalidOperationException)
        {
            // A text with half a character in it (\ud800): System.Text.Json has no other exception for it.
            return (null, Problem.Of("body", "holds an escape that is no character"));
        }
    }

    /// <summary>The rules that the record's properties carry, by the names that JSON has.</summary>
    private static Problem? Check<T>(T value)
        where T : class
    {
        var results = new List<ValidationResult>();
        if (Validator.TryValidateObject(value, new ValidationContext(value), results, validateAllProperties: true)) return null;
        return Problem.Of(results
            .SelectMany(r => r.MemberNames.DefaultIfEmpty("body").Select(member => (Field: NameOf(typeof(T), member), Rule: r.ErrorMessage ?? "is not valid")))
            .GroupBy(e => e.Field).ToDictionary(g => g.Key, g => g.Select(e => Reworded(e.Rule)).Distinct().ToArray()));
    }

    private static string NameOf(Type type, string member) =>
        RestJson.Options.GetTypeInfo(type).Properties
            .FirstOrDefault(p => (p.AttributeProvider as System.Reflection.MemberInfo)?.Name == member)?.Name ?? member;

    /// <summary>"The Name field is required." names the property as C# does; the client's name stands before the rule already.</summary>
    private static string Reworded(string rule) => DefaultWording().Match(rule) switch
    {
        { Success: true, Groups: var groups } when groups["required"].Success => "is required",
        { Success: true, Groups: var groups } => groups["rule"].Value.TrimEnd('.'),
        _ => rule,
    };

    private static Problem Explain(JsonException wrong)
    {
        if (wrong is FieldRuleException) return Problem.Of(FieldOf(wrong.Path) ?? "body", wrong.Message);
        if (Unmapped().Match(wrong.Message) is { Success: true } unmapped) return Problem.Of(unmapped.Groups["name"].Value, "is not a field of this request");
        if (Duplicate().Match(wrong.Message) is { Success: true } duplicate) return Problem.Of(duplicate.Groups["name"].Value, "stands more than once");
        if (wrong.InnerException is JsonException or null && wrong.Path is null or "$" && !wrong.Message.StartsWith(NotConverted, StringComparison.Ordinal))
            return Problem.Of("body", $"is not JSON: line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}");
        if (wrong.InnerException is JsonException && !wrong.Message.StartsWith(NotConverted, StringComparison.Ordinal))
            return Problem.Of("body", $"is not JSON: line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}, at {FieldOf(wrong.Path) ?? "its beginning"}");
        return FieldOf(wrong.Path) is { } field ? Problem.Of(field, "is not of the type that this field takes") : Problem.Of("body", "must be a JSON object");
    }

    private const string NotConverted = "The JSON value could not be converted";

    private static string? FieldOf(string? path) => path is null or "$" ? null : path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path[1..];

    [GeneratedRegex(@"^The JSON property '(?<name>.*)' could not be mapped", RegexOptions.Singleline)]
    private static partial Regex Unmapped();

    [GeneratedRegex(@"^Duplicate property '(?<name>.*)' encountered", RegexOptions.Singleline)]
    private static partial Regex Duplicate();

    [GeneratedRegex(@"^The (?:field )?\S+ (?:field is (?<required>required)\.|(?<rule>must be .*))$", RegexOptions.Singleline)]
    private static partial Regex DefaultWording();
}
