namespace Expand.Soap;

/// <summary>The fault codes of SOAP 1.1; 1.2 calls Client and Server Sender and Receiver.</summary>
internal enum SoapFaultCode
{
    VersionMismatch,
    MustUnderstand,
    Client,
    Server,
}

/// <summary>Ends a request with a fault. Its message goes to the client: it is ours, short, and tells nothing of the inside.</summary>
internal sealed class SoapFaultException(SoapFaultCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    public SoapFaultCode Code { get; } = code;

    /// <summary>Whether the rest of the request is not worth reading: the connection is closed after the fault.</summary>
    public bool CloseConnection { get; init; }

    public static string NameOf(SoapFaultCode code, SoapVersion version) => code switch
    {
        SoapFaultCode.Client when version == SoapVersion.V12 => "Sender",
        SoapFaultCode.Server when version == SoapVersion.V12 => "Receiver",
        _ => code.ToString(),
    };
}
