using System.Text.Json;
using Xunit;

namespace Expand.EndToEnd.Clients;

/// <summary>
/// Unmodified SOAP clients that run every operation of the contract, on a server whose PBX has the demonstration's extensions and queues, and
/// whose agent 108 nobody else moves. Each client
/// checks what it gets by itself; here it is checked once more that it really got it.
/// </summary>
public abstract class ClientTests
{
    /// <summary>The server's address, without a slash at the end.</summary>
    protected abstract string Url { get; }

    /// <summary>An authorizedKey of it that may do everything.</summary>
    protected abstract string Key { get; }

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/apiws/2/apiws.php?wsdl")]
    [InlineData("/apiws/1/apiws.php?wsdl")]
    [InlineData("/apiws/2/apiws.php?wsdl=rpc-encoded")]
    [InlineData("/apiws/2/apiws.php")]
    public Task Php_calls_with_positional_arguments_with_and_without_a_wsdl(string endpoint) => RunsAsync(ClientProgram.Php, endpoint);

    [Theory]
    [InlineData("/apiws/2/apiws.php")]
    [InlineData("/apiws/1/apiws.php")]
    public Task DotNet_calls_through_the_interface_that_svcutil_writes(string endpoint) => RunsAsync(ClientProgram.DotNet, endpoint);

    [Theory]
    [InlineData("/apiws/2/apiws.php?wsdl")]
    [InlineData("/apiws/1/apiws.php")]
    public Task Php_is_an_agent_and_finds_the_session_in_every_report(string endpoint) => IsAnAgentAsync(ClientProgram.PhpAgent, endpoint);

    [Fact]
    public Task DotNet_is_an_agent_and_finds_the_session_in_every_report() => IsAnAgentAsync(ClientProgram.DotNetAgent, "/apiws/2/apiws.php");

    /// <summary>An agent's day in a few seconds, and what the client must have seen of it.</summary>
    protected async Task IsAnAgentAsync(ClientProgram client, string endpoint)
    {
        var answers = (await client.RunAsync(Url + endpoint, Key, Ct)).Agent;
        // Booleans are such in every stack, and no words.
        Assert.All(answers.WrongKey[..4], answer => Assert.Equal(JsonValueKind.False, answer.ValueKind));
        Assert.Equal(Enumerable.Repeat("-1", 9), answers.WrongKey[4..].Select(answer => answer.GetString()));
        Assert.Equal(("hpereyra", "Héctor Pereyra", "708", "(108) Héctor Pereyra"), (answers.User, answers.Name, answers.Extension, answers.Agente));
        Assert.Equal(["q_soporte", "q_ventas"], answers.Queues);
        Assert.Equal(["Soporte", "Ventas"], answers.Descriptions);
        Assert.Equal(("busyout", "Baño"), (answers.Status, answers.Reason));
        Assert.InRange(answers.Paused, 2, 120);
    }

    /// <summary>The whole flow, and what it must have seen.</summary>
    protected async Task RunsAsync(ClientProgram client, string endpoint)
    {
        var answers = (await client.RunAsync(Url + endpoint, Key, Ct)).Answers;
        HoldsForAll(answers);
        Assert.All(answers.Injected, status => Assert.Equal(6, status));
        Assert.Equal(5, answers.Injected.Length);
        Assert.StartsWith("Peña & Cía ", answers.Name, StringComparison.Ordinal);
        Assert.Equal($"{answers.Name} (705)", answers.Clid);
        Assert.Equal("ANSWERED", answers.Disposition);
        Assert.Equal("706", answers.Dst);
        Assert.Equal("706", answers.Dnis);
        Assert.Equal($"contrato={answers.Name}", answers.Callinfo);
    }

    protected static void HoldsForAll(ClientAnswers answers)
    {
        Assert.Equal("Elena Muñoz", answers.Extension);
        Assert.Equal(["-1", "-1", "-1", "-1", "-1", "-1"], answers.WrongKey);
        // A cancelled call is connected until the PBX has hung it up: 2 may be seen after the cancel too.
        Assert.Equal([1, 2, 3], answers.Statuses.Where((status, i) => i == 0 || status != answers.Statuses[i - 1]));
        Assert.Equal([0, 0], answers.Unknown);
    }
}
