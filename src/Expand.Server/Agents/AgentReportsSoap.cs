using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Activity;
using Expand.Server.Platform;
using Expand.Server.Queues;
using Expand.Soap;

namespace Expand.Server.Agents;

/// <summary>
/// getAgentTimes and agentSessionDetail (contract, soap.md "Call centre"). The contract says of no code that it comes before another; here
/// what the dates say alone comes first, then the queue, then the agent.
/// </summary>
internal static class AgentReportsSoap
{
    /// <summary>getAgentTimes.</summary>
    public static async ValueTask<SoapAnswer> TimesAsync(SoapCall call, CancellationToken ct)
    {
        var services = call.Http.RequestServices;
        var time = services.GetRequiredService<LocalTime>();
        var (username, queue) = (call["agente"].Trim(' '), call["cola"].Trim(' '));
        if (AgentsSoap.IsUnfit(username) || AgentsSoap.IsUnfit(queue)) return SoapAnswer.Text("-2");
        if (time.Start(call["inicio"]) is not { } from) return SoapAnswer.Text("-4");
        if (time.End(call["fin"]) is not { } to) return SoapAnswer.Text("-5");
        if (from > to) return SoapAnswer.Text("-8");
        // What is written down has whole seconds; so has what still lasts.
        var now = DateTimeOffset.FromUnixTimeSeconds(time.Now.ToUnixTimeSeconds());
        if (from > now) return SoapAnswer.Text("-9");
        if (!await KnowsQueueAsync(services, queue, ct)) return SoapAnswer.Text("-6");
        var users = services.GetRequiredService<UserDirectory>();
        var asked = users.Numbers.Of(username);
        if (username.Length > 0 && asked.Count == 0) return SoapAnswer.Text("-7");

        var rows = await services.GetRequiredService<ActivityReports>().TimesAsync(queue, Parts(username, asked), from, to, now, ct);
        return rows.Count == 0 ? SoapAnswer.Text("-10") : Times(rows, Naming(users, asked, to), services.GetRequiredService<QueueCatalog>());
    }

    /// <summary>agentSessionDetail. One agent's sessions in one queue are held at a time; the answer is streamed.</summary>
    public static async ValueTask<SoapAnswer> SessionsAsync(SoapCall call, CancellationToken ct)
    {
        var services = call.Http.RequestServices;
        var time = services.GetRequiredService<LocalTime>();
        var (username, queue) = (call["userID"].Trim(' '), call["cola"].Trim(' '));
        if (time.Start(call["inicio"]) is not { } from) return SoapAnswer.Text("-3");
        if (time.End(call["fin"]) is not { } to) return SoapAnswer.Text("-4");
        if (AgentsSoap.IsUnfit(queue) || !await KnowsQueueAsync(services, queue, ct)) return SoapAnswer.Text("-5");
        var users = services.GetRequiredService<UserDirectory>();
        var asked = users.Numbers.Of(username);
        if (AgentsSoap.IsUnfit(username) || (username.Length > 0 && asked.Count == 0 && users.Find(username) is null)) return SoapAnswer.Text("-6");
        if (from > to) return Bare;

        var sessions = services.GetRequiredService<ActivityReports>().CompleteSessionsAsync(queue, Parts(username, asked), from, to, ct).GetAsyncEnumerator(ct);
        bool any;
        try
        {
            // Asked before the answer begins: what fails here is still the contract's code and no cut answer.
            any = await sessions.MoveNextAsync();
        }
        catch
        {
            await sessions.DisposeAsync();
            throw;
        }

        return SoapAnswer.Xml(async (xml, token) =>
        {
            await using (sessions) await new SessionDetailXml(xml, Naming(users, asked, to), time).WriteAsync(sessions, any, token);
        });
    }

    private static SoapAnswer Bare { get; } = SoapAnswer.Xml((xml, _) =>
    {
        xml.Start("agents");
        return ValueTask.CompletedTask;
    });

    private static SoapAnswer Times(IReadOnlyList<AgentTimes> rows, Func<string, NumberHolder?> holderOf, QueueCatalog catalog) => SoapAnswer.Xml(async (xml, ct) =>
    {
        xml.Start("agents");
        foreach (var row in rows.OrderBy(r => NumberOf(r.Agent)).ThenBy(r => r.Agent, StringComparer.Ordinal))
        {
            var holder = holderOf(row.Agent);
            xml.Start("agent");
            xml.Attribute("agent", row.Agent);
            xml.Attribute("user", holder?.Username);
            xml.Attribute("name", holder?.FullName);
            xml.Attribute("loged", row.Logged);
            xml.Attribute("paused", row.Paused);
            foreach (var queue in row.Queues)
            {
                xml.Start("queueagent");
                xml.Attribute("name", queue);
                xml.Attribute("description", catalog.DescriptionOf(queue));
                xml.End();
            }

            xml.End();
            await xml.FlushIfNeededAsync(ct);
        }

        xml.End();
    });

    /// <summary>Agents are ordered by number; members that are no agents of ours, with other names, come after them.</summary>
    private static long NumberOf(string agent) =>
        long.TryParse(agent, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;

    /// <summary>The times in which users of that name had numbers; null, which is everybody's, where no name is given.</summary>
    private static IReadOnlyList<AgentPart>? Parts(string username, IReadOnlyList<NumberHolder> asked) =>
        username.Length == 0 ? null : [.. asked.Select(a => new AgentPart(a.Number, a.From, a.To))];

    /// <summary>
    /// Whom a number stands for in a report: who was asked for, also where somebody else has it at the period's end; else who has it then.
    /// </summary>
    private static Func<string, NumberHolder?> Naming(UserDirectory users, IReadOnlyList<NumberHolder> asked, DateTimeOffset to) =>
        number => asked.LastOrDefault(a => a.Number == number && (a.From is null || a.From <= to)) ?? users.Numbers.At(number, to);

    private static async ValueTask<bool> KnowsQueueAsync(IServiceProvider services, string queue, CancellationToken ct) =>
        queue.Length == 0
        || services.GetRequiredService<LivePicture>().Queues.Contains(queue)
        || services.GetRequiredService<QueueCatalog>().All.Any(q => q.Name == queue)
        || await services.GetRequiredService<ActivityReports>().KnowsQueueAsync(queue, ct);
}
