namespace Expand.Simulator.Calls;

/// <summary>The chain of CDRs of one channel as party A: a record a dial, and one for what the dialplan does after a dial.</summary>
internal sealed class CallRecords
{
    public List<CallRecord> Chain { get; } = [];

    /// <summary>The record that is being written, or null between a finished dial and what follows.</summary>
    public CallRecord? Open => Chain.Count > 0 && Chain[^1].End is null ? Chain[^1] : null;
}

/// <summary>One CDR.</summary>
internal sealed class CallRecord
{
    public required long Sequence { get; init; }
    public required DateTimeOffset Start { get; init; }
    public DateTimeOffset? Answer { get; set; }
    public DateTimeOffset? End { get; set; }
    public string DestinationChannel { get; set; } = "";
    public string App { get; set; } = "";
    public string AppData { get; set; } = "";
    public string Destination { get; set; } = "";
    public string DestinationContext { get; set; } = "";
    public string? Disposition { get; set; }
    public string HangupCause { get; set; } = "";
    public DateTimeOffset? Connected { get; set; }
}
