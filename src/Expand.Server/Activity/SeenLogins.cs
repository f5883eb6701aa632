using Expand.Server.Pbx;

namespace Expand.Server.Activity;

/// <summary>
/// At which device agents logged in, as AMI showed it: the last logins of each agent to each queue, so that a line that is read late finds
/// that of its own session. Not for more than one thread.
/// </summary>
internal sealed class SeenLogins
{
    private const int Kept = 32;
    private readonly Dictionary<(string Queue, string Agent), List<(string Device, DateTimeOffset At)>> logins = [];

    /// <summary>A login. A list of the PBX tells again, in whole seconds, what an event told.</summary>
    public void Add(PbxMember member, DateTimeOffset at, TimeSpan near)
    {
        if (!logins.TryGetValue((member.Queue, member.Agent), out var known)) logins[(member.Queue, member.Agent)] = known = [];
        if (known.Count > 0 && known[^1].Device == member.Device && (known[^1].At - at).Duration() <= near) return;
        known.Add((member.Device, at));
        if (known.Count > Kept) known.RemoveAt(0);
    }

    /// <summary>The device of the login nearest to that second; null where none is near.</summary>
    public string? DeviceOf(string queue, string agent, DateTimeOffset loggedInAt, TimeSpan near) =>
        logins.GetValueOrDefault((queue, agent), []).Where(l => (l.At - loggedInAt).Duration() <= near)
            .OrderBy(l => (l.At - loggedInAt).Duration()).Select(l => l.Device).FirstOrDefault();
}
