using Expand.Server.Access;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Queues;
using Expand.Soap;

namespace Expand.Server.Agents;

/// <summary>The agents' operations of the contract (soap.md "Call centre"): the actions, and what is told of a user or an agent.</summary>
internal static class AgentsSoap
{
    private const int LongestArgument = 64;
    private static readonly SoapAnswer WrongKey = SoapAnswer.Text("-1");
    private static readonly SoapAnswer BadArguments = SoapAnswer.Text("-2");
    private static readonly SoapAnswer NotKnownYet = SoapAnswer.Text("-3");
    private static readonly SoapAnswer Nothing = SoapAnswer.Text("");

    public static readonly SoapOperation[] Operations =
    [
        // A third argument of logoutAgent, extension, is tolerated: what an operation does not know is ignored.
        Action("loginAgent", (agents, call, ct) => agents.LogInAsync(call["agent"], call["extension"], ct), "agent", "extension"),
        Action("logoutAgent", (agents, call, ct) => agents.LogOutAsync(call["agent"], ct), "agent"),
        Action("pauseAgent", (agents, call, ct) => agents.PauseAsync(call["agent"], call["queues"], call["pauseDTMF"], ct), "agent", "queues", "pauseDTMF"),
        Action("unpauseAgent", (agents, call, ct) => agents.UnpauseAsync(call["agent"], call["queues"], ct), "agent", "queues"),
        Question("getAgentLoggedInfo", "-3", LoggedInfo, "username"),
        Question("getUserByAgent", "-3", UserByAgent, "agent"),
        Question("getUserInfo", "-3", UserInfo, "username"),
        Question("getAgentTimes", "-3", AgentReportsSoap.TimesAsync, "inicio", "fin", "agente", "cola"),
        Question("agentSessionDetail", "-2", AgentReportsSoap.SessionsAsync, "inicio", "fin", "userID", "cola"),
        Question("getAgentLogin", "-3", ExtensionAgentsSoap.Answer, "extensions"),
    ];

    /// <summary>What no name, number or queue of ours can be: too long, or holding what would break a line.</summary>
    public static bool IsUnfit(string argument) => argument.Length > LongestArgument || argument.Any(char.IsControl);

    /// <summary>The number that rings a device such as <c>PJSIP/701</c>.</summary>
    public static string NumberOf(string device, ExtensionDirectory extensions) =>
        extensions.All.FirstOrDefault(e => e.Channel == device)?.Number ?? device[(device.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private static SoapOperation Action(
        string name, Func<AgentPresence, SoapCall, CancellationToken, Task<Failure?>> act, params string[] parameters) =>
        KeyedOperation.Define(name, SoapType.Boolean, SoapAnswer.Bool(false), async (call, ct) =>
            SoapAnswer.Bool(await act(call.Http.RequestServices.GetRequiredService<AgentPresence>(), call, ct) is null),
            [.. parameters.Select(SoapParameter.FromString)]);

    /// <summary>An operation with a code of its own for a failure of ours.</summary>
    private static SoapOperation Question(string name, string failed, SoapHandler handler, params string[] parameters) =>
        KeyedOperation.Define(name, SoapType.String, WrongKey, async (call, ct) =>
        {
            try
            {
                return await handler(call, ct);
            }
#pragma warning disable CA1031 // The contract has a code for whatever nobody planned; the log holds what it was.
            catch (Exception failure) when (!ct.IsCancellationRequested)
#pragma warning restore CA1031
            {
                call.Http.RequestServices.GetRequiredService<ILogger<AgentPresence>>().OperationFailed(failure, name, call.TraceId);
                return SoapAnswer.Text(failed);
            }
        }, [.. parameters.Select(SoapParameter.FromString)]);

    private static ValueTask<SoapAnswer> LoggedInfo(SoapCall call, CancellationToken ct)
    {
        var services = call.Http.RequestServices;
        var username = call["username"].Trim(' ');
        if (username.Length == 0 || IsUnfit(username)) return ValueTask.FromResult(BadArguments);
        var picture = services.GetRequiredService<LivePicture>();
        if (!picture.IsKnown) return ValueTask.FromResult(NotKnownYet);
        var person = services.GetRequiredService<UserDirectory>().Find(username);
        var present = person is { AgentNumber.Length: > 0 } ? picture.MembershipsOf(person.AgentNumber) : [];
        if (present.Count == 0) return ValueTask.FromResult(SoapAnswer.Text("0"));
        return ValueTask.FromResult(SoapAnswer.Xml((xml, _) =>
        {
            xml.Start("agentAgent");
            xml.Start("user");
            xml.Attribute("nombre", person!.FullName);
            xml.Attribute("email", person.Email);
            xml.Attribute("logueado", 1);
            xml.Attribute("agente", person.Username);
            xml.Attribute("nroAgente", person.AgentNumber);
            xml.Attribute("extension", NumberOf(present[0].Device, services.GetRequiredService<ExtensionDirectory>()));
            return ValueTask.CompletedTask;
        }));
    }

    private static ValueTask<SoapAnswer> UserByAgent(SoapCall call, CancellationToken ct)
    {
        var number = call["agent"].Trim(' ');
        if (number.Length == 0 || IsUnfit(number)) return ValueTask.FromResult(BadArguments);
        var person = call.Http.RequestServices.GetRequiredService<UserDirectory>().Agent(number);
        return ValueTask.FromResult(person is { IsFormer: false } ? SoapAnswer.Text(person.Username) : Nothing);
    }

    private static ValueTask<SoapAnswer> UserInfo(SoapCall call, CancellationToken ct)
    {
        var username = call["username"].Trim(' ');
        if (username.Length == 0 || IsUnfit(username)) return ValueTask.FromResult(BadArguments);
        if (call.Http.RequestServices.GetRequiredService<UserDirectory>().Find(username) is not { } person) return ValueTask.FromResult(Nothing);
        return ValueTask.FromResult(SoapAnswer.Xml((xml, _) =>
        {
            xml.Start("userInfo");
            xml.Start("user");
            xml.Attribute("nombre", person.FullName);
            xml.Attribute("email", person.Email);
            xml.Attribute("perfil", person.Profile);
            xml.Attribute("supervisor", person.IsSupervisor ? 1 : 0);
            xml.Attribute("agente", person.IsAgent ? 1 : 0);
            xml.Attribute("nroAgente", person.AgentNumber);
            return ValueTask.CompletedTask;
        }));
    }
}
