using System.Globalization;
using System.Xml.Linq;

namespace Expand.RealTime.Truth;

/// <summary>A row of queueData, or the same told by Asterisk's own queue_log.</summary>
internal sealed record ReportedRow(
    DateTimeOffset At, string Queue, string UniqueId, string Action, string CallerId, string Agent, string WaitSeconds, string TalkSeconds, string Destination, string Cause)
{
    private static readonly string[] Attributes = ["date", "queue", "uniqueid", "action", "callerid", "agent", "waitsec", "talksec", "dest", "cause"];

    /// <summary>Local wall-clock text of an answer; the shift lies in no hour that comes twice.</summary>
    public static DateTimeOffset Instant(string text, TimeZoneInfo zone)
    {
        var local = DateTime.ParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }

    /// <exception cref="FormatException">An attribute is missing, or one is too many.</exception>
    public static ReportedRow Of(XElement activity, TimeZoneInfo zone)
    {
        if (!activity.Attributes().Select(a => a.Name.LocalName).SequenceEqual(Attributes)) throw new FormatException($"not the ten attributes: {activity}");
        string Value(string name) => (string)activity.Attribute(name)!;
        return new(Instant(Value("date"), zone), Value("queue"), Value("uniqueid"), Value("action"), Value("callerid"), Value("agent"), Value("waitsec"),
            Value("talksec"), Value("dest"), Value("cause"));
    }

    public override string ToString() =>
        $"{At:HH:mm:ss} {Queue} {UniqueId} {Action} {CallerId} {Agent} wait={WaitSeconds} talk={TalkSeconds} dest={Destination} cause={Cause}";
}

/// <summary>
/// Asterisk's queue_log, read by the test itself: what the ledger is held against before anything of the server is, so that a mistake of the
/// ledger is not taken for one of the server. It has no destination of attended transfers, and a rejection is known by its short ring only.
/// </summary>
internal static class QueueLogFile
{
    /// <summary>A destination that the file does not tell.</summary>
    public const string Unknown = "?";

    public static IReadOnlyList<ReportedRow> Read(string file)
    {
        var rows = new List<ReportedRow>();
        var paused = new Dictionary<(string, string), string>();
        var missed = new Dictionary<string, DateTimeOffset>();
        foreach (var f in File.ReadLines(file).Select(line => line.Split('|')))
        {
            var (at, uniqueId, queue, agent, data) = (DateTimeOffset.FromUnixTimeSeconds(long.Parse(f[0], CultureInfo.InvariantCulture)), f[1], f[2], f[3], f[5..]);
            void Add(string action, string caller = "", string wait = "", string talk = "", string destination = "", string cause = "", bool ofCall = true, int back = 0) =>
                rows.Add(new(at.AddSeconds(-back), queue, ofCall ? uniqueId : "NONE", action, caller, action is "ENTERQUEUE" or "ABANDON" ? "" : agent, wait, talk, destination, cause));
            switch (f[4])
            {
                case "ENTERQUEUE":
                    Add("ENTERQUEUE", caller: data[1]);
                    break;
                case "CONNECT":
                    // The ring time is a difference of cut seconds, cut again; the leg to the agent was made when it began to ring.
                    Add("RINGING", back: (int)(at.ToUnixTimeSeconds() - long.Parse(data[1].Split('.')[0], CultureInfo.InvariantCulture)));
                    Add("CONNECT", wait: data[0]);
                    break;
                case "RINGNOANSWER":
                    var rang = int.Parse(data[0], CultureInfo.InvariantCulture) / 1000;
                    Add("RINGING", back: rang);
                    Add(rang < ShiftPlan.RingSeconds - 1 ? "CONGESTION" : "NOANSWER");
                    missed[uniqueId] = at;
                    break;
                case "RINGCANCELED":
                    // Counted from the attempt's beginning: it rang here since the agent before did not take it.
                    var whole = int.Parse(data[0], CultureInfo.InvariantCulture) / 1000;
                    Add("RINGING", back: missed.TryGetValue(uniqueId, out var since) ? Math.Min(whole, (int)(at - since).TotalSeconds) : whole);
                    break;
                case "COMPLETECALLER" or "COMPLETEAGENT":
                    Add(f[4], talk: data[1]);
                    break;
                case "BLINDTRANSFER":
                    Add("COMPLETETRANSFER", talk: data[3], destination: data[0]);
                    break;
                case "ATTENDEDTRANSFER":
                    Add("COMPLETETRANSFER", talk: data[3], destination: Unknown);
                    break;
                case "ABANDON":
                    Add("ABANDON", wait: data[2]);
                    break;
                case "ADDMEMBER" or "REMOVEMEMBER":
                    paused.Remove((queue, agent));
                    Add(f[4] == "ADDMEMBER" ? "LOGIN" : "LOGOUT", ofCall: false);
                    break;
                case "PAUSE" when !paused.TryGetValue((queue, agent), out var cause) || cause != data[0]:
                    paused[(queue, agent)] = data[0];
                    Add("PAUSE", cause: data[0], ofCall: false);
                    break;
                case "UNPAUSE" when paused.Remove((queue, agent)):
                    Add("UNPAUSE", ofCall: false);
                    break;
                default:
                    break;
            }
        }

        return rows;
    }
}
