using Expand.Server.Access.Settings;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Platform.Outbound;
using Microsoft.Extensions.Options;

namespace Expand.Server.Sms.Gateways;

/// <summary>The gateway that the settings name at this moment.</summary>
internal sealed class SmsGateways(
    Settings<SmsSettings> settings, OutboundHttp http, IOptions<PbxOptions> pbx, IOptions<ExpandOptions> expand, SmsReports reports, TimeProvider clock)
{
    private readonly DemoGateway demo = new(reports, clock);

    /// <summary>Null where there is none.</summary>
    public ISmsGateway? Current => Of(settings.Value);

    /// <summary>Whether messages go nowhere because the installation is a demonstration.</summary>
    public bool IsDemonstration => Current is DemoGateway;

    /// <summary>Where gateways are told to send their reports; null where nobody said how this server is reached.</summary>
    public string? ReportServer(SmsSettings of) => of.ReportUrl.Length > 0 ? of.ReportUrl : expand.Value.PublicUrl is { Length: > 0 } url ? url : null;

    /// <summary>The gateway of settings that may not be in force yet.</summary>
    public ISmsGateway? Of(SmsSettings of) => of.Gateway switch
    {
        SmsGatewayKind.Kannel => new KannelGateway(of, ReportServer(of), http),
        SmsGatewayKind.Http => new TemplateGateway(of, ReportServer(of), http),
        // The demonstration's is never used where the PBX is a real one: what it says was never sent.
        _ => pbx.Value.IsDemonstration ? demo : null,
    };
}
