using Expand.Server.Cdr;

namespace Expand.Server.Calls;

/// <summary>How a call ended, told by its CDRs alone: for calls whose events nobody heard.</summary>
internal static class CdrOutcome
{
    public static CallStatus Of(IReadOnlyList<CallRecord> rows, int ringSeconds, bool wasAnswered, bool wasCancelled)
    {
        if (wasAnswered || wasCancelled) return CallStatus.HungUp;
        if (rows.Count == 0) return CallStatus.Congestion;
        // One row a dial: the last one to a destination decides; without one, the source's own.
        var last = rows.LastOrDefault(row => row.DestinationChannel.Length > 0);
        // Our dialplan notes the cause of a rejection in a row of its own, since Asterisk calls that NO ANSWER too.
        var cause = rows.LastOrDefault(row => row.HangupCause is not null)?.HangupCause;
        return last is not null ? OfDestination(last, cause) : OfSource(rows[^1], ringSeconds);
    }

    private static CallStatus OfDestination(CallRecord row, int? cause) => row.Disposition switch
    {
        "ANSWERED" => CallStatus.HungUp,
        "BUSY" => CallStatus.Busy,
        "CANCEL" => CallStatus.HungUp,
        "NO ANSWER" => cause is null or 0 or 16 or 18 or 19 ? CallStatus.NoAnswer : CallStatus.Congestion,
        _ => CallStatus.Congestion,
    };

    private static CallStatus OfSource(CallRecord row, int ringSeconds)
    {
        if (row.AnsweredAt is not null)
        {
            // It was answered and dialled nobody: an application ended normally, or the destination could not be rung.
            return row.HangupCause is null or 0 or 16 && row.LastApplication != "Dial" ? CallStatus.HungUp : CallStatus.Congestion;
        }

        return row.Disposition switch
        {
            "BUSY" => CallStatus.OffHook,
            // Asterisk 16 writes FAILED, 22 NO ANSWER, for a source that rang its whole time as for one that rejected.
            "NO ANSWER" or "FAILED" => row.Duration >= ringSeconds - 1 ? CallStatus.NoAnswer : CallStatus.Congestion,
            _ => CallStatus.Congestion,
        };
    }
}
