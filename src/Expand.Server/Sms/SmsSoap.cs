using Expand.Server.Access;
using Expand.Soap;

namespace Expand.Server.Sms;

/// <summary>sendSms and statusSms (contract, soap.md "SMS"): published, built with SMS.</summary>
internal static class SmsSoap
{
    public static readonly SoapOperation[] Operations =
    [
        KeyedOperation.NotYet("sendSms", SoapType.Int, new("msgId", SoapType.Int), new("msgData"), new("msgRecip")),
        KeyedOperation.NotYet("statusSms", SoapType.String, new SoapParameter("idSMS", SoapType.Int)),
    ];
}
