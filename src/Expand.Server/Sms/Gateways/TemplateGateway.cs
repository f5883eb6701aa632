using System.Globalization;
using System.Text;
using Expand.Server.Platform.Outbound;

namespace Expand.Server.Sms.Gateways;

/// <summary>Any gateway that takes messages by HTTP: the administrator says how it is asked, and how its answers and reports are read.</summary>
internal sealed class TemplateGateway(SmsSettings settings, string? reportServer, OutboundHttp http) : ISmsGateway
{
    public bool ReportsEvery => settings.ReportsEvery && reportServer is not null;

    public async Task<GatewayAnswer> SendAsync(Parcel parcel, CancellationToken ct)
    {
        using var request = Request(parcel).Once();
        var answer = await http.SendAsync(request, TimeSpan.FromSeconds(settings.TimeoutSeconds), ct);
        var end = EndOf(answer);
        var id = end == GatewayEnd.Accepted && settings.IdPattern.Length > 0 && TemplateText.Expression(settings.IdPattern)?.Match(answer.Body) is { Success: true } match
            ? GatewayWords.Tidy(match.Groups[match.Groups.Count > 1 ? 1 : 0].Value)
            : null;
        return new(end, GatewayWords.Of(answer, settings.Password), id, answer.RetryAfter);
    }

    private GatewayEnd EndOf(OutboundAnswer answer) => answer switch
    {
        { End: OutboundEnd.NotReached } => GatewayEnd.Later,
        { MayHaveArrived: true } => GatewayEnd.Unknown,
        { IsSuccess: true } => IsTaken(answer.Body) ? GatewayEnd.Accepted : GatewayEnd.Refused,
        { Status: 408 or 425 or 429 or 503 } => GatewayEnd.Later,
        // What stands before the gateway gave up on it, or it failed half way.
        { Status: >= 500 } => GatewayEnd.Unknown,
        // The settings are wrong, not the message; once they are mended it goes.
        { Status: 401 or 403 or 404 or 405 or 407 or < 400 } => GatewayEnd.Later,
        _ => GatewayEnd.Refused,
    };

    private bool IsTaken(string body) => settings.SuccessPattern.Length == 0 || TemplateText.Expression(settings.SuccessPattern)?.IsMatch(body) is true;

    private HttpRequestMessage Request(Parcel parcel)
    {
        var request = new HttpRequestMessage(new HttpMethod(settings.Method), TemplateText.Fill(settings.Url, SmsBodyFormat.None, Value));
        foreach (var (name, value) in TemplateText.Headers(settings.Headers) ?? []) request.Headers.Add(name, value);
        if (settings.Method != "GET" && settings.BodyFormat != SmsBodyFormat.None)
        {
            var type = settings.BodyFormat switch { SmsBodyFormat.Json => "application/json", SmsBodyFormat.Xml => "text/xml", _ => "application/x-www-form-urlencoded" };
            request.Content = new StringContent(TemplateText.Fill(settings.Body, settings.BodyFormat, Value), Encoding.UTF8, type);
        }

        return request;

        string Value(string name) => name switch
        {
            "to" => parcel.To,
            "text" => parcel.Text,
            "from" => parcel.From,
            "id" => parcel.RecipientId.ToString(CultureInfo.InvariantCulture),
            "user" => settings.User,
            "password" => settings.Password,
            "encoding" => parcel.Encoding == SmsEncoding.Gsm7 ? "gsm" : "ucs2",
            _ => parcel.Report is { } report && reportServer is not null ? report.Url(reportServer) : "",
        };
    }
}
