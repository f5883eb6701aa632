using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Sms.Gateways;

namespace Expand.Server.Sms;

/// <summary>One message by settings that may not be in force yet, to see what the gateway says: past the queue, and written to the audit log only.</summary>
internal sealed class SmsTest(SmsGateways gateways, AuditTrail audit)
{
    public async Task<Result<GatewayAnswer>> SendAsync(SmsSettings settings, string number, string text, Actor actor, CancellationToken ct)
    {
        if (settings.Validate() is { } wrong) return wrong;
        var (order, unready) = new SmsForm(text, [number.Trim()]).Check();
        if (order is null) return unready!;
        if (gateways.Of(settings) is not { } gateway) return Failure.Conflict("no gateway is chosen");
        if (await audit.TryWriteAsync(actor, "sms.tested", $"gateway {settings.Gateway}", order.Numbers[0], ct) is { } unwritten) return unwritten;
        return await gateway.SendAsync(new Parcel(0, order.Numbers[0], settings.Sender, order.Text, order.Count.Encoding, null), ct);
    }
}
