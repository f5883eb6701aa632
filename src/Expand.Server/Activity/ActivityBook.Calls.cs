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
                Ringing(line, Milliseconds(line[1]));
                Add(line, AgentCallKind.Cancelled);
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
        Ringing(line, RangBeforeConnect(line));
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
    /// How long it rang. Asterisk writes it in seconds that were cut twice; the Uniqueid of the agent's leg, written beside it, begins with the
    /// second in which the leg came to be.
    /// </summary>
    private static TimeSpan RangBeforeConnect(QueueLogLine line)
    {
        var written = TimeSpan.FromSeconds(QueueLogLine.Seconds(line[3]));
        if (!long.TryParse(line[2].Split('.')[0], System.Globalization.CultureInfo.InvariantCulture, out var began)) return written;
        var rang = TimeSpan.FromSeconds(line.At.ToUnixTimeSeconds() - began);
        return rang >= written && rang <= written + TimeSpan.FromSeconds(2) ? rang : written;
    }

    private void Missed(QueueLogLine line)
    {
        _ = Session(line);
        var rang = Milliseconds(line[1]);
        var rejected = seen.WasRejected(line.CallId, line.Agent, line.At, rang, RingsTaken) ?? rang < ringTime - TimeSpan.FromSeconds(1);
        Ringing(line, rang);
        Tell(line.At, line.Queue, rejected ? QueueAction.Congestion : QueueAction.NoAnswer, line.CallId, line.Agent);
        Add(line, rejected ? AgentCallKind.Rejected : AgentCallKind.NoAnswer);
    }

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

    private void Ringing(QueueLogLine line, TimeSpan rang) =>
        Tell(seen.RangAt(line.CallId, line.Agent, line.At, rang, RingsTaken), line.Queue, QueueAction.Ringing, line.CallId, line.Agent);

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
