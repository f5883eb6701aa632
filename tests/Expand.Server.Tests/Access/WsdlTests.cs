using System.Xml.Linq;
using Expand.Server.Tests.Host;
using Expand.TestKit;

namespace Expand.Server.Tests.Access;

/// <summary>The published WSDL of the whole contract. Clients keep it for a day and generate code from it: no byte of it changes by accident.</summary>
public sealed class WsdlTests(Databases databases) : IAsyncLifetime
{
    private const string PublicUrl = "https://expand.example.com";

    /// <summary>The signatures of the contract, in its order; what has no type is a string.</summary>
    private static readonly string[] Contract =
    [
        "originateCall(authorizedKey, src, srcCallerID, dst, dstCallerID, timeout:int, callinfo) string",
        "originateCallStatus(authorizedKey, originatedID) int",
        "originateCallCancel(authorizedKey, originatedID) int",
        "extensionPbx(authorizedKey) string",
        "recordingPbx(authorizedKey, uniqueId) string",
        "cdrData(authorizedKey, uniqueid, inicio, fin) string",
        "cdrCustom(authorizedKey, inicio, fin) string",
        "statusQueues(authorizedKey) string",
        "queueData(authorizedKey, Cola, Agente, FechaInicio, FechaFin) string",
        "agentData(authorizedKey, Cola, FechaInicio, FechaFin) string",
        "loginAgent(authorizedKey, agent, extension) boolean",
        "logoutAgent(authorizedKey, agent) boolean",
        "pauseAgent(authorizedKey, agent, queues, pauseDTMF) boolean",
        "unpauseAgent(authorizedKey, agent, queues) boolean",
        "getAgentLoggedInfo(authorizedKey, username) string",
        "getUserByAgent(authorizedKey, agent) string",
        "getUserInfo(authorizedKey, username) string",
        "getAgentTimes(authorizedKey, inicio, fin, agente, cola) string",
        "agentSessionDetail(authorizedKey, inicio, fin, userID, cola) string",
        "getAgentLogin(authorizedKey, extensions) string",
        "sendSms(authorizedKey, msgId:int, msgData, msgRecip) int",
        "statusSms(authorizedKey, idSMS:int) string",
    ];

    private ScriptedPbx pbx = null!;
    private ServerHost host = null!;

    public async ValueTask InitializeAsync()
    {
        pbx = new ScriptedPbx();
        host = await ServerHost.StartAsync(await databases.NewAsync(), pbx, settings: ("Expand:PublicUrl", PublicUrl));
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await pbx.DisposeAsync();
    }

    [Theory]
    [InlineData("wsdl", "rpc-literal.wsdl")]
    [InlineData("wsdl=rpc-encoded", "rpc-encoded.wsdl")]
    [InlineData("wsdl=document", "document.wsdl")]
    public async Task The_published_wsdl_is_frozen_byte_for_byte(string query, string file)
    {
        var published = await ReadAsync(query);
        Assert.Equal(await File.ReadAllTextAsync(Golden(file), TestContext.Current.CancellationToken), published);
    }

    [Theory]
    [InlineData("rpc-literal.wsdl")]
    [InlineData("rpc-encoded.wsdl")]
    [InlineData("document.wsdl")]
    public void The_frozen_wsdl_has_the_contracts_operations_names_order_and_types(string file)
    {
        var wsdl = XDocument.Load(Golden(file)).Root!;
        var port = Named(wsdl, "portType").Single();
        Assert.Equal("apiwsPortType", (string?)port.Attribute("name"));
        Assert.Equal(Contract, Named(port, "operation").Select(operation => Signature(wsdl, (string)operation.Attribute("name")!)));
        Assert.Equal(
            Contract.Select(signature => "urn:apiws#" + signature[..signature.IndexOf('(', StringComparison.Ordinal)]),
            wsdl.Descendants().Select(element => (string?)element.Attribute("soapAction")).OfType<string>());
    }

    [Fact]
    public async Task Both_paths_publish_the_same_but_for_their_address()
    {
        var (two, one) = (await ReadAsync("wsdl"), await ReadAsync("wsdl", "/apiws/1/apiws.php"));
        Assert.Equal(two, one.Replace(PublicUrl + "/apiws/1/", PublicUrl + "/apiws/2/", StringComparison.Ordinal));
    }

    private static string Golden(string file) => Path.Combine(Checkout.Folder(), "tests", "Expand.Server.Tests", "Access", "Wsdl", file);

    private async Task<string> ReadAsync(string query, string path = "/apiws/2/apiws.php")
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"{host.Url}{path}?{query}"), TestContext.Current.CancellationToken);
    }

    private static IEnumerable<XElement> Named(XElement parent, string name) => parent.Descendants().Where(element => element.Name.LocalName == name);

    private static string Signature(XElement wsdl, string operation)
    {
        var arguments = Parts(wsdl, operation + "Request", operation).Select(part => part.Type == "string" ? part.Name : $"{part.Name}:{part.Type}");
        var answer = Assert.Single(Parts(wsdl, operation + "Response", operation + "Response"));
        Assert.Equal("return", answer.Name);
        return $"{operation}({string.Join(", ", arguments)}) {answer.Type}";
    }

    /// <summary>The parts of a message; in the document style it has one, whose element holds them.</summary>
    private static IEnumerable<(string Name, string Type)> Parts(XElement wsdl, string message, string element)
    {
        var parts = Named(Named(wsdl, "message").Single(m => (string?)m.Attribute("name") == message), "part").ToList();
        if (parts is [var only] && (string?)only.Attribute("element") == "tns:" + element)
            parts = [.. Named(Named(wsdl, "element").Single(e => (string?)e.Attribute("name") == element), "element")];
        return parts.Select(part => ((string)part.Attribute("name")!, ((string)part.Attribute("type")!).Replace("xsd:", "", StringComparison.Ordinal)));
    }
}
