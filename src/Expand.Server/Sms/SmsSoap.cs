using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Soap;

namespace Expand.Server.Sms;

/// <summary>sendSms and statusSms (contract, soap.md "SMS").</summary>
internal static class SmsSoap
{
    public static readonly SoapOperation[] Operations =
    [
        KeyedOperation.Define("sendSms", SoapType.Int, SoapAnswer.Int(-1), (call, ct) => GuardedAsync(call, SoapAnswer.Int(0), SendAsync, ct),
            new("msgId", SoapType.Int), new("msgData"), new("msgRecip")),
        KeyedOperation.Define("statusSms", SoapType.String, SoapAnswer.Text("-1"), (call, ct) => GuardedAsync(call, SoapAnswer.Text(""), StatusAsync, ct),
            new SoapParameter("idSMS", SoapType.Int)),
    ];

    private static async Task<SoapAnswer> SendAsync(SoapCall call, CancellationToken ct)
    {
        var text = SmsText.Normal(call["msgData"]);
        if (call.Int("msgId", -1) != 0 || SmsText.LengthOf(text) > SmsText.SoapLength) return SoapAnswer.Int(0);
        var services = call.Http.RequestServices;
        var key = services.GetRequiredService<KeyDirectory>().Find(call[KeyedOperation.Key.Name]);
        // Cut where the contract says, so that what stands between is wrong as a whole: one bad recipient, and nothing is sent.
        var recipients = call["msgRecip"].Split([' ', ',', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var (message, failure) = await services.GetRequiredService<SmsOutbox>()
            .SendAsync(new SmsForm(text, recipients), SmsOrigin.Soap, key is null ? "SOAP" : $"SOAP {key.Prefix}…", ct);
        return SoapAnswer.Int(message?.Id ?? (failure!.Kind == FailureKind.TooMany ? -2 : 0));
    }

    private static async Task<SoapAnswer> StatusAsync(SoapCall call, CancellationToken ct) =>
        SoapAnswer.Text(await call.Http.RequestServices.GetRequiredService<SmsHistory>().StatusAsync((int)Math.Clamp(call.Int("idSMS", 0), 0, int.MaxValue), ct) ?? "");

    private static async ValueTask<SoapAnswer> GuardedAsync(SoapCall call, SoapAnswer failed, Func<SoapCall, CancellationToken, Task<SoapAnswer>> answer, CancellationToken ct)
    {
        try
        {
            return await answer(call, ct);
        }
#pragma warning disable CA1031 // The contract has a code for whatever nobody planned; the log holds what it was.
        catch (Exception failure) when (!ct.IsCancellationRequested)
#pragma warning restore CA1031
        {
            call.Http.RequestServices.GetRequiredService<ILogger<SmsOutbox>>().SmsOperationFailed(failure, call.Operation.Name, call.TraceId);
            return failed;
        }
    }
}
