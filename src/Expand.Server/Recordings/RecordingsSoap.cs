using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Soap;

namespace Expand.Server.Recordings;

/// <summary>recordingPbx (contract, soap.md "Calls"): the MP3 of a call in Base64, streamed.</summary>
internal static class RecordingsSoap
{
    private static readonly SoapParameter UniqueId = new("uniqueId");

    public static readonly SoapOperation Recording = KeyedOperation.Define(
        "recordingPbx", SoapType.String, Answer("", "-1", null), RecordingAsync, UniqueId);

    private static async ValueTask<SoapAnswer> RecordingAsync(SoapCall call, CancellationToken ct)
    {
        var services = call.Http.RequestServices;
        var uniqueId = call[UniqueId.Name].Trim();
        var key = services.GetRequiredService<KeyDirectory>().Find(call[KeyedOperation.Key.Name]);
        var listener = new Actor($"key:{key?.Prefix}…", call.Http.Connection.RemoteIpAddress?.ToString());
        var (isKnown, sound) = await services.GetRequiredService<RecordingHandout>().OpenAsync(uniqueId, null, SoundFormat.Mp3, listener, ct);
        if (!isKnown) return Answer(uniqueId, "-1", null);
        if (sound.Value is { } found)
        {
            call.Http.Response.RegisterForDisposeAsync(found.Content);
            return Answer(uniqueId, "1", found);
        }

        // That nobody may listen now is not that there is nothing to hear.
        return sound.Failure is { Kind: FailureKind.Unavailable } away && away.Message.StartsWith("the audit", StringComparison.Ordinal)
            ? SoapAnswer.ServerFault(away.Message)
            : Answer(uniqueId, "0", null);
    }

    private static SoapAnswer Answer(string uniqueId, string status, Sound? sound) => SoapAnswer.Xml(async (xml, ct) =>
    {
        xml.Start("record");
        xml.Start("recording");
        xml.Attribute("status", status);
        xml.Attribute("uniqueid", uniqueId);
        if (sound is not null)
        {
            xml.Attribute("encoding", "base64");
            await xml.Base64Async(sound.Content, ct);
        }

        xml.End();
        xml.End();
    });
}
