using System.Text.Json;
using Xunit;

namespace Expand.EndToEnd.Clients;

/// <summary>How a client ended: its exit code, and one JSON object with what it got, or why it was surprised.</summary>
public sealed record ClientRun(string Client, int ExitCode, string Output, string Errors)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>What it got; fails where it was surprised.</summary>
    public ClientAnswers Answers => Read<ClientAnswers>();

    /// <summary>The same of a client that is an agent's.</summary>
    public AgentAnswers Agent => Read<AgentAnswers>();

    /// <summary>What it got, as something else.</summary>
    public T Read<T>()
    {
        Assert.True(ExitCode == 0, $"{Client} ended with exit code {ExitCode}: {Errors}{Output}");
        return JsonSerializer.Deserialize<T>(Output, Web)!;
    }
}

/// <summary>What a client prints at its end.</summary>
/// <param name="Extension">Caller ID name of extension 705.</param>
/// <param name="WrongKey">What each operation answered to a wrong key.</param>
/// <param name="Statuses">Each status that the answered call had, in order.</param>
/// <param name="Unknown">Status and cancel of a job that is none.</param>
/// <param name="Injected">Status of each job whose request held a line break.</param>
/// <param name="Name">The caller ID name that the call was asked with.</param>
/// <param name="Clid">The call's caller ID in cdrData.</param>
/// <param name="Disposition">Its disposition there.</param>
/// <param name="Dst">Its destination there.</param>
/// <param name="Dnis">Its destination in cdrCustom.</param>
/// <param name="Callinfo">Its callinfo, from cdrCustom.</param>
/// <param name="Names">The raw envelopes' caller IDs in cdrData, one a dialect.</param>
public sealed record ClientAnswers(
    string Extension, string[] WrongKey, int[] Statuses, int[] Unknown, int[] Injected,
    string? Name = null, string? Clid = null, string? Disposition = null, string? Dst = null, string? Dnis = null, string? Callinfo = null,
    string[]? Names = null);

/// <summary>What an agent's client prints at its end.</summary>
/// <param name="WrongKey">What each operation answered to a wrong key: those that move an agent first.</param>
/// <param name="User">The agent's username.</param>
/// <param name="Name">The agent's name, from getUserInfo.</param>
/// <param name="Extension">Where getAgentLoggedInfo saw the agent.</param>
/// <param name="Queues">The queues that the agent was logged in to.</param>
/// <param name="Descriptions">What they are called.</param>
/// <param name="Status">What statusQueues called the agent in the pause.</param>
/// <param name="Reason">The pause's reason there.</param>
/// <param name="Paused">The seconds that the pause took, from agentSessionDetail.</param>
/// <param name="Agente">The agent in agentData.</param>
public sealed record AgentAnswers(
    JsonElement[] WrongKey, string User, string Name, string Extension, string[] Queues, string[] Descriptions, string Status, string Reason,
    int Paused, string Agente);
