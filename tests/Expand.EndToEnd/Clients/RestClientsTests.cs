using System.Text.Json;
using Expand.TestKit;
using Xunit;

namespace Expand.EndToEnd.Clients;

/// <summary>Programs that speak the REST API, on the installation that the original document speaks of.</summary>
public sealed class RestClientsTests(DocumentWorld world) : IClassFixture<DocumentWorld>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_request_of_the_original_document_is_answered_as_it_prints()
    {
        var files = Directory.GetFiles(Path.Combine(Checkout.Folder(), "tests", "clients", "rest"), "*.http");
        var written = files.SelectMany(File.ReadLines).Count(line => line.StartsWith("### ", StringComparison.Ordinal));
        var played = await RunAsync(new ClientProgram("the document's requests", ClientProgram.Client("rest/run.sh"), Campaigns));
        // None was passed over: the files and the program agree on what a request is.
        Assert.Equal(written, played.GetProperty("played").GetArrayLength());
    }

    [Fact]
    public async Task A_client_generated_from_the_servers_document_compiles_and_does_the_documents_examples()
    {
        var seen = await RunAsync(new ClientProgram("the generated client", ClientProgram.Client("openapi/run.sh"), Campaigns));
        Assert.Equal(["dialer", "dynamicforms", "lists", "outgoingcalls"], seen.GetProperty("did").EnumerateArray().Select(part => part.GetString()).Order());
        Assert.Equal(["Not_found", "Conflict", "Unknown_data_format"], seen.GetProperty("problems").EnumerateArray().Select(code => code.GetString()));
    }

    private string[] Campaigns => [$"campaign={world.Campaign}", $"other={world.Other}"];

    private async Task<JsonElement> RunAsync(ClientProgram client) => (await client.RunAsync(world.Server.Url, world.Credential, Ct)).Read<JsonElement>();
}
