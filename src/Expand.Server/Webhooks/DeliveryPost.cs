using System.Net.Http.Headers;
using System.Text;
using Expand.Server.Access.Settings;
using Expand.Server.Platform.Outbound;

namespace Expand.Server.Webhooks;

/// <summary>One message sent to its receiver, signed as Standard Webhooks say.</summary>
internal sealed class DeliveryPost(OutboundHttp http, Settings<WebhookSettings> settings, TimeProvider clock)
{
    /// <summary>Sends it; whatever happens is the answer.</summary>
    public async Task<OutboundAnswer> SendAsync(WebhookTarget target, string eventId, string body, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        string[] secrets = [.. target.SecretsAt(now)];
        if (secrets.Length == 0) return new OutboundAnswer(OutboundEnd.NotReached, 0, "", "", TimeSpan.Zero, "the webhook's secret cannot be read; make it a new one", null);
        using var request = new HttpRequestMessage(HttpMethod.Post, target.Url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("eXpand", null));
        request.Headers.Add("webhook-id", eventId);
        request.Headers.Add("webhook-timestamp", FormattableString.Invariant($"{now.ToUnixTimeSeconds()}"));
        request.Headers.Add("webhook-signature", SigningSecrets.Sign(secrets, eventId, now, body));
        return await http.SendAsync(request, TimeSpan.FromSeconds(settings.Value.TimeoutSeconds), ct);
    }
}
