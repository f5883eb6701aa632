using Expand.Server.Pbx;

namespace Expand.Server.Calls;

/// <summary>
/// Who listens to what, moved by the PBX's facts; one at a time for each supervisor, on the host that rang the phone. It is not written down: what is
/// asked for stands in the audit log, and the channel ends with the call whether or not this host still follows it.
/// </summary>
internal sealed class ListeningSessions(TimeProvider clock) : IPbxListener
{
    /// <summary>How long the order of two channels' ends says nothing.</summary>
    private static readonly TimeSpan SameMoment = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly Dictionary<string, ListeningSession> byUser = new(StringComparer.Ordinal);

    /// <summary>Why the phone was not picked up, as its dialling ended.</summary>
    private readonly Dictionary<string, ListeningEnd> unanswered = new(StringComparer.Ordinal);

    /// <summary>Somebody's session moved.</summary>
    public event Action? Changed;

    /// <summary>A channel that must be hung up: the call was over before the phone was picked up.</summary>
    public event Action<string>? HangUpDue;

    /// <summary>The supervisor's session, or the last one; null where there was none.</summary>
    public ListeningSession? Of(string who)
    {
        lock (gate) return byUser.GetValueOrDefault(who);
    }

    /// <summary>Follows a session from now on: before the PBX is asked, so that no fact comes too early. False where the supervisor has one.</summary>
    public bool TryBegin(ListeningSession session, TimeSpan ringing)
    {
        lock (gate)
        {
            // One whose phone should have stopped ringing long ago was never heard of.
            if (byUser.TryGetValue(session.Who, out var before) && !before.IsOver
                && !(before.State == ListeningState.Ringing && clock.GetUtcNow() - before.Since > ringing)) return false;
            byUser[session.Who] = session;
        }

        Changed?.Invoke();
        return true;
    }

    /// <summary>The session is to end: where its channel is not there yet, as soon as it is.</summary>
    public void Stop(string channelId)
    {
        lock (gate)
        {
            if (Find(s => s.ChannelId == channelId && !s.IsOver) is { } session) byUser[session.Who] = session with { Stopping = true };
        }
    }

    /// <summary>Drops a session that came to nothing, or the end of one that was seen.</summary>
    public void Forget(string channelId)
    {
        lock (gate)
        {
            if (Find(s => s.ChannelId == channelId) is { } session) byUser.Remove(session.Who);
        }

        Changed?.Invoke();
    }

    public void Heard(PbxFact fact)
    {
        var due = new List<string>();
        var moved = false;
        lock (gate)
        {
            if (byUser.Count == 0) return;
            moved = fact switch
            {
                ChannelStarted started => HangUpStopped(started.UniqueId, due),
                DialEnded { From: null } dial => NoteDial(dial),
                OriginateEnded { Success: true } answered => Move(answered.UniqueId, ListeningState.Listening, ListeningEnd.NotYet),
                OriginateEnded failed => Move(failed.UniqueId, ListeningState.Ended, unanswered.GetValueOrDefault(failed.UniqueId, ListeningEnd.NotAnswered)),
                ChannelEnded ended => EndOwn(ended) | EndTarget(ended.UniqueId, due),
                PbxSnapshot snapshot => Compare(snapshot),
                _ => false,
            };
        }

        foreach (var channel in due) HangUpDue?.Invoke(channel);
        if (moved) Changed?.Invoke();
    }

    private ListeningSession? Find(Func<ListeningSession, bool> which) => byUser.Values.FirstOrDefault(which);

    private bool HangUpStopped(string channelId, List<string> due)
    {
        if (Find(s => s.ChannelId == channelId && s is { Stopping: true, IsOver: false }) is not null) due.Add(channelId);
        return false;
    }

    private bool NoteDial(DialEnded dial)
    {
        if (dial.Result != "ANSWER" && Find(s => s.ChannelId == dial.To && !s.IsOver) is not null)
            unanswered[dial.To] = dial.Result switch { "BUSY" => ListeningEnd.Busy, "NOANSWER" => ListeningEnd.NotAnswered, _ => ListeningEnd.Refused };
        return false;
    }

    private bool Move(string channelId, ListeningState state, ListeningEnd end)
    {
        if (Find(s => s.ChannelId == channelId && !s.IsOver && s.State != state) is not { } session) return false;
        if (session.Stopping && state == ListeningState.Ended && end != ListeningEnd.CallOver) end = ListeningEnd.HungUp;
        byUser[session.Who] = session with { State = state, End = end, Since = clock.GetUtcNow() };
        if (state == ListeningState.Ended) unanswered.Remove(channelId);
        return true;
    }

    private bool EndOwn(ChannelEnded ended)
    {
        if (Find(s => s.ChannelId == ended.UniqueId && !s.IsOver) is not { } session) return false;
        var end = session.State == ListeningState.Listening ? ListeningEnd.HungUp : ended.Cause switch
        {
            17 => ListeningEnd.Busy,
            0 or 16 or 18 or 19 => ListeningEnd.NotAnswered,
            _ => ListeningEnd.Refused,
        };
        return Move(session.ChannelId, ListeningState.Ended, end);
    }

    /// <summary>ChanSpy ends by itself with the call, a phone that rings for it does not. Which of the two ends is told first is chance.</summary>
    private bool EndTarget(string uniqueId, List<string> due)
    {
        var moved = false;
        foreach (var session in byUser.Values.Where(s => s.Target.ChannelId == uniqueId).ToList())
        {
            if (!session.IsOver)
            {
                if (session.State == ListeningState.Ringing) due.Add(session.ChannelId);
                moved |= Move(session.ChannelId, ListeningState.Ended, ListeningEnd.CallOver);
            }
            else if (session.End == ListeningEnd.HungUp && clock.GetUtcNow() - session.Since < SameMoment)
            {
                byUser[session.Who] = session with { End = ListeningEnd.CallOver };
                moved = true;
            }
        }

        return moved;
    }

    /// <summary>What happened while nobody heard of it.</summary>
    private bool Compare(PbxSnapshot snapshot)
    {
        var moved = false;
        var channels = snapshot.Channels.ToDictionary(c => c.UniqueId, StringComparer.Ordinal);
        foreach (var session in byUser.Values.Where(s => !s.IsOver).ToList())
        {
            if (channels.TryGetValue(session.ChannelId, out var channel)) moved |= channel.IsUp && Move(session.ChannelId, ListeningState.Listening, ListeningEnd.NotYet);
            else if (snapshot.At - session.Since > SameMoment) moved |= Move(session.ChannelId, ListeningState.Ended, ListeningEnd.HungUp);
        }

        return moved;
    }
}
