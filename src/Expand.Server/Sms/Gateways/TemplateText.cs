using System.Net.Http.Headers;
using System.Security;
using System.Text.Json;
using System.Text.RegularExpressions;
using Expand.Server.Platform;

namespace Expand.Server.Sms.Gateways;

/// <summary>Templates of requests: their placeholders, each encoded for the place that it stands in, and the rules that a template keeps.</summary>
internal static partial class TemplateText
{
    /// <summary>What may stand in braces.</summary>
    public static readonly IReadOnlyList<string> Placeholders = ["to", "text", "from", "id", "user", "password", "encoding", "report"];

    /// <summary>Methods that a template may have.</summary>
    public static readonly IReadOnlyList<string> Methods = ["GET", "POST", "PUT"];

    /// <summary>Bounded whatever the expression is.</summary>
    private const RegexOptions Plain = RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking;

    private const int Longest = 4000;

    /// <summary>The template with its placeholders filled in; what is in braces and is none stays as it is (JSON has braces of its own).</summary>
    public static string Fill(string template, SmsBodyFormat place, Func<string, string> value) =>
        Placeholder().Replace(template, match => Encode(value(match.Groups[1].Value), place));

    /// <summary>The text as it may stand inside a value of that format. <see cref="SmsBodyFormat.None"/>: an address.</summary>
    public static string Encode(string text, SmsBodyFormat place) => place switch
    {
        SmsBodyFormat.Json => JsonEncodedText.Encode(text).Value,
        SmsBodyFormat.Xml => SecurityElement.Escape(text),
        _ => Uri.EscapeDataString(text),
    };

    /// <summary>Headers, a line each; null where one is none.</summary>
    public static IReadOnlyList<(string Name, string Value)>? Headers(string text)
    {
        var headers = new List<(string, string)>();
        using var probe = new HttpRequestMessage();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1) return null;
            var (name, value) = (line[..colon].Trim(), line[(colon + 1)..].Trim());
            if (name.StartsWith("content-", StringComparison.OrdinalIgnoreCase) || !PlainText.Holds(value) || !Add(probe.Headers, name, value)) return null;
            headers.Add((name, value));
        }

        return headers;
    }

    /// <summary>The first rule that the template of these settings breaks; null where it breaks none.</summary>
    public static Failure? Wrong(SmsSettings settings)
    {
        if (!Methods.Contains(settings.Method)) return Failure.Invalid(nameof(settings.Method), "takes GET, POST or PUT");
        if (settings.Url.Length > Longest || !SmsSettings.IsAddress(Fill(settings.Url, SmsBodyFormat.None, _ => "1"))) return Failure.Invalid(nameof(settings.Url), "takes an address that begins with http:// or https://");
        if (Host().Match(settings.Url).Value.Contains('{', StringComparison.Ordinal)) return Failure.Invalid(nameof(settings.Url), "has placeholders in its path and query only");
        if (Headers(settings.Headers) is null) return Failure.Invalid(nameof(settings.Headers), "takes a header a line: Name: value");
        if (settings.Body.Length > Longest) return Failure.Invalid(nameof(settings.Body), $"takes {Longest} characters at most");
        var all = settings.Url + (settings.BodyFormat == SmsBodyFormat.None || settings.Method == "GET" ? "" : settings.Body);
        if (!all.Contains("{to}", StringComparison.Ordinal) || !all.Contains("{text}", StringComparison.Ordinal)) return Failure.Invalid(nameof(settings.Body), "must have {to} and {text}, here or in the address");
        if (settings is { BodyFormat: SmsBodyFormat.Json, Method: not "GET" } && !IsJson(settings.Body)) return Failure.Invalid(nameof(settings.Body), "is no JSON once it is filled in");
        if (Expression(settings.SuccessPattern) is null) return Failure.Invalid(nameof(settings.SuccessPattern), "is no regular expression");
        if (Expression(settings.IdPattern) is null) return Failure.Invalid(nameof(settings.IdPattern), "is no regular expression");
        if (settings.ReportsEvery && !all.Contains("{report}", StringComparison.Ordinal)) return Failure.Invalid(nameof(settings.ReportsEvery), "needs {report} in the address or the body");
        return settings is { ReportsEvery: true, ReportField: "" } ? Failure.Invalid(nameof(settings.ReportField), "is required") : null;
    }

    /// <summary>The expression; null where it is none.</summary>
    public static Regex? Expression(string pattern)
    {
        try
        {
            return pattern.Length > 500 ? null : new Regex(pattern, Plain);
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static bool Add(HttpRequestHeaders headers, string name, string value)
    {
        try
        {
            headers.Add(name, value);
            return true;
        }
        catch (Exception wrong) when (wrong is FormatException or InvalidOperationException or ArgumentException)
        {
            return false;
        }
    }

    private static bool IsJson(string template)
    {
        try
        {
            using var document = JsonDocument.Parse(Fill(template, SmsBodyFormat.Json, _ => "1"));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"\{(to|text|from|id|user|password|encoding|report)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();

    [GeneratedRegex("^[a-z]+://[^/?#]*", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Host();
}
