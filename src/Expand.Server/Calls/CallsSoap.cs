using Expand.Server.Access;
using Expand.Server.Pbx;
using Expand.Soap;
using Microsoft.Extensions.Options;

namespace Expand.Server.Calls;

/// <summary>originateCall, originateCallStatus, originateCallCancel, extensionPbx (contract, soap.md "Calls").</summary>
internal static class CallsSoap
{
    private static readonly SoapParameter JobId = new("originatedID", SoapType.String, "originateID", "id");

    public static readonly SoapOperation[] Operations =
    [
        KeyedOperation.Define("originateCall", SoapType.String, SoapAnswer.Text("-1"), OriginateAsync,
            new("src"), new("srcCallerID"), new("dst"), new("dstCallerID"), new("timeout", SoapType.Int),
            new("callinfo", SoapType.String, "info")),
        KeyedOperation.Define("originateCallStatus", SoapType.Int, SoapAnswer.Int(-1), StatusAsync, JobId),
        KeyedOperation.Define("originateCallCancel", SoapType.Int, SoapAnswer.Int(-1), CancelAsync, JobId),
        KeyedOperation.Define("extensionPbx", SoapType.String, SoapAnswer.Text("-1"), Extensions),
    ];

    private static async ValueTask<SoapAnswer> OriginateAsync(SoapCall call, CancellationToken ct)
    {
        var services = call.Http.RequestServices;
        var seconds = call.Int("timeout", 0);
        var usual = services.GetRequiredService<IOptions<CallOptions>>().Value.DefaultRingSeconds;
        var request = new CallRequest(
            call["src"].Trim(' '), call["srcCallerID"], call["dst"].Trim(' '), call["dstCallerID"],
            seconds < 1 ? usual : Math.Min(seconds, 300), call["callinfo"]);
        return SoapAnswer.Text(await services.GetRequiredService<CallOrigination>().RequestAsync(request, ct));
    }

    private static async ValueTask<SoapAnswer> StatusAsync(SoapCall call, CancellationToken ct) =>
        SoapAnswer.Int((int)await call.Http.RequestServices.GetRequiredService<CallOrigination>().StatusAsync(call[JobId.Name], ct));

    private static async ValueTask<SoapAnswer> CancelAsync(SoapCall call, CancellationToken ct) =>
        SoapAnswer.Int(await call.Http.RequestServices.GetRequiredService<CallOrigination>().CancelAsync(call[JobId.Name], ct) ? 1 : 0);

    private static ValueTask<SoapAnswer> Extensions(SoapCall call, CancellationToken ct)
    {
        var extensions = call.Http.RequestServices.GetRequiredService<ExtensionDirectory>();
        // An empty list would be a lie by which a client may delete its own.
        if (!extensions.IsKnown) return ValueTask.FromResult(SoapAnswer.ServerFault("the extensions of the PBX are not known yet"));
        return ValueTask.FromResult(SoapAnswer.Xml(async (xml, token) =>
        {
            xml.Start("extensions");
            foreach (var extension in extensions.All)
            {
                xml.Start("extensioninfo");
                xml.Attribute("extension", extension.Number);
                xml.Attribute("channel", extension.Channel);
                xml.Attribute("calleridName", extension.CallerIdName);
                xml.End();
                await xml.FlushIfNeededAsync(token);
            }

            xml.End();
        }));
    }
}
