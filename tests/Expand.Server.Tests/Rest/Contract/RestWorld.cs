using Expand.Server.Tests.Host;

namespace Expand.Server.Tests.Rest.Contract;

/// <summary>One server for the tests that read the document.</summary>
public sealed class RestWorld(Databases databases) : IAsyncLifetime
{
    internal RestApi Api { get; private set; } = null!;

    internal string Database { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Database = await databases.NewAsync();
        Api = await RestApi.StartAsync(Database);
    }

    public ValueTask DisposeAsync() => Api is null ? ValueTask.CompletedTask : Api.DisposeAsync();
}

[CollectionDefinition(nameof(RestWorld))]
public sealed class SharesRestWorld : ICollectionFixture<RestWorld>;
