using System.Globalization;
using System.Text;
using Expand.Server.Platform.Outbound;

namespace Expand.Server.Sms.Gateways;

/// <summary>
/// Kannel by its HTTP interface (user's guide, "Using the HTTP interface to send SMS messages"). It answers <c>202</c> with "0: Accepted for delivery" or
/// "3: Queued for later delivery" once its bearerbox has the message, and reports of each one at least whether the SMSC took it (mask 8 and 16).
/// </summary>
internal sealed class KannelGateway(SmsSettings settings, string? reportServer, OutboundHttp http) : ISmsGateway
{
    /// <summary>Delivered (1), not delivered (2), queued on the SMSC (4), taken by the SMSC (8), refused by it (16).</summary>
    private const string AllReports = "31";

    public bool ReportsEvery => reportServer is not null;

    public async Task<GatewayAnswer> SendAsync(Parcel parcel, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(parcel)).Once();
        var answer = await http.SendAsync(request, TimeSpan.FromSeconds(settings.TimeoutSeconds), ct);
        return new(EndOf(answer), GatewayWords.Of(answer, settings.Password), Wait: answer.RetryAfter);
    }

    /// <summary>What one of its answers means.</summary>
    internal static GatewayEnd EndOf(OutboundAnswer answer) => answer switch
    {
        { End: OutboundEnd.NotReached } => GatewayEnd.Later,
        { MayHaveArrived: true } => GatewayEnd.Unknown,
        { IsSuccess: true } => GatewayEnd.Accepted,
        // "Temporal failure, try again later."
        { Status: 503 or 429 or 408 } => GatewayEnd.Later,
        // Its bearerbox may have taken it before it failed.
        { Status: >= 500 } => GatewayEnd.Unknown,
        // "Not routable. Do not try again."
        { Status: 403 } when answer.Body.Contains("Not routable", StringComparison.OrdinalIgnoreCase) => GatewayEnd.Refused,
        // "Authorization failed for sendsms", or no such address: the settings are wrong, not the message; once they are mended it goes.
        { Status: 401 or 403 or 404 or 407 or < 400 } => GatewayEnd.Later,
        _ => GatewayEnd.Refused,
    };

    private Uri Address(Parcel parcel)
    {
        var query = new StringBuilder(settings.Url).Append(settings.Url.Contains('?', StringComparison.Ordinal) ? '&' : '?');
        Add("username", settings.User);
        Add("password", settings.Password);
        if (parcel.From.Length > 0) Add("from", parcel.From);
        Add("to", parcel.To);
        Add("charset", "UTF-8");
        Add("coding", parcel.Encoding == SmsEncoding.Gsm7 ? "0" : "2");
        Add("text", parcel.Text);
        if (parcel.Report is { } report && reportServer is not null)
        {
            Add("dlr-mask", AllReports);
            // %d: what it reports; %A: the SMSC's words; %F: the SMSC's id.
            Add("dlr-url", report.Url(reportServer) + "?status=%d&answer=%A&id=%F");
        }

        query.Length--;
        return new Uri(query.ToString());

        void Add(string name, string value) => query.Append(CultureInfo.InvariantCulture, $"{name}={Uri.EscapeDataString(value)}&");
    }
}
