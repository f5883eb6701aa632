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
        OfJob("originateCallStatus", async (calls, job, ct) => (int)await calls.StatusAsync(job, ct)),
        OfJob("originateCallCancel", async (calls, job, ct) => await calls.CancelAsync(job, ct) ? 1 : 0),
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

    /// <summary>An operation about a job: 0 where there is none, and for a failure of ours.</summary>
    private static SoapOperation OfJob(string name, Func<CallOrigination, string, CancellationToken, Task<int>> ask) =>
        KeyedOperation.Define(name, SoapType.Int, SoapAnswer.Int(-1), async (call, ct) =>
        {
            var services = call.Http.RequestServices;
            try
            {
                return SoapAnswer.Int(await ask(services.GetRequiredService<CallOrigination>(), call[JobId.Name], ct));
            }
#pragma warning disable CA1031 // The contract has a code for whatever nobody planned; the log holds what it was.
            catch (Exception failure) when (!ct.IsCancellationRequested)
#pragma warning restore CA1031
            {
                services.GetRequiredService<ILogger<CallOrigination>>().OperationFailed(failure, name, call.TraceId);
                return SoapAnswer.Int(0);
            }
        }, JobId);

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
