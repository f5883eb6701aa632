using Expand.Server.Access;
using Expand.Server.Activity;
using Expand.Server.Pbx;
using Expand.Server.Queues;

namespace Expand.Server.Ui.Wallboard;

/// <summary>What a visitor wants to see of it.</summary>
internal sealed record WallChoice(IReadOnlyCollection<string> Queues, string Agent, WallShow Show, WallOrder Order)
{
    public static readonly WallChoice All = new([], "", WallShow.In, WallOrder.Status);

    public bool Has(string queue) => Queues.Count == 0 || Queues.Contains(queue);
}

/// <summary>The wallboard's rows at one moment.</summary>
internal sealed record WallPicture(
    DateTimeOffset? StaleSince, WallTotals Totals, IReadOnlyList<QueueOnWall> Queues, IReadOnlyList<WallAgent> Agents, IReadOnlyList<WallCall> Calls,
    int AgentsInAll)
{
    /// <summary>All queues there are, shown or not.</summary>
    public IReadOnlyList<QueueInfo> AllQueues { get; init; } = [];
}

/// <summary>Draws the wallboard from what is in memory: the live picture, the users, the queues' settings and the day's figures. It waits for nobody.</summary>
internal sealed class Wall(LivePicture picture, UserDirectory users, QueueCatalog catalog, DayFigures day, TimeProvider clock)
{
    public WallPicture Draw(WallSettings settings, WallChoice choice)
    {
        day.Look();
        var view = picture.View();
        var now = clock.GetUtcNow();
        var phones = new LivePhones(view);
        var live = view.Queues.ToDictionary(q => q.Name, StringComparer.Ordinal);
        var names = live.Keys.Concat(catalog.All.Select(q => q.Name)).Distinct().Select(n => new QueueInfo(n, catalog.DescriptionOf(n)))
            .OrderBy(q => q.Description, StringComparer.CurrentCultureIgnoreCase).ToList();
        var calls = view.Queues.SelectMany(q => q.Calls).Select(c => Draw(c, settings, now)).ToList();
        var shown = calls.Where(c => choice.Has(c.Queue)).OrderBy(c => c.IsTalking).ThenBy(c => c.Since).ToList();
        var rows = names.Where(n => choice.Has(n.Name)).Select(n => Draw(n, live.GetValueOrDefault(n.Name), phones, settings, now)).ToList();
        var agents = Agents(view, calls, settings, now);
        return new WallPicture(view.StaleSince, Totals(rows, shown, live.Values.Where(q => choice.Has(q.Name)), phones), rows, Chosen(agents, choice, live), shown, agents.Count)
        {
            AllQueues = names,
        };
    }

    /// <summary>One agent; null where there is none of that number.</summary>
    public WallAgent? AgentOf(string number) =>
        Draw(new WallSettings(), WallChoice.All with { Show = WallShow.All }).Agents.FirstOrDefault(a => a.Number == number);

    private static WallTotals Totals(List<QueueOnWall> rows, List<WallCall> calls, IEnumerable<LiveQueue> queues, LivePhones phones)
    {
        var members = queues.SelectMany(q => q.Members).ToLookup(m => m.Agent, StringComparer.Ordinal);
        return new WallTotals(
            rows.Sum(r => r.Waiting), rows.Min(r => r.OldestWait), rows.Any(r => r.WaitsTooLong), calls.Count(c => c.IsTalking), members.Count,
            members.Count(a => a.Any(m => IsFree(m, phones))), members.Count(a => a.All(m => m.Paused)));
    }

    private static bool IsFree(LiveMember member, LivePhones phones) => !member.Paused && phones.StatusOf(member) == MemberState.Free;

    private QueueOnWall Draw(QueueInfo info, LiveQueue? queue, LivePhones phones, WallSettings settings, DateTimeOffset now)
    {
        var today = day.Of(info.Name);
        var oldest = queue?.Calls.Where(c => c is { IsOutgoing: false, ConnectedAt: null }).Select(c => (DateTimeOffset?)c.EnteredAt).Min();
        return new QueueOnWall(
            info.Name, info.Description, queue?.Totals.Waiting ?? 0, oldest, queue?.Totals.Ongoing ?? 0, queue?.Totals.LoggedIn ?? 0,
            queue?.Members.Count(m => IsFree(m, phones)) ?? 0, queue?.Totals.Paused ?? 0, today?.Answered, today?.Abandoned, today?.Level,
            oldest is { } since && now - since > TimeSpan.FromSeconds(settings.WaitSeconds), today?.Level < settings.LevelPercent);
    }

    private WallCall Draw(LiveCall call, WallSettings settings, DateTimeOffset now)
    {
        var since = call.ConnectedAt ?? call.EnteredAt;
        var most = call.ConnectedAt is null ? TimeSpan.FromSeconds(settings.WaitSeconds) : TimeSpan.FromMinutes(settings.TalkMinutes);
        return new WallCall(
            call.UniqueId, call.ConnectedAt is null ? "" : call.IsOutgoing ? call.UniqueId : call.RingId, call.Queue, catalog.DescriptionOf(call.Queue),
            call.IsOutgoing, call.Agent, call.Agent.Length == 0 ? "" : NameOf(call.Agent), call.CallerId, call.CallerName, since,
            call.ConnectedAt is not null, now - since > most);
    }

    private string NameOf(string agent) => users.Agent(agent)?.FullName is { Length: > 0 } name ? name : agent;

    /// <summary>Every user who is an agent, and members of queues that are no user's.</summary>
    private List<WallAgent> Agents(LiveView view, List<WallCall> calls, WallSettings settings, DateTimeOffset now)
    {
        var members = view.Queues.SelectMany(q => q.Members).ToLookup(m => m.Agent, StringComparer.Ordinal);
        var talks = calls.Where(c => c.Agent.Length > 0).GroupBy(c => c.Agent, StringComparer.Ordinal).ToDictionary(c => c.Key, c => c.MinBy(t => t.Since)!, StringComparer.Ordinal);
        return
        [
            .. users.All.Where(u => u.IsAgent && u.AgentNumber.Length > 0).Select(u => u.AgentNumber).Union(members.Select(m => m.Key), StringComparer.Ordinal)
                .Select(number => Draw(number, [.. members[number]], view.Agents.GetValueOrDefault(number), talks.GetValueOrDefault(number), settings, now)),
        ];
    }

    private WallAgent Draw(string number, LiveMember[] members, LiveAgent? agent, WallCall? call, WallSettings settings, DateTimeOffset now)
    {
        var status = members.Length == 0 ? AgentStatus.Offline : agent?.Status ?? AgentStatus.Offline;
        var paused = members.Where(m => m.Paused).ToList();
        var since = status == AgentStatus.BusyOut ? paused.Min(m => m.PausedAt) ?? agent?.Since : agent?.Since;
        return new WallAgent(
            number, NameOf(number), members.Length == 0 ? "" : Extension(members[0].Device), Titles(members),
            paused.Count == members.Length ? "" : Titles(paused), status, since,
            paused.Select(m => m.PauseReason).FirstOrDefault(r => r.Length > 0) ?? "",
            status == AgentStatus.BusyOut && since is { } began && now - began > TimeSpan.FromMinutes(settings.PauseMinutes),
            members.Length > 0 && members.All(m => m.State == MemberState.Unavailable), call);
    }

    private string Titles(IEnumerable<LiveMember> members) => string.Join(", ", members.Select(m => catalog.DescriptionOf(m.Queue)).Order(StringComparer.CurrentCultureIgnoreCase));

    /// <summary>The number that people dial, where the device is a phone.</summary>
    private static string Extension(string device) => device.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? device[(slash + 1)..] : device;

    private List<WallAgent> Chosen(List<WallAgent> agents, WallChoice choice, Dictionary<string, LiveQueue> live)
    {
        var text = choice.Agent.Trim();
        var inQueues = choice.Queues.Count == 0 ? null
            : choice.Queues.SelectMany(q => live.GetValueOrDefault(q)?.Members ?? []).Select(m => m.Agent)
                .Concat(choice.Queues.SelectMany(catalog.AgentsOf).Select(id => users.Find(id)?.AgentNumber ?? "")).ToHashSet(StringComparer.Ordinal);
        var chosen = agents.Where(a => IsShown(a, choice.Show) && (inQueues?.Contains(a.Number) ?? true)
            && (text.Length == 0 || a.Name.Contains(text, StringComparison.CurrentCultureIgnoreCase) || a.Number.StartsWith(text, StringComparison.Ordinal) || a.Device == text));
        var byNumber = chosen.OrderBy(a => a.Number.Length).ThenBy(a => a.Number, StringComparer.Ordinal);
        return choice.Order switch
        {
            WallOrder.Name => [.. byNumber.OrderBy(a => a.Name, StringComparer.CurrentCultureIgnoreCase)],
            WallOrder.Number => [.. byNumber],
            WallOrder.Since => [.. byNumber.OrderBy(a => a.Since ?? DateTimeOffset.MaxValue)],
            _ => [.. byNumber.OrderBy(a => RankOf(a.Status)).ThenBy(a => a.Since ?? DateTimeOffset.MaxValue)],
        };
    }

    private static bool IsShown(WallAgent agent, WallShow show) => show switch
    {
        WallShow.All => true,
        WallShow.Available => agent.Status == AgentStatus.Available,
        WallShow.Busy => agent.Status is AgentStatus.Busy or AgentStatus.Ringing or AgentStatus.Originate,
        WallShow.Paused => agent.IsPaused,
        WallShow.Offline => agent.Status == AgentStatus.Offline,
        _ => agent.IsIn,
    };

    private static int RankOf(AgentStatus status) => status switch
    {
        AgentStatus.Ringing => 0,
        AgentStatus.Busy => 1,
        AgentStatus.Originate => 2,
        AgentStatus.BusyOut => 3,
        AgentStatus.Available => 4,
        _ => 5,
    };
}
