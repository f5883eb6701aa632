using Expand.Server.Access;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Queues;
using Expand.Soap;

namespace Expand.Server.Agents;

/// <summary>getAgentLogin (contract, soap.md "Call centre"): who is logged in at which extension, and where.</summary>
internal static class ExtensionAgentsSoap
{
    /// <summary>Far beyond every extension of a PBX.</summary>
    private const int LongestList = 100_000;

    public static ValueTask<SoapAnswer> Answer(SoapCall call, CancellationToken ct)
    {
        var services = call.Http.RequestServices;
        var list = call["extensions"];
        if (list.Length > LongestList || list.Any(char.IsControl)) return ValueTask.FromResult(SoapAnswer.Text("-2"));
        var numbers = list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().ToList();
        if (numbers.Count == 0) return ValueTask.FromResult(SoapAnswer.Text("-4"));
        var directory = services.GetRequiredService<ExtensionDirectory>();
        // Neither "no such extension" nor "nobody is there" could be told.
        if (!directory.IsKnown || !services.GetRequiredService<LivePicture>().IsKnown) return ValueTask.FromResult(SoapAnswer.Text("-3"));
        var extensions = numbers.Select(directory.Find).ToList();
        if (extensions.Contains(null)) return ValueTask.FromResult(SoapAnswer.Text("-5"));
        return ValueTask.FromResult(SoapAnswer.Xml(async (xml, token) =>
        {
            xml.Start("extensions");
            foreach (var extension in extensions)
            {
                Write(xml, extension!, services);
                await xml.FlushIfNeededAsync(token);
            }

            xml.End();
        }));
    }

    private static void Write(SoapXmlWriter xml, Extension extension, IServiceProvider services)
    {
        var channel = extension.Channel.Split('/', 2);
        xml.Start("extension");
        xml.Attribute("number", extension.Number);
        xml.Attribute("channelType", channel[0]);
        xml.Attribute("channelId", channel[^1]);
        // One agent a device is the rule here; the PBX itself would take more.
        foreach (var agent in services.GetRequiredService<LivePicture>().MembershipsAt(extension.Channel).GroupBy(m => m.Agent))
        {
            var person = services.GetRequiredService<UserDirectory>().Agent(agent.Key);
            xml.Start("agent");
            xml.Attribute("number", agent.Key);
            xml.Attribute("user", person?.Username);
            xml.Attribute("name", person?.FullName);
            xml.End();
            foreach (var member in agent) WriteQueue(xml, member, services);
        }

        xml.End();
    }

    private static void WriteQueue(SoapXmlWriter xml, LiveMember member, IServiceProvider services)
    {
        xml.Start("queue");
        xml.Attribute("name", member.Queue);
        xml.Attribute("description", services.GetRequiredService<QueueCatalog>().DescriptionOf(member.Queue));
        xml.Attribute("is_logged", true);
        xml.Attribute("logged_date", services.GetRequiredService<LocalTime>().Format(member.LoginAt));
        xml.Attribute("is_paused", member.Paused);
        xml.Attribute("pause_type", member.PauseReason);
        xml.End();
    }
}
