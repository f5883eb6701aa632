using System.Text.Json;
using Expand.Server.Platform;

namespace Expand.Server.Crm;

/// <summary>What the settings of a service must keep to.</summary>
internal static class CrmServiceRules
{
    public const int LongestUrl = 2000;
    public const int LongestBody = 8192;

    /// <summary>The first rule that is broken; of a service that is switched off only what would be harmful or cannot be kept.</summary>
    public static Failure? Broken(CrmServiceSettings service, CrmOperation operation)
    {
        if (!double.IsFinite(service.TimeoutSeconds) || service.TimeoutSeconds is < 0.1 or > 10)
            return Failure.Invalid(nameof(service.TimeoutSeconds), "is from 0.1 to 10 seconds");
        if (service.Username.Length > 200 || service.Username.Contains(':', StringComparison.Ordinal) || !PlainText.Holds(service.Username))
            return Failure.Invalid(nameof(service.Username), "has up to 200 characters, no colon and no control characters");
        if (service.Password.Length > 400 || !PlainText.Holds(service.Password)) return Failure.Invalid(nameof(service.Password), "has up to 400 characters and no control characters");
        if (Url(service, operation) is { } url) return Failure.Invalid(nameof(service.Url), url);
        return service.Kind == CrmKind.Soap ? Soap(service) : Rest(service, operation);
    }

    private static string? Url(CrmServiceSettings service, CrmOperation operation)
    {
        if (service.Url.Length == 0) return service.Enabled ? "is required" : null;
        if (service.Url.Length > LongestUrl || !PlainText.Holds(service.Url)) return $"has up to {LongestUrl} characters and no control characters";
        IReadOnlyList<string> names = service.Kind == CrmKind.Rest ? operation.Parameters : [];
        if (CrmTemplate.FirstUnknown(service.Url, names) is { } unknown) return $"{{{unknown}}} is no parameter of {operation.Name}";
        // Whatever the values are, they lead to the host that the administrator named.
        var (one, other) = (Filled("x"), Filled("y.z"));
        if (!Uri.TryCreate(one, UriKind.Absolute, out var first) || !Uri.TryCreate(other, UriKind.Absolute, out var second)) return "is no address";
        if (first.Scheme is not ("http" or "https")) return "begins with http:// or https://";
        if (first.UserInfo.Length > 0) return "holds no user and password: they have fields of their own";
        return first.Authority == second.Authority ? null : "has placeholders only behind the host";

        string Filled(string value) => CrmTemplate.Fill(service.Url, [.. names.Select(name => KeyValuePair.Create(name, value))], CrmPlace.Url);
    }

    private static Failure? Soap(CrmServiceSettings service)
    {
        if (service.SoapNamespace.Length > 300 || !PlainText.Holds(service.SoapNamespace) || !Uri.TryCreate(service.SoapNamespace, UriKind.RelativeOrAbsolute, out _))
            return Failure.Invalid(nameof(service.SoapNamespace), "is a namespace of up to 300 characters");
        return service.SoapAction.Length > 300 || service.SoapAction.Any(c => c is '"' or > '~' or < ' ')
            ? Failure.Invalid(nameof(service.SoapAction), "has up to 300 characters of ASCII and no quotes")
            : null;
    }

    private static Failure? Rest(CrmServiceSettings service, CrmOperation operation)
    {
        if (service.Method is not ("GET" or "POST" or "PUT")) return Failure.Invalid(nameof(service.Method), "is GET, POST or PUT");
        if (service.Answer.Length > 200 || CrmAnswerPath.Parse(service.Answer) is null)
            return Failure.Invalid(nameof(service.Answer), "is a path into the answer's JSON, such as data.name or items[0].name");
        if (service.Body.Length > LongestBody || !PlainText.Holds(service.Body, lines: true))
            return Failure.Invalid(nameof(service.Body), $"has up to {LongestBody} characters and no control characters");
        if (service.Body.Length == 0) return null;
        if (CrmTemplate.FirstUnknown(service.Body, operation.Parameters) is { } unknown)
            return Failure.Invalid(nameof(service.Body), $"{{{unknown}}} is no parameter of {operation.Name}");
        if (service.BodyFormat == CrmBody.Form) return null;
        try
        {
            using var json = JsonDocument.Parse(CrmTemplate.Fill(service.Body, operation.Arguments([.. operation.Parameters.Select(_ => "x")]), CrmPlace.Json));
            return null;
        }
        catch (JsonException)
        {
            return Failure.Invalid(nameof(service.Body), "is JSON, with each placeholder inside of quotes");
        }
    }
}
