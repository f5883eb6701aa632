using Expand.Server.Platform;
using Expand.Server.Tests.Platform.History;
using Expand.TestKit;
using Microsoft.EntityFrameworkCore;
using Npgsql;

[assembly: AssemblyFixture(typeof(Expand.Server.Tests.Host.Databases))]

namespace Expand.Server.Tests.Host;

/// <summary>One PostgreSQL for the run; every test class takes databases of its own, migrated copies.</summary>
public sealed class Databases : IAsyncLifetime
{
    private PostgresFixture? postgres;

    internal PostgresFixture Postgres => postgres ?? throw new InvalidOperationException("PostgreSQL is not started");

    public async ValueTask InitializeAsync()
    {
        postgres = await PostgresFixture.StartAsync();
        await postgres.MakeTemplateAsync(MigrateAsync);
    }

    public ValueTask DisposeAsync() => postgres?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>A migrated database that nobody else uses.</summary>
    internal Task<string> NewAsync() => Postgres.NewDatabaseAsync();

    /// <summary>A PostgreSQL of its own with migrated databases, for a test that stops it.</summary>
    internal static async Task<PostgresFixture> PrivateAsync()
    {
        var postgres = await PostgresFixture.StartPrivateAsync(TestContext.Current.CancellationToken);
        await postgres.MakeTemplateAsync(MigrateAsync);
        return postgres;
    }

    /// <summary>With the months that every host would make first: hundreds of hosts are started.</summary>
    private static async Task MigrateAsync(string connection)
    {
        await using var db = Open(connection);
        await db.Database.MigrateAsync();
        await using var source = NpgsqlDataSource.Create(connection);
        await Upkeep.Of(source, TimeProvider.System).KeepOnceAsync(CancellationToken.None);
    }

    internal static ExpandDb Open(string connection) =>
        new(DatabaseModule.Configure(new DbContextOptionsBuilder<ExpandDb>(), connection).Options);
}
