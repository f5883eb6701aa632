using Expand.Server.Access;
using Expand.Server.Activity;
using Expand.Server.Platform;
using Expand.Soap;
using Microsoft.Extensions.Options;

namespace Expand.Server.Queues;

/// <summary>The queues' operations of the contract (soap.md "Call centre").</summary>
internal static class QueuesSoap
{
    private static readonly SoapParameter Queue = new("Cola");
    private static readonly SoapParameter Agent = new("Agente");
    private static readonly SoapParameter Start = new("FechaInicio");
    private static readonly SoapParameter End = new("FechaFin");

    public static readonly SoapOperation[] Operations =
    [
        KeyedOperation.Define("statusQueues", SoapType.String, SoapAnswer.Text("-1"), Status),
        KeyedOperation.Define("queueData", SoapType.String, SoapAnswer.Text("-1"), QueueData, Queue, Agent, Start, End),
        KeyedOperation.Define("agentData", SoapType.String, SoapAnswer.Text("-1"), AgentDataAsync, Queue, Start, End),
    ];

    /// <summary>The contract's word for an activity.</summary>
    internal static string WordOf(QueueAction action) => action switch
    {
        QueueAction.EnterQueue => "ENTERQUEUE",
        QueueAction.Ringing => "RINGING",
        QueueAction.Connect => "CONNECT",
        QueueAction.NoAnswer => "NOANSWER",
        QueueAction.Congestion => "CONGESTION",
        QueueAction.CompleteCaller => "COMPLETECALLER",
        QueueAction.CompleteAgent => "COMPLETEAGENT",
        QueueAction.CompleteTransfer => "COMPLETETRANSFER",
        QueueAction.Abandon => "ABANDON",
        QueueAction.DialOut => "DIALOUT",
        QueueAction.DialOutEnd => "DIALOUTEND",
        QueueAction.Login => "LOGIN",
        QueueAction.Logout => "LOGOUT",
        QueueAction.Pause => "PAUSE",
        QueueAction.Unpause => "UNPAUSE",
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "no activity of the contract"),
    };

    /// <summary>The original declares ISO-8859-1 in this one; the document is ASCII, so it is right in any encoding.</summary>
    private static ValueTask<SoapAnswer> Status(SoapCall call, CancellationToken ct) =>
        ValueTask.FromResult(SoapAnswer.Xml(call.Http.RequestServices.GetRequiredService<StatusPanel>().WriteAsync, "ISO-8859-1"));

    private static ValueTask<SoapAnswer> QueueData(SoapCall call, CancellationToken ct)
    {
        var services = call.Http.RequestServices;
        var (reports, time) = (services.GetRequiredService<ActivityReports>(), services.GetRequiredService<LocalTime>());
        if (Period(call, time, out var from, out var to) is { } wrong) return ValueTask.FromResult(wrong);
        var (queue, agent) = (call[Queue.Name].Trim(), call[Agent.Name].Trim());
        return ValueTask.FromResult(SoapAnswer.Xml(async (xml, token) =>
        {
            xml.Start("queue_activity");
            await foreach (var row in reports.ActivitiesAsync(queue, agent, from, to, token))
            {
                WriteActivity(xml, row, time);
                await xml.FlushIfNeededAsync(token);
            }

            xml.End();
        }));
    }

    private static async ValueTask<SoapAnswer> AgentDataAsync(SoapCall call, CancellationToken ct)
    {
        var services = call.Http.RequestServices;
        var (users, time) = (services.GetRequiredService<UserDirectory>(), services.GetRequiredService<LocalTime>());
        var queue = call[Queue.Name].Trim();
        if (queue.Length == 0) return SoapAnswer.ClientFault("Cola must be the name of a queue");
        if (Period(call, time, out var from, out var to) is { } wrong) return wrong;
        if (from > to) return NoAgents;
        var shortTalk = services.GetRequiredService<IOptions<QueueOptions>>().Value.ShortTalkSeconds;
        var totals = await services.GetRequiredService<ActivityReports>().TotalsAsync(queue, from, to, time.Now, shortTalk, ct);
        var named = totals.Select(t => (Name: users.Numbers.At(t.Agent, to)?.FullName ?? "", Totals: t))
            .OrderBy(t => t.Name, StringComparer.Ordinal).ThenBy(t => t.Totals.Agent.Length).ThenBy(t => t.Totals.Agent, StringComparer.Ordinal).ToList();
        return SoapAnswer.Xml(async (xml, token) =>
        {
            xml.Start("agents");
            foreach (var (name, agent) in named)
            {
                xml.Start("agent");
                xml.Attribute("agente", $"({agent.Agent}) {name}");
                foreach (var (attribute, value) in AgentFigures.Of(agent)) xml.Attribute(attribute, value);
                xml.End();
                await xml.FlushIfNeededAsync(token);
            }

            xml.End();
        });
    }

    private static SoapAnswer NoAgents { get; } = SoapAnswer.Xml((xml, _) =>
    {
        xml.Start("agents");
        return ValueTask.CompletedTask;
    });

    private static void WriteActivity(SoapXmlWriter xml, ActivityRow row, LocalTime time)
    {
        xml.Start("activity");
        Span<byte> date = stackalloc byte[LocalTime.FormatLength];
        time.Format(row.At, date);
        xml.Attribute("date", date);
        xml.Attribute("queue", row.Queue);
        xml.Attribute("uniqueid", row.UniqueId.Length == 0 ? "NONE" : row.UniqueId);
        xml.Attribute("action", WordOf(row.Action));
        xml.Attribute("callerid", row.CallerId);
        xml.Attribute("agent", row.Agent);
        WriteSeconds(xml, "waitsec", row.WaitSeconds);
        WriteSeconds(xml, "talksec", row.TalkSeconds);
        xml.Attribute("dest", row.Destination);
        xml.Attribute("cause", row.Cause);
        xml.End();
    }

    private static void WriteSeconds(SoapXmlWriter xml, string name, int? seconds)
    {
        if (seconds is { } value) xml.Attribute(name, value);
        else xml.Attribute(name, "");
    }

    /// <summary>The operations have no code for a wrong date: a fault that names the argument and the rule (docs/decisions/0008).</summary>
    private static SoapAnswer? Period(SoapCall call, LocalTime time, out DateTimeOffset from, out DateTimeOffset to)
    {
        const string Rule = "must be a date YYYY-MM-DD HH:MM:SS or YYYY-MM-DD";
        (from, to) = (time.Start(call[Start.Name]) ?? default, time.End(call[End.Name]) ?? default);
        if (from == default) return SoapAnswer.ClientFault($"FechaInicio {Rule}");
        return to == default ? SoapAnswer.ClientFault($"FechaFin {Rule}") : null;
    }
}
