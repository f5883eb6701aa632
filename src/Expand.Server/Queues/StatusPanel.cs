using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Activity;
using Expand.Server.Pbx;
using Expand.Soap;
using Microsoft.Extensions.Options;

namespace Expand.Server.Queues;

/// <summary>
/// statusQueues as the contract writes it, from what is in memory: the live picture, the users, the queues' settings and the counters of
/// what was written down. It never waits for the PBX or the database.
/// </summary>
internal sealed class StatusPanel(
    LivePicture picture, UserDirectory users, QueueCatalog catalog, ActivityCounters counters, IOptions<QueueOptions> options, TimeProvider clock)
{
    private static readonly Comparer<string> ByNumber =
        Comparer<string>.Create((a, b) => a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(a, b));

    private Shown? last;

    public async ValueTask WriteAsync(SoapXmlWriter xml, CancellationToken ct)
    {
        var view = picture.View();
        var now = clock.GetUtcNow();
        xml.Start("panel");
        xml.Attribute("generated", (now.ToUnixTimeMilliseconds() / 10 / 100m).ToString("0.00", CultureInfo.InvariantCulture));
        // Not the contract's: whoever shows the panel can tell that it is old. Readers of XML skip an attribute that they do not know.
        if (view.StaleSince is { } stale) xml.Attribute("stale", stale.ToUnixTimeSeconds());
        await xml.WriteAsync(Of(view, now), ct);
        xml.End();
    }

    /// <summary>
    /// Agents and queues as they go out: made once for all who ask while nothing changes. Figures of the last hour and of today change with the second, at most.
    /// </summary>
    private SoapFragment Of(LiveView view, DateTimeOffset now)
    {
        // What it is made of is read before it is made: a change meanwhile is found by the next who asks.
        var edition = new Edition(view, users.All, catalog.Edition, counters.Edition, now.ToUnixTimeSeconds());
        if (Volatile.Read(ref last) is { } shown && shown.Edition == edition) return shown.Content;
        var content = SoapFragment.Of(xml => Write(xml, view));
        Volatile.Write(ref last, new Shown(edition, content));
        return content;
    }

    private void Write(SoapXmlWriter xml, LiveView view)
    {
        xml.Start("agents");
        foreach (var (number, name) in Agents(view)) WriteAgent(xml, number, name, view.Agents.GetValueOrDefault(number));
        xml.End();
        xml.Start("queues");
        var phones = new LivePhones(view);
        var live = view.Queues.ToDictionary(q => q.Name, StringComparer.Ordinal);
        foreach (var name in live.Keys.Concat(catalog.All.Select(q => q.Name)).Distinct().Order(StringComparer.Ordinal))
            WriteQueue(xml, live.GetValueOrDefault(name) ?? new LiveQueue(name, new QueueTotals(name, 0, 0, 0, 0), [], []), phones);
        xml.End();
    }

    /// <summary>What is shown, and what it was made of.</summary>
    private sealed record Shown(Edition Edition, SoapFragment Content);

    /// <summary>All that the panel depends on. Of the objects it matters which they are, not what is in them.</summary>
    private readonly struct Edition(object view, object users, object queues, int counters, long second) : IEquatable<Edition>
    {
        private readonly object view = view, users = users, queues = queues;
        private readonly int counters = counters;
        private readonly long second = second;

        public static bool operator ==(Edition one, Edition other) => one.Equals(other);

        public static bool operator !=(Edition one, Edition other) => !one.Equals(other);

        public bool Equals(Edition other) => ReferenceEquals(view, other.view) && ReferenceEquals(users, other.users) && ReferenceEquals(queues, other.queues)
            && counters == other.counters && second == other.second;

        public override bool Equals(object? obj) => obj is Edition other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(counters, second);
    }

    /// <summary>The contract's word for what an agent does.</summary>
    public static string WordOf(AgentStatus status) => status switch
    {
        AgentStatus.Available => "available",
        AgentStatus.Ringing => "ringing",
        AgentStatus.Busy => "busy",
        AgentStatus.BusyOut => "busyout",
        AgentStatus.Originate => "originate",
        _ => "offline",
    };

    /// <summary>The contract's word for a member's phone.</summary>
    public static string WordOf(MemberState state) => state switch
    {
        MemberState.Ringing => "ringing",
        MemberState.Busy => "busy",
        MemberState.Unavailable => "unavailable",
        _ => "waiting",
    };

    /// <summary>Every user who is an agent, and members of queues that are no user's.</summary>
    private SortedDictionary<string, string> Agents(LiveView view)
    {
        var agents = new SortedDictionary<string, string>(ByNumber);
        foreach (var user in users.All.Where(u => u.IsAgent && u.AgentNumber.Length > 0)) agents[user.AgentNumber] = user.FullName;
        foreach (var member in view.Queues.SelectMany(q => q.Members)) agents.TryAdd(member.Agent, users.Agent(member.Agent)?.FullName ?? "");
        return agents;
    }

    private void WriteAgent(SoapXmlWriter xml, string number, string name, LiveAgent? now)
    {
        var offers = counters.OffersOf(number);
        xml.Start("agent");
        xml.Attribute("lastcongestion", offers.LastCongestion?.ToUnixTimeSeconds() ?? 0);
        xml.Attribute("laststatuschange", now?.Since?.ToUnixTimeSeconds() ?? 0);
        xml.Attribute("name", name);
        xml.Attribute("status", WordOf(now?.Status ?? AgentStatus.Offline));
        xml.Attribute("warning", offers.FailedInARow >= options.Value.WarningAfter ? 1 : 0);
        xml.Text(number);
        xml.End();
    }

    private void WriteQueue(SoapXmlWriter xml, LiveQueue queue, LivePhones phones)
    {
        var counted = counters.Of(queue.Name);
        xml.Start("queue");
        xml.Attribute("qname", queue.Name);
        xml.Attribute("name", catalog.DescriptionOf(queue.Name));
        xml.Start("qstatus");
        WriteFigure(xml, "abandoned", counted.Abandoned);
        WriteFigure(xml, "completed", counted.Completed);
        WriteFigure(xml, "counterabn", counted.AbandonedLastHour);
        WriteFigure(xml, "counterans", counted.CompletedLastHour);
        WriteFigure(xml, "numongoing", queue.Totals.Ongoing);
        WriteFigure(xml, "numwaiting", queue.Totals.Waiting);
        WriteFigure(xml, "ratio", counted.Ratio);
        xml.End();
        xml.Start("qagents");
        foreach (var (number, member) in Members(queue)) WriteMember(xml, number, member, phones);
        xml.End();
        xml.Start("qcalls");
        foreach (var call in queue.Calls) WriteCall(xml, call);
        xml.End();
        xml.End();
    }

    /// <summary>Who is an agent of the queue, logged in or not, and who else is logged in.</summary>
    private SortedDictionary<string, LiveMember?> Members(LiveQueue queue)
    {
        var members = new SortedDictionary<string, LiveMember?>(ByNumber);
        foreach (var id in catalog.AgentsOf(queue.Name))
        {
            if (users.Find(id) is { IsFormer: false, IsAgent: true, AgentNumber: { Length: > 0 } number }) members[number] = null;
        }

        foreach (var member in queue.Members) members[member.Agent] = member;
        return members;
    }

    private static void WriteMember(SoapXmlWriter xml, string number, LiveMember? member, LivePhones phones)
    {
        xml.Start("qagent");
        xml.Attribute("logged", member is not null);
        xml.Attribute("paused", member?.Paused ?? false);
        xml.Attribute("status", member is null ? "unavailable" : WordOf(phones.StatusOf(member)));
        xml.Attribute("pausetype", member?.PauseReason ?? "");
        xml.Text(number);
        xml.End();
    }

    private static void WriteCall(SoapXmlWriter xml, LiveCall call)
    {
        xml.Start("call");
        xml.Attribute("type", call.IsOutgoing ? "out" : "in");
        xml.Attribute("callerid", call.CallerId);
        xml.Attribute("calleridname", call.CallerName);
        xml.Attribute("connecttime", call.ConnectedAt?.ToUnixTimeSeconds() ?? 0);
        xml.Attribute("intime", call.EnteredAt.ToUnixTimeSeconds());
        xml.Attribute("uniqueid", call.UniqueId);
        xml.Text(call.Agent.Length == 0 ? "0" : call.Agent);
        xml.End();
    }

    private static void WriteFigure(SoapXmlWriter xml, string name, int value)
    {
        xml.Start(name);
        xml.Text(value);
        xml.End();
    }
}

/// <summary>What the members' phones do: Asterisk's word for the device, unless a call of the picture knows better.</summary>
internal sealed class LivePhones(LiveView view)
{
    private readonly HashSet<string> ringing = [.. view.Offers.Select(o => o.Agent)];
    private readonly HashSet<string> engaged = [.. view.Queues.SelectMany(q => q.Calls).Select(c => c.Agent)];

    public MemberState StatusOf(LiveMember member)
    {
        if (ringing.Contains(member.Agent) || member.State == MemberState.Ringing) return MemberState.Ringing;
        return engaged.Contains(member.Agent) ? MemberState.Busy : member.State;
    }
}
