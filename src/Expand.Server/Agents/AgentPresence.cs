using Expand.Server.Access;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Queues;

namespace Expand.Server.Agents;

/// <summary>
/// Logs agents in and out of queues and pauses them (contract, soap.md "Call centre"). What is asked is decided by the live picture, done by
/// the PBX, and reported as done only when the PBX has confirmed it for every queue concerned. Nothing is written down here: the PBX's own facts
/// do that, whoever caused them. An agent is called by username, or by agent number where that is nobody's username.
/// </summary>
internal sealed class AgentPresence(
    UserDirectory users, QueueCatalog catalog, PauseReasons reasons, ExtensionDirectory extensions, LivePicture picture, PbxMembers members,
    AgentTurns turns, ILogger<AgentPresence> log)
{
    private const int LongestArgument = 64;
    private const int LongestList = 4_000;

    /// <summary>How long the PBX's event may come after its answer.</summary>
    private static readonly TimeSpan EventPatience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Takes the agent into every queue that the user is linked to, at that extension. Where the PBX refuses one of them, those that this call
    /// added are taken back. An agent who is there already is no refusal; one who is logged in at another extension is.
    /// </summary>
    public Task<Failure?> LogInAsync(string agent, string extension, CancellationToken ct) => ToldAsync("login", agent, async () =>
    {
        if (Unfit(agent, LongestArgument) || Unfit(extension, LongestArgument)) return Failure.Invalid("agent", "an argument holds control characters or is too long");
        if (Find(agent) is not { } person) return Failure.NotFound("the agent");
        var linked = catalog.QueuesOf(person.Id);
        if (linked.Count == 0) return Refusal("no-queue", "the agent is linked to no queue");
        if (extensions.Find(extension.Trim(' ')) is not { } phone) return Failure.NotFound("the extension") with { Field = "extension" };

        using var turn = await turns.TakeAsync("agent " + person.AgentNumber, ct);
        using var place = await turns.TakeAsync("device " + phone.Channel, ct);
        if (OutOfReach() is { } away) return away;
        var present = picture.MembershipsOf(person.AgentNumber);
        if (present.FirstOrDefault(m => m.Device != phone.Channel) is { } elsewhere) return Refusal("elsewhere", $"the agent is logged in at {elsewhere.Device}");
        if (picture.MembershipsAt(phone.Channel).FirstOrDefault(m => m.Agent != person.AgentNumber) is { } other)
            return Refusal("taken", $"agent {other.Agent} is logged in at {phone.Channel}");
        return await AddAsync(person.AgentNumber, phone.Channel, [.. AsNamed(linked).Where(l => present.All(m => m.Queue != l.Queue))], ct);
    });

    /// <summary>Takes the agent out of every queue, also those that the user is no longer linked to.</summary>
    public Task<Failure?> LogOutAsync(string agent, CancellationToken ct) => ToldAsync("logout", agent, async () =>
    {
        if (Unfit(agent, LongestArgument)) return Failure.Invalid("agent", "an argument holds control characters or is too long");
        if (Find(agent) is not { } person) return Failure.NotFound("the agent");
        using var turn = await turns.TakeAsync("agent " + person.AgentNumber, ct);
        if (OutOfReach() is { } away) return away;
        var present = picture.MembershipsOf(person.AgentNumber);
        if (present.Count == 0) return Refusal("logged-out", "the agent is logged in nowhere");
        return await CommandAsync("logout", present, member => members.RemoveAsync(member.Queue, member.Device, CancellationToken.None),
            shown => shown.MembershipsOf(person.AgentNumber).Count == 0, ct);
    });

    /// <summary>Pauses the agent in those queues, or in all where logged in; a queue where that is so already is not asked again.</summary>
    /// <param name="agent">The username or agent number.</param>
    /// <param name="queues">Separated by comma or space; empty: all.</param>
    /// <param name="code">The code of a pause reason; empty: none.</param>
    /// <param name="ct">Ends waiting for a turn and for the PBX's event; a command that was sent is not taken back.</param>
    public Task<Failure?> PauseAsync(string agent, string queues, string code, CancellationToken ct) => ToldAsync("pause", agent, async () =>
    {
        if (Unfit(agent, LongestArgument) || Unfit(queues, LongestList) || Unfit(code, LongestArgument))
            return Failure.Invalid("agent", "an argument holds control characters or is too long");
        var reason = code.Trim(' ').Length == 0 ? "" : reasons.Find(code.Trim(' '));
        if (reason is null) return Failure.NotFound("the pause reason") with { Field = "reason" };
        if (Find(agent) is not { } person) return Failure.NotFound("the agent");
        using var turn = await turns.TakeAsync("agent " + person.AgentNumber, ct);
        if (Concerned(person, queues, out var concerned) is { } refused) return refused;
        return await CommandAsync("pause", [.. concerned.Where(m => !IsPaused(m))],
            member => members.PauseAsync(member.Queue, member.Device, reason, CancellationToken.None),
            shown => Now(shown, person, concerned).All(IsPaused), ct);

        bool IsPaused(LiveMember member) => member.Paused && member.PauseReason == reason;
    });

    /// <summary>Ends the agent's pause in those queues, or in all; a queue where the agent is logged in and not paused is no refusal.</summary>
    /// <param name="agent">The username or agent number.</param>
    /// <param name="queues">Separated by comma or space; empty: all.</param>
    /// <param name="ct">Ends waiting for a turn and for the PBX's event; a command that was sent is not taken back.</param>
    public Task<Failure?> UnpauseAsync(string agent, string queues, CancellationToken ct) => ToldAsync("unpause", agent, async () =>
    {
        if (Unfit(agent, LongestArgument) || Unfit(queues, LongestList)) return Failure.Invalid("agent", "an argument holds control characters or is too long");
        if (Find(agent) is not { } person) return Failure.NotFound("the agent");
        using var turn = await turns.TakeAsync("agent " + person.AgentNumber, ct);
        if (Concerned(person, queues, out var concerned) is { } refused) return refused;
        return await CommandAsync("unpause", [.. concerned.Where(m => m.Paused)],
            member => members.UnpauseAsync(member.Queue, member.Device, CancellationToken.None),
            shown => Now(shown, person, concerned).All(m => !m.Paused), ct);
    });

    /// <summary>A refusal, with a word by which pages tell it in their language.</summary>
    private static Failure Refusal(string word, string message) => Failure.Conflict(message) with { Field = word };

    /// <summary>A line break in an argument would end its header in the PBX: nothing of the kind goes further.</summary>
    private static bool Unfit(string argument, int longest) => argument.Length > longest || argument.Any(char.IsControl);

    private static IEnumerable<LiveMember> Now(LivePicture shown, Person person, IReadOnlyList<LiveMember> concerned) =>
        shown.MembershipsOf(person.AgentNumber).Where(m => concerned.Any(c => c.Queue == m.Queue && c.Device == m.Device));

    private Person? Find(string agent)
    {
        agent = agent.Trim(' ');
        var person = users.Find(agent) ?? users.Agent(agent);
        return person is { IsAgent: true, IsFormer: false, AgentNumber.Length: > 0 } ? person : null;
    }

    /// <summary>An old picture would let this call answer for a PBX that it did not ask.</summary>
    private Failure? OutOfReach() => picture.StaleSince is { } since ? Refusal("pbx", $"the PBX is not heard since {since:O}") : null;

    private Failure? Concerned(Person person, string queues, out IReadOnlyList<LiveMember> concerned)
    {
        concerned = [];
        if (OutOfReach() is { } away) return away;
        var present = picture.MembershipsOf(person.AgentNumber);
        if (present.Count == 0) return Refusal("logged-out", "the agent is logged in nowhere");
        var named = queues.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        // Asterisk finds queues without regard to case.
        if (named.FirstOrDefault(n => !present.Any(m => IsCalled(m, n))) is { } missing) return Refusal("logged-out", $"the agent is not logged in to {missing}");
        concerned = named.Length == 0 ? present : [.. present.Where(m => named.Any(n => IsCalled(m, n)))];
        return null;

        static bool IsCalled(LiveMember member, string name) => member.Queue.Equals(name, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// The links, with the queues' own names. Asterisk finds a queue without regard to case, but writes the login to its log under the name
    /// that it was asked by, and all else under the queue's own.
    /// </summary>
    private IEnumerable<QueueAgent> AsNamed(IReadOnlyList<QueueAgent> linked)
    {
        var names = picture.Queues;
        return linked
            .Select(link => names.FirstOrDefault(n => n.Equals(link.Queue, StringComparison.OrdinalIgnoreCase)) is { } name && name != link.Queue
                ? new QueueAgent { Queue = name, UserId = link.UserId, Penalty = link.Penalty } : link)
            .DistinctBy(link => link.Queue);
    }

    private async Task<Failure?> AddAsync(string agent, string device, IReadOnlyList<QueueAgent> missing, CancellationToken ct)
    {
        var added = new List<string>();
        foreach (var link in missing)
        {
            // What was begun is ended whether or not the client stays: half a login is none.
            var answer = await members.AddAsync(link.Queue, agent, device, link.Penalty, CancellationToken.None);
            // Where no answer came the PBX may still have done it.
            if (answer != MemberAnswer.Refused) added.Add(link.Queue);
            if (answer == MemberAnswer.Done) continue;
            await TakeBackAsync(agent, device, added);
            return Refusal("unconfirmed", $"the PBX did not confirm {link.Queue}: {answer}");
        }

        await SeenAsync("login", agent, shown => missing.All(link => shown.MembershipsAt(device).Any(m => m.Queue == link.Queue)), ct);
        // "Already there" may have been somebody else, logged in by another host in the same moment.
        var taken = picture.MembershipsAt(device).Where(m => m.Agent != agent).Select(m => m.Queue).ToList();
        if (taken.Count > 0)
        {
            await TakeBackAsync(agent, device, [.. added.Except(taken)]);
            return Refusal("taken", $"another agent is logged in at {device}");
        }

        log.Confirmed("login", agent, device, string.Join(' ', added));
        return null;
    }

    private async Task TakeBackAsync(string agent, string device, List<string> queues)
    {
        foreach (var queue in queues) log.TakenBack(agent, queue, await members.RemoveAsync(queue, device, CancellationToken.None));
    }

    private async Task<Failure?> CommandAsync(
        string action, IReadOnlyList<LiveMember> concerned, Func<LiveMember, Task<MemberAnswer>> ask, Func<LivePicture, bool> done, CancellationToken ct)
    {
        if (concerned.Count == 0) return null;
        Failure? refused = null;
        foreach (var member in concerned)
        {
            var answer = await ask(member);
            // One queue's refusal does not keep the agent in the others.
            if (answer != MemberAnswer.Done) refused ??= Refusal("unconfirmed", $"the PBX did not confirm {member.Queue}: {answer}");
            if (answer == MemberAnswer.Unreachable) break;
        }

        if (refused is not null) return refused;
        await SeenAsync(action, concerned[0].Agent, done, ct);
        log.Confirmed(action, concerned[0].Agent, concerned[0].Device, string.Join(' ', concerned.Select(m => m.Queue)));
        return null;
    }

    /// <summary>The event comes after the answer: whoever asks for the picture next shall find what was answered.</summary>
    private async Task SeenAsync(string action, string agent, Func<LivePicture, bool> condition, CancellationToken ct)
    {
        if (!await picture.WaitUntilAsync(condition, EventPatience, ct)) log.NotSeen(action, agent);
    }

    private async Task<Failure?> ToldAsync(string action, string agent, Func<Task<Failure?>> act)
    {
        var failure = await act();
        if (failure is not null) log.Refused(action, new string([.. agent.Take(LongestArgument).Select(c => char.IsControl(c) ? '?' : c)]), failure.Message);
        return failure;
    }
}
