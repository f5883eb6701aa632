using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;

namespace Expand.Clients.DotNet;

/// <summary>A CRM's agent: logs in, pauses, goes on and logs out, and is found in all of the reports.</summary>
internal sealed class AgentRound(IApiws soap, string key, string agent, string extension, string other, string code)
{
    private static readonly string[] Moves = ["LOGIN", "PAUSE", "UNPAUSE", "LOGOUT"];

    private readonly string from = Day(-1);
    private readonly string to = Day(1);

    public async Task<object> RunAsync()
    {
        // A wrong key is FALSE where an agent is moved, and -1 everywhere else
        object[] wrongKey =
        [
            soap.loginAgent("wrong", agent, extension), soap.logoutAgent("wrong", agent),
            soap.pauseAgent("wrong", agent, "", ""), soap.unpauseAgent("wrong", agent, ""),
            soap.statusQueues("wrong"), soap.queueData("wrong", "", "", from, to), soap.agentData("wrong", "q_ventas", from, to),
            soap.getAgentLoggedInfo("wrong", "x"), soap.getUserByAgent("wrong", agent), soap.getUserInfo("wrong", "x"),
            soap.getAgentTimes("wrong", from, to, "", ""), soap.agentSessionDetail("wrong", from, to, "", ""), soap.getAgentLogin("wrong", extension),
        ];
        Same(wrongKey, [false, false, false, false, .. Enumerable.Repeat("-1", 9)], "a wrong key");

        // Who is it?
        var user = soap.getUserByAgent(key, agent);
        Surprise.Unless(user.Length > 0 && soap.getUserByAgent(key, "99999").Length == 0, $"agent {agent} is the user '{user}'");
        var person = Root(soap.getUserInfo(key, user)).Element("user")!;
        Same([Of(person, "nroAgente"), Of(person, "agente")], [agent, "1"], "getUserInfo");
        Same([soap.getUserInfo(key, "nadie")], [""], "getUserInfo of nadie");
        var name = Of(person, "nombre");

        // Logs in, at one telephone. Where a run was cut short the agent is still there.
        soap.logoutAgent(key, agent);
        Same([soap.getAgentLoggedInfo(key, user)], ["0"], $"{user} before the login");
        Same([soap.loginAgent(key, agent, "99999")], [false], "a login at an extension that there is not");
        Same([soap.loginAgent(key, agent, extension)], [true], "loginAgent");
        Same([soap.loginAgent(key, agent, other)], [false], "a second login, elsewhere");
        var logged = Root(soap.getAgentLoggedInfo(key, user)).Element("user")!;
        Same([Of(logged, "logueado"), Of(logged, "nroAgente"), Of(logged, "extension")], ["1", agent, extension], "getAgentLoggedInfo");
        var places = Root(soap.getAgentLogin(key, $"{extension},{other}")).Elements("extension").ToList();
        Same(places.Select(p => Of(p, "number")), [extension, other], "getAgentLogin");
        Surprise.Unless(places[1].IsEmpty || !places[1].HasElements, $"somebody is at {other}: {places[1]}");
        var here = places[0].Element("agent")!;
        Same([Of(here, "number"), Of(here, "user"), Of(here, "name")], [agent, user, name], "who is at the extension");
        var queues = places[0].Elements("queue").ToList();
        Surprise.Unless(queues.Count > 0 && queues.TrueForAll(q => (bool)q.Attribute("is_logged")!), $"logged in to {places[0]}");

        // Pauses with a reason: everywhere. A customer may have come first.
        Same([soap.pauseAgent(key, agent, "", "nope")], [false], "a pause with a reason that there is not");
        Same([soap.pauseAgent(key, agent, "", code)], [true], "pauseAgent");
        var panel = Panel();
        for (var clock = Stopwatch.StartNew(); Status(panel) != "busyout" && clock.Elapsed.TotalSeconds < 100; await Task.Delay(500)) panel = Panel();
        Same([Status(panel), Of(Shown(panel), "name")], ["busyout", name], "statusQueues");
        var reason = Of(Memberships(panel)[0].Member, "pausetype");
        Surprise.Unless(reason.Length > 0, $"no reason in {panel}");
        Same(Memberships(panel).Select(m => (m.Queue, Place(m.Member))), queues.Select(q => (Of(q, "name"), (true, true, reason))), "statusQueues, paused");
        await Task.Delay(2000);

        // Goes on, and logs out
        Same([soap.unpauseAgent(key, agent, "q_nadie")], [false], "the end of a pause in a queue that there is not");
        Same([soap.unpauseAgent(key, agent, string.Join(',', queues.Select(q => Of(q, "name"))))], [true], "unpauseAgent");
        Same(Memberships(Panel()).Select(m => Place(m.Member)), queues.Select(_ => (true, false, "")), "statusQueues, not paused");
        Same([soap.logoutAgent(key, agent), soap.logoutAgent(key, agent)], [true, false], "logoutAgent, twice");
        Same([soap.getAgentLoggedInfo(key, user)], ["0"], $"{user} after the logout");

        // The session is in the reports, the same in all
        var (paused, agente) = (0L, "");
        foreach (var queue in queues) (paused, agente) = await ReportedAsync(Of(queue, "name"), Moment(Of(queue, "logged_date")), user, name, reason);
        Same([soap.getAgentTimes(key, to, from, user, "")], ["-8"], "getAgentTimes of a period that ends before it begins");
        return new
        {
            wrongKey,
            user,
            name,
            extension = Of(logged, "extension"),
            queues = queues.Select(q => Of(q, "name")),
            descriptions = queues.Select(q => Of(q, "description")),
            status = Status(panel),
            reason,
            paused,
            agente,
        };
    }

    private async Task<(long Paused, string Agente)> ReportedAsync(string queue, DateTime login, string user, string name, string reason)
    {
        // Written from the PBX's log, which is read every moment. An earlier session ended before this login; this one ended 2 s and more after it.
        XElement? session = null;
        for (var clock = Stopwatch.StartNew(); session is null && clock.Elapsed.TotalSeconds < 20; await Task.Delay(200))
        {
            session = Root(soap.agentSessionDetail(key, from, to, user, queue)).Descendants("session")
                .FirstOrDefault(s => Moment(Of(s, "end")) >= login.AddSeconds(2));
        }

        Surprise.Unless(session is not null, $"agentSessionDetail has not the session in {queue}");
        var (start, end) = (Of(session!, "start"), Of(session!, "end"));
        Same([(long)(Moment(end) - Moment(start)).TotalSeconds], [(long)session!.Attribute("duration")!], "the duration");
        var pauses = session.Elements("pause").ToList();
        Surprise.Unless(pauses.Count == 1 && Of(pauses[0], "type") == reason && (long)pauses[0].Attribute("duration")! >= 2, $"its pauses: {session}");

        var moves = Root(soap.queueData(key, queue, agent, from, to)).Elements("activity").Where(a => Moves.Contains(Of(a, "action"))).TakeLast(4);
        Same(moves.Select(a => (Of(a, "action"), Of(a, "date"), Of(a, "cause"), Of(a, "uniqueid"))),
            [
                ("LOGIN", start, "", "NONE"), ("PAUSE", Of(pauses[0], "start"), reason, "NONE"),
                ("UNPAUSE", Of(pauses[0], "end"), "", "NONE"), ("LOGOUT", end, "", "NONE"),
            ], "queueData");

        var sums = session.Ancestors("queue").Single();
        var agente = $"({agent}) {name}";
        var data = Root(soap.agentData(key, queue, from, to)).Elements("agent").Single(a => Of(a, "agente") == agente);
        Same([Of(data, "logueadoSeg"), Of(data, "pausadoSeg")], [Of(sums, "logged"), Of(sums, "paused")], "agentData");
        var parts = new[] { "disponibleSeg", "pausadoSeg", "habladoSeg", "habladoSalienteSeg" }.Sum(part => (long)data.Attribute(part)!);
        Same([parts], [(long)data.Attribute("logueadoSeg")!], "agentData's parts");
        var times = Root(soap.getAgentTimes(key, from, to, user, queue)).Elements("agent").Single();
        Same(times.Attributes().Select(a => a.Value), [agent, user, name, Of(sums, "logged"), Of(sums, "paused")], "getAgentTimes");
        return ((long)pauses[0].Attribute("duration")!, agente);
    }

    private XElement Panel()
    {
        var report = soap.statusQueues(key);
        Surprise.Unless(report.StartsWith("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"", StringComparison.Ordinal), "statusQueues: " + report);
        return Root(report);
    }

    private XElement Shown(XElement panel) => panel.Elements("agents").Elements("agent").Single(a => a.Value == agent);

    private string Status(XElement panel) => Of(Shown(panel), "status");

    private List<(string Queue, XElement Member)> Memberships(XElement panel) =>
        [.. panel.Descendants("qagent").Where(a => a.Value == agent).Select(a => (Of(a.Ancestors("queue").Single(), "qname"), a))];

    private static (bool Logged, bool Paused, string Reason) Place(XElement member) =>
        ((bool)member.Attribute("logged")!, (bool)member.Attribute("paused")!, Of(member, "pausetype"));

    private static XElement Root(string report) => XDocument.Parse(report).Root!;

    private static string Of(XElement row, string attribute) => (string?)row.Attribute(attribute) ?? throw new Surprise($"no {attribute} in {row}");

    private static DateTime Moment(string date) => DateTime.ParseExact(date, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Day(int days) => DateTime.UtcNow.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static void Same<T>(IEnumerable<T> got, IEnumerable<T> wanted, string what) =>
        Surprise.Unless(got.SequenceEqual(wanted), $"{what}: {string.Join(' ', got)}, and not {string.Join(' ', wanted)}");
}
