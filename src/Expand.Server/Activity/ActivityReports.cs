using Npgsql;

namespace Expand.Server.Activity;

/// <summary>An activity as queueData shows it.</summary>
internal readonly record struct ActivityRow(
    DateTimeOffset At, string Queue, string UniqueId, QueueAction Action, string CallerId, string Agent,
    int? WaitSeconds, int? TalkSeconds, string Destination, string Cause);

/// <summary>
/// An agent's sums in one queue and period; times in whole seconds, cut to the period; calls counted by the instant of their kind.
/// <c>Lost</c>: offers not answered: rung out, rejected, or given up by the caller while they rang.
/// <c>OutgoingAnswered</c>: of <paramref name="Outgoing"/> those that were talked on.
/// <c>Direct</c>: calls taken straight at the extension.
/// <c>Short</c>: answered, and talked for less than the setting.
/// </summary>
internal sealed record AgentTotals(
    string Agent, long Logged, long Paused, long Talk, long OutgoingTalk,
    int Answered, int Lost, int Outgoing, int OutgoingAnswered, int Direct, int Transferred, int Short);

/// <summary>
/// An agent's time logged in and paused, in whole seconds, time in several queues at once counted once.
/// <c>Queues</c>: the queues that it was spent in, ordered by name.
/// </summary>
internal sealed record AgentTimes(string Agent, long Logged, long Paused, IReadOnlyList<string> Queues);

/// <summary>A complete session with its pauses in their order.</summary>
internal sealed record CompleteSession(string Agent, string Queue, DateTimeOffset BeganAt, DateTimeOffset EndedAt, IReadOnlyList<CompletePause> Pauses);

/// <summary>A pause of a complete session.</summary>
internal sealed record CompletePause(string Cause, DateTimeOffset BeganAt, DateTimeOffset EndedAt);

/// <summary>
/// The questions asked of what was written down. A period holds both of its ends, which are whole seconds; <c>now</c> is where what still
/// lasts is cut; an empty queue or agent means all.
/// </summary>
internal sealed class ActivityReports(NpgsqlDataSource database)
{
    /// <summary>All activities, in their order, streamed.</summary>
    public IAsyncEnumerable<ActivityRow> ActivitiesAsync(string queue, string agent, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        throw new NotImplementedException(database.ToString());

    /// <summary>One row for each agent with a session or a call in that queue and period.</summary>
    public Task<IReadOnlyList<AgentTotals>> TotalsAsync(
        string queue, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, int shortTalkSeconds, CancellationToken ct) =>
        throw new NotImplementedException();

    /// <summary>One row for each agent who was logged in within the period.</summary>
    public Task<IReadOnlyList<AgentTimes>> TimesAsync(
        string queue, string agent, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, CancellationToken ct) =>
        throw new NotImplementedException();

    /// <summary>The sessions that began and ended within the period, ordered by agent, queue and beginning, streamed.</summary>
    public IAsyncEnumerable<CompleteSession> CompleteSessionsAsync(
        string queue, string agent, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        throw new NotImplementedException();

    /// <summary>Whether anything was ever written down of that queue.</summary>
    public Task<bool> KnowsQueueAsync(string queue, CancellationToken ct) => throw new NotImplementedException();
}
