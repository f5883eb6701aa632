using Expand.Server.Access;
using Expand.Soap;

namespace Expand.Server.Recordings;

/// <summary>recordingPbx (contract, soap.md "Calls"): published, built with the recordings.</summary>
internal static class RecordingsSoap
{
    public static readonly SoapOperation Recording =
        KeyedOperation.NotYet("recordingPbx", SoapType.String, new SoapParameter("uniqueId"));
}
