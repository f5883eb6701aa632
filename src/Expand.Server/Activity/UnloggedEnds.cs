using System.Globalization;
using Expand.Server.Cdr;
using Npgsql;

namespace Expand.Server.Activity;

/// <summary>
/// Ends of talks that the queue_log does not have: a line was lost with its file, or a dialplan wrote DIALOUT and never DIALOUTEND. A channel's
/// CDRs are written when it is gone, so the talk is over too. Without this it would last for ever, and hide what its agent dials.
/// </summary>
internal static class UnloggedEnds
{
    /// <summary>The line itself comes at once, but clocks may differ: an end that were told twice would be two calls.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <summary>Writes them into the book as the lines that are missing.</summary>
    public static async Task WriteAsync(ActivityBook book, string pbx, DateTimeOffset caughtUpAt, NpgsqlConnection connection, CancellationToken ct)
    {
        var talks = book.Talks.Where(t => t.At < caughtUpAt - Margin).ToList();
        if (talks.Count == 0) return;
        var ends = await DialledCalls.EndsAsync(pbx, [.. talks.Select(t => t.UniqueId).Distinct()], talks.Min(t => t.At), connection, ct);
        foreach (var talk in talks)
        {
            if (ends.TryGetValue(talk.UniqueId, out var end) && end.At < caughtUpAt - Margin && end.At >= talk.At) book.Take(LineOf(talk, end));
        }
    }

    /// <summary>Who of the two hung up is not known: what is, is that the caller's channel is gone.</summary>
    private static QueueLogLine LineOf(AgentCall talk, CallEnd end)
    {
        var at = Sightings.WholeSecond(end.At);
        var seconds = talk.Kind == AgentCallKind.Outgoing ? end.BillableSeconds : (int)(at - talk.At).TotalSeconds;
        var text = seconds.ToString(CultureInfo.InvariantCulture);
        return talk.Kind == AgentCallKind.Outgoing
            ? new QueueLogLine(at, talk.UniqueId, talk.Queue, talk.Agent, "DIALOUTEND", [text])
            : new QueueLogLine(at, talk.UniqueId, talk.Queue, talk.Agent, "COMPLETECALLER", ["", text, ""]);
    }
}
