using System.Net.Http.Headers;
using System.Text;
using Expand.Soap;

namespace Expand.Server.Crm;

/// <summary>A request to a service, as it is sent and as it may be shown.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Url">The address.</param>
/// <param name="MediaType">The body's type; null: no body.</param>
/// <param name="Body">The body.</param>
/// <param name="SoapAction">The header of SOAP 1.1; null: none.</param>
internal sealed record CrmRequest(string Method, string Url, string? MediaType, string Body, string? SoapAction)
{
    public static CrmRequest Of(CrmServiceSettings service, CrmOperation operation, IReadOnlyList<KeyValuePair<string, string>> arguments)
    {
        if (service.Kind == CrmKind.Soap)
        {
            var style = service.SoapStyle == SoapStyle.Rpc ? SoapCallStyle.Rpc : SoapCallStyle.Document;
            var action = service.SoapAction.Length > 0 ? service.SoapAction : $"{service.SoapNamespace}#{operation.Name}";
            return new("POST", service.Url, SoapClientEnvelope.MediaType, SoapClientEnvelope.Write(operation.Name, service.SoapNamespace, style, arguments), $"\"{action}\"");
        }

        var url = CrmTemplate.Fill(service.Url, arguments, CrmPlace.Url);
        if (service.Method != "GET") return new(service.Method, url, service.BodyFormat == CrmBody.Json ? "application/json" : "application/x-www-form-urlencoded", Filled(service, arguments), null);
        if (!CrmTemplate.HasAny(service.Url)) url += (url.Contains('?', StringComparison.Ordinal) ? "&" : "?") + Form(arguments);
        return new("GET", url, null, "", null);
    }

    /// <summary>The request to send; whoever sends it disposes of it.</summary>
    public HttpRequestMessage Make(CrmServiceSettings service)
    {
        var request = new HttpRequestMessage(new HttpMethod(Method), Url);
        if (MediaType is not null) request.Content = new StringContent(Body, Encoding.UTF8, MediaType);
        if (SoapAction is not null) request.Headers.TryAddWithoutValidation("SOAPAction", SoapAction);
        if (service.Kind == CrmKind.Rest) request.Headers.Accept.Add(new("application/json") { Quality = 1 });
        if (service.Kind == CrmKind.Rest) request.Headers.Accept.Add(new("text/plain") { Quality = 0.9 });
        if (service.Username.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{service.Username}:{service.Password}")));
        return request;
    }

    /// <summary>The request for people; the password is not in it.</summary>
    public string Shown(CrmServiceSettings service)
    {
        var text = new StringBuilder($"{Method} {Url}\n");
        if (service.Username.Length > 0) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"Authorization: Basic {service.Username}:••••••\n");
        if (SoapAction is not null) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"SOAPAction: {SoapAction}\n");
        if (MediaType is not null) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"Content-Type: {MediaType}; charset=utf-8\n\n{Body}");
        return text.ToString();
    }

    private static string Filled(CrmServiceSettings service, IReadOnlyList<KeyValuePair<string, string>> arguments)
    {
        if (service.Body.Length > 0) return CrmTemplate.Fill(service.Body, arguments, service.BodyFormat == CrmBody.Json ? CrmPlace.Json : CrmPlace.Form);
        return service.BodyFormat == CrmBody.Json ? Json(arguments) : Form(arguments);
    }

    private static string Json(IReadOnlyList<KeyValuePair<string, string>> arguments) =>
        $"{{{string.Join(',', arguments.Select(a => $"\"{a.Key}\":\"{CrmTemplate.Encode(a.Value, CrmPlace.Json)}\""))}}}";

    private static string Form(IReadOnlyList<KeyValuePair<string, string>> arguments) =>
        string.Join('&', arguments.Select(a => $"{a.Key}={Uri.EscapeDataString(a.Value)}"));
}
