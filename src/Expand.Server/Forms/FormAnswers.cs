using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Expand.Server.Forms;

/// <summary>An entry as it is answered.</summary>
public sealed record FormEntryAnswer
{
    /// <summary>The entry's id.</summary>
    [JsonPropertyName("_id"), Description("The entry's id, 24 hex digits.")]
    public required string Id { get; init; }

    /// <summary>Who filled it in.</summary>
    [Description("The agent who filled it in.")]
    public required FormAgentAnswer Agent { get; init; }

    /// <summary>The recording.</summary>
    [JsonPropertyName("audio_filename"), Description("The recording of a part of the call; empty where there is none.")]
    public required string AudioFilename { get; init; }

    /// <summary>The part of the call.</summary>
    [JsonPropertyName("call_chunk"), Description("The part of the call that it was filled in for.")]
    public required string CallChunk { get; init; }

    /// <summary>The values.</summary>
    [Description("By field name a list of values: several where the field takes several. A field without a value is not there.")]
    public required IReadOnlyDictionary<string, IReadOnlyList<FormValue>> Data { get; init; }

    /// <summary>The form's id.</summary>
    [JsonPropertyName("dynamic_form_id"), Description("The form's id.")]
    public required int DynamicFormId { get; init; }

    /// <summary>The device.</summary>
    [Description("The agent's device.")]
    public required string Extension { get; init; }

    /// <summary>The call.</summary>
    [JsonPropertyName("incomingcall_id"), Description("The call's idcall.")]
    public required long IncomingCallId { get; init; }

    /// <summary>When it was corrected.</summary>
    [JsonPropertyName("last_modified_timestamp"), Description("When it was last corrected, or else filled in; with the installation's offset.")]
    public required string LastModifiedTimestamp { get; init; }

    /// <summary>The queue.</summary>
    [Description("The call's queue.")]
    public required string Queue { get; init; }

    /// <summary>The session.</summary>
    [JsonPropertyName("session_id"), Description("The agent's session.")]
    public required string SessionId { get; init; }

    /// <summary>When it was filled in.</summary>
    [Description("When it was filled in, with the installation's offset.")]
    public required string Timestamp { get; init; }

    /// <summary>The call in the PBX.</summary>
    [Description("The call's Uniqueid in the PBX.")]
    public required string UniqueId { get; init; }
}

/// <summary>The agent of an entry.</summary>
public sealed record FormAgentAnswer
{
    /// <summary>The number.</summary>
    [Description("The agent's number.")]
    public required long Number { get; init; }

    /// <summary>The username.</summary>
    [Description("The agent's username.")]
    public required string Username { get; init; }
}
