namespace Expand.Server.Activity;

/// <content>What the lines tell of calls.</content>
internal sealed partial class ActivityBook
{
    private void TakeCall(QueueLogLine line)
    {
        switch (line.Event)
        {
            case "ENTERQUEUE":
                Tell(line.At, line.Queue, QueueAction.EnterQueue, line.CallId, callerId: line[2]);
                break;
            case "CONNECT":
                Connect(line);
                break;
            case "RINGNOANSWER":
                Missed(line);
                break;
            case "RINGCANCELED":
                Cancelled(line);
                break;
            case "COMPLETECALLER":
                Complete(line, QueueAction.CompleteCaller, QueueLogLine.Seconds(line[2]));
                break;
            case "COMPLETEAGENT":
                Complete(line, QueueAction.CompleteAgent, QueueLogLine.Seconds(line[2]));
                break;
            case "BLINDTRANSFER" or "TRANSFER":
                Complete(line, QueueAction.CompleteTransfer, QueueLogLine.Seconds(line[4]), line[1]);
                break;
            case "ATTENDEDTRANSFER":
                // METHOD|its data, one or two|hold|talk|position
                Complete(line, QueueAction.CompleteTransfer, QueueLogLine.Seconds(line.FromEnd(2)), seen.TransferredTo(line.CallId, line.At), learnsLater: true);
                break;
            case "ABANDON" or "EXITWITHTIMEOUT" or "EXITEMPTY":
                Tell(line.At, line.Queue, QueueAction.Abandon, line.CallId, wait: QueueLogLine.Seconds(line[3]));
                break;
            case "DIALOUT":
                DialOut(line);
                break;
            case "DIALOUTEND":
                DialOutEnd(line);
                break;
            case "EXITWITHKEY":
                Tell(line.At, line.Queue, QueueAction.Abandon, line.CallId, wait: QueueLogLine.Seconds(line[4]));
                break;
        }
    }

    /// <summary>
    /// An outgoing call that somebody else's dialplan writes into the log (application or action QueueLog): DIALOUT with what was dialled,
    /// DIALOUTEND with the seconds talked. Its CDR is not taken again.
    /// </summary>
    private void DialOut(QueueLogLine line)
    {
        _ = Session(line);
        if (talks.ContainsKey((line.CallId, line.Agent))) return;
        Activities.Add(new QueueActivity
        {
            Pbx = pbx,
            At = line.At,
            Queue = line.Queue,
            Action = QueueAction.DialOut,
            UniqueId = line.CallId,
            Agent = line.Agent,
            Destination = line[1],
        });
        // Until it ends all of it counts as talk: the agent is not available.
        var call = new AgentCall
        {
            Pbx = pbx,
            Queue = line.Queue,
            Agent = line.Agent,
            UniqueId = line.CallId,
            Kind = AgentCallKind.Outgoing,
            At = line.At,
            TalkFrom = line.At,
        };
        talks[(line.CallId, line.Agent)] = call;
        Added.Add(call);
    }

    private void DialOutEnd(QueueLogLine line)
    {
        if (!talks.Remove((line.CallId, line.Agent), out var call)) return;
        var talk = QueueLogLine.Seconds(line[1]);
        call.TalkFrom = talk > 0 ? line.At.AddSeconds(-talk) : null;
        call.TalkTo = talk > 0 ? line.At : null;
        Activities.Add(new QueueActivity
        {
            Pbx = pbx,
            At = line.At,
            Queue = call.Queue,
            Action = QueueAction.DialOutEnd,
            UniqueId = line.CallId,
            Agent = line.Agent,
            TalkSeconds = talk,
            Destination = "",
        });
    }

    private void Connect(QueueLogLine line)
    {
        _ = Session(line);
        Ringing(line, seen.LegRangAt(line.CallId, line[2], line.At, RingsTaken) ?? RangBeforeConnect(line));
        Tell(line.At, line.Queue, QueueAction.Connect, line.CallId, line.Agent, wait: QueueLogLine.Seconds(line[1]));
        var call = new AgentCall
        {
            Pbx = pbx,
            Queue = line.Queue,
            Agent = line.Agent,
            UniqueId = line.CallId,
            Kind = AgentCallKind.Answered,
            At = line.At,
            TalkFrom = line.At,
        };
        talks[(line.CallId, line.Agent)] = call;
        Added.Add(call);
    }

    /// <summary>
    /// When it began to ring. The Uniqueid of the agent's leg begins with the second in which the leg came to be. The ring time beside it is for
    /// where it does not: it is counted from the beginning of the queue's attempt, the rings of colleagues who rejected the call included.
    /// </summary>
    private static DateTimeOffset RangBeforeConnect(QueueLogLine line)
    {
        var written = line.At.AddSeconds(-QueueLogLine.Seconds(line[3]));
        if (!long.TryParse(line[2].Split('.')[0], System.Globalization.CultureInfo.InvariantCulture, out var began)) return written;
        var rang = line.At.ToUnixTimeSeconds() - began;
        // Nobody's phone rings before the caller is there; the wait may have been read a second earlier.
        return rang >= 0 && rang <= QueueLogLine.Seconds(line[1]) + 1 ? DateTimeOffset.FromUnixTimeSeconds(began) : written;
    }

    private void Missed(QueueLogLine line)
    {
        _ = Session(line);
        var rang = Milliseconds(line[1]);
        var rejected = seen.WasRejected(line.CallId, line.Agent, line.At, rang, RingsTaken) ?? rang < ringTime - TimeSpan.FromSeconds(1);
        Ringing(line, seen.RangAt(line.CallId, line.Agent, line.At, rang, RingsTaken) ?? Back(line, rang));
        Tell(line.At, line.Queue, rejected ? QueueAction.Congestion : QueueAction.NoAnswer, line.CallId, line.Agent);
        Add(line, rejected ? AgentCallKind.Rejected : AgentCallKind.NoAnswer);
        LastMissed[line.CallId] = line.At;
    }

    /// <summary>
    /// The caller left while it rang. Asterisk counts the time from the beginning of the queue's attempt: where nobody heard it, it rang at this
    /// agent since the colleague before did not take it. (Under <c>strategy=ringall</c> it rang at both from the beginning, which the line does not tell.)
    /// </summary>
    private void Cancelled(QueueLogLine line)
    {
        var attempt = Milliseconds(line[1]);
        var derived = Back(line, attempt);
        if (LastMissed.TryGetValue(line.CallId, out var missed) && missed > derived && missed <= line.At) derived = missed;
        Ringing(line, seen.LastRangAt(line.CallId, line.Agent, line.At, attempt, RingsTaken) ?? derived);
        Add(line, AgentCallKind.Cancelled);
    }

    private static DateTimeOffset Back(QueueLogLine line, TimeSpan rang) => line.At.AddSeconds(-Math.Floor(rang.TotalSeconds));

    private void Complete(QueueLogLine line, QueueAction action, int talk, string? destination = "", bool learnsLater = false)
    {
        if (!talks.Remove((line.CallId, line.Agent), out var call))
        {
            // Connected before the first line that was read.
            call = new AgentCall
            {
                Pbx = pbx,
                Queue = line.Queue,
                Agent = line.Agent,
                UniqueId = line.CallId,
                Kind = AgentCallKind.Answered,
                At = line.At.AddSeconds(-talk),
                TalkFrom = line.At.AddSeconds(-talk),
            };
            Added.Add(call);
        }

        // Talk as Asterisk wrote it: the reports' sums are those of the activities.
        call.TalkTo = call.TalkFrom!.Value.AddSeconds(talk);
        call.Transferred = action == QueueAction.CompleteTransfer;
        Activities.Add(new QueueActivity
        {
            Pbx = pbx,
            At = line.At,
            Queue = line.Queue,
            Action = action,
            UniqueId = line.CallId,
            Agent = line.Agent,
            TalkSeconds = talk,
            Destination = learnsLater ? destination : destination ?? "",
        });
    }

    private void Ringing(QueueLogLine line, DateTimeOffset at) => Tell(at, line.Queue, QueueAction.Ringing, line.CallId, line.Agent);

    private void Add(QueueLogLine line, AgentCallKind kind) => Added.Add(new AgentCall
    {
        Pbx = pbx,
        Queue = line.Queue,
        Agent = line.Agent,
        UniqueId = line.CallId,
        Kind = kind,
        At = line.At,
    });

    private static TimeSpan Milliseconds(string datum) =>
        int.TryParse(datum, System.Globalization.CultureInfo.InvariantCulture, out var ms) && ms > 0 ? TimeSpan.FromMilliseconds(ms) : TimeSpan.Zero;
}
