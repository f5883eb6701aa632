namespace Expand.Server.Sms.Gateways;

/// <summary>
/// The demonstration's gateway: takes everything and reports it delivered after a second or two; nothing leaves this server. It refuses one number, and
/// reports another one as not delivered, so that both can be seen.
/// </summary>
internal sealed class DemoGateway(SmsReports reports, TimeProvider clock) : ISmsGateway
{
    /// <summary>The number that it refuses.</summary>
    public const string Refused = "099000000";

    /// <summary>The number whose telephone is never reached.</summary>
    public const string Unreachable = "099000001";

    public bool ReportsEvery => true;

    public Task<GatewayAnswer> SendAsync(Parcel parcel, CancellationToken ct)
    {
        if (parcel.To == Refused) return Task.FromResult(new GatewayAnswer(GatewayEnd.Refused, "demostración: número rechazado"));
        if (parcel.Report is { } ticket) _ = ReportAsync(ticket, parcel.To != Unreachable);
        return Task.FromResult(new GatewayAnswer(GatewayEnd.Accepted, "demostración: aceptado", $"demo-{parcel.RecipientId}"));
    }

    private async Task ReportAsync(ReportTicket ticket, bool arrives)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(1 + Random.Shared.NextDouble()), clock);
            await reports.TakeAsync(ticket, arrives ? SmsReport.Delivered : SmsReport.Failed, arrives ? "demostración" : "demostración: teléfono apagado", CancellationToken.None);
        }
#pragma warning disable CA1031 // Nobody awaits it, and a demonstration's report that is lost is no harm.
        catch (Exception)
#pragma warning restore CA1031
        {
            // The database is away, or the server ends.
        }
    }
}
