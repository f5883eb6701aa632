using Expand.TestKit;
using Xunit;

namespace Expand.EndToEnd.Clients;

/// <summary>The server as a newcomer starts it, with its demonstration world.</summary>
public sealed class DemoServer : IAsyncLifetime
{
    public ServerFixture Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await ServerFixture.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (Server is not null) await Server.DisposeAsync();
    }
}

public sealed class ClientsOnSimulatorTests(DemoServer demo) : ClientTests, IClassFixture<DemoServer>
{
    protected override string Url => demo.Server.Url;

    protected override string Key => demo.Server.Credentials.AuthorizedKey;

    public static TheoryData<string> Clients => [.. All.Keys];

    private static Dictionary<string, ClientProgram> All { get; } = new ClientProgram[]
    {
        ClientProgram.Php, ClientProgram.Zeep, ClientProgram.Node, ClientProgram.DotNet, ClientProgram.Axis, ClientProgram.Curl,
        ClientProgram.PhpAgent, ClientProgram.ZeepAgent, ClientProgram.NodeAgent, ClientProgram.DotNetAgent,
    }.ToDictionary(client => client.Name);

    [Theory]
    [InlineData("/apiws/2/apiws.php?wsdl")]
    [InlineData("/apiws/1/apiws.php?wsdl=document")]
    public Task Zeep_calls_with_positional_and_named_arguments(string endpoint) => RunsAsync(ClientProgram.Zeep, endpoint);

    [Theory]
    [InlineData("/apiws/2/apiws.php?wsdl")]
    [InlineData("/apiws/1/apiws.php?wsdl=document")]
    public Task Zeep_is_an_agent_and_finds_the_session_in_every_report(string endpoint) => IsAnAgentAsync(ClientProgram.ZeepAgent, endpoint);

    [Theory]
    [InlineData("/apiws/2/apiws.php?wsdl")]
    [InlineData("/apiws/1/apiws.php?wsdl=document")]
    public Task Node_is_an_agent_and_finds_the_session_in_every_report(string endpoint) => IsAnAgentAsync(ClientProgram.NodeAgent, endpoint);

    [Theory]
    [InlineData("/apiws/2/apiws.php?wsdl")]
    [InlineData("/apiws/1/apiws.php?wsdl=document")]
    public Task Node_calls_with_named_arguments_and_leaves_some_out(string endpoint) => RunsAsync(ClientProgram.Node, endpoint);

    [Theory]
    [InlineData("/apiws/2/apiws.php?wsdl")]
    [InlineData("/apiws/1/apiws.php?wsdl=rpc-encoded")]
    public Task Axis_makes_stubs_of_the_wsdl_and_calls_through_them(string endpoint) => RunsAsync(ClientProgram.Axis, endpoint);

    [Fact]
    public async Task Envelopes_of_six_stacks_in_three_encodings_over_every_kind_of_http_are_understood()
    {
        var answers = (await ClientProgram.Curl.RunAsync($"{Url}/apiws/1/apiws.php", Key, Ct)).Answers;
        HoldsForAll(answers);
        // Five arguments in six dialects, the line break as a reference and as a byte.
        Assert.Equal(Enumerable.Repeat(6, 60), answers.Injected);
        var ends = answers.Names!.Select(clid => clid.Split(' ', 3)[2]).Order(StringComparer.Ordinal);
        Assert.Equal(["1.2 (709)", "axis (705)", "nusoap (707)", "perl (707)", "php (705)", "€ (709)"], ends);
        Assert.All(answers.Names!, clid => Assert.StartsWith("Peña ", clid, StringComparison.Ordinal));
    }

    /// <summary>The clients' own checks can fail: with a wrong key there is no list of extensions, and nobody.</summary>
    [Theory]
    [MemberData(nameof(Clients))]
    public async Task A_client_that_is_surprised_ends_with_an_error_and_says_why(string client)
    {
        var wsdl = client == ClientProgram.DotNet.Name || client == ClientProgram.DotNetAgent.Name || client == ClientProgram.Curl.Name ? "" : "?wsdl";
        var run = await All[client].RunAsync($"{Url}/apiws/2/apiws.php{wsdl}", "wrong", Ct);
        Assert.NotEqual(0, run.ExitCode);
        Assert.NotEmpty(run.Errors);
        Assert.Empty(run.Output);
    }
}
