using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Expand.Server.Platform;

/// <summary>PostgreSQL: one data source for the whole host, EF Core on top of it, migrations before anything else runs.</summary>
internal static class DatabaseModule
{
    /// <summary>The connection string's name: <c>ConnectionStrings:Expand</c>, in the environment <c>ConnectionStrings__Expand</c>.</summary>
    public const string ConnectionName = "Expand";

    /// <summary>Key of the data source that leases are held on.</summary>
    public const string LeaseConnections = "leases";

    private const int NpgsqlDefaultBuffer = 8192;

    public static IServiceCollection AddDatabase(this IServiceCollection services)
    {
        services.AddSingleton(provider => NpgsqlDataSource.Create(Tuned(provider)));
        services.AddKeyedSingleton(LeaseConnections, (provider, _) => NpgsqlDataSource.Create(ForLeases(Tuned(provider))));
        return services
            .AddDbContextFactory<ExpandDb>((provider, options) => Configure(options, provider.GetRequiredService<NpgsqlDataSource>()))
            .AddScoped(provider => provider.GetRequiredService<IDbContextFactory<ExpandDb>>().CreateDbContext());
    }

    public static DbContextOptionsBuilder<ExpandDb> Configure(DbContextOptionsBuilder<ExpandDb> options, string connection)
    {
        options.UseNpgsql(connection).UseSnakeCaseNamingConvention();
        return options;
    }

    /// <summary>Brings the schema up to date, making the database where there is none.</summary>
    public static async Task MigrateAsync(IServiceProvider services, CancellationToken ct)
    {
        await using var scope = services.CreateAsyncScope();
        await MigrateAsync(services.GetRequiredService<NpgsqlDataSource>(), scope.ServiceProvider.GetRequiredService<ExpandDb>(), ct);
    }

    /// <summary>Hosts that start together take turns: EF Core's own lock ends with each migration.</summary>
    public static async Task MigrateAsync(NpgsqlDataSource source, ExpandDb db, CancellationToken ct)
    {
        try
        {
            await using var turn = await source.OpenConnectionAsync(ct);
            await using var transaction = await turn.BeginTransactionAsync(ct);
            await using var taking = new NpgsqlCommand("select pg_advisory_xact_lock(hashtext('expand migrations'))", turn);
            await taking.ExecuteNonQueryAsync(ct);
            await db.Database.MigrateAsync(ct);
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            await db.Database.MigrateAsync(ct);
        }
    }

    private static void Configure(DbContextOptionsBuilder options, NpgsqlDataSource source) =>
        options.UseNpgsql(source).UseSnakeCaseNamingConvention();

    private static NpgsqlConnectionStringBuilder Tuned(IServiceProvider provider)
    {
        var text = provider.GetRequiredService<IConfiguration>().GetConnectionString(ConnectionName)
            ?? throw new SettingException("ConnectionStrings:Expand is not set");
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = new NpgsqlConnectionStringBuilder(text);
        }
        catch (ArgumentException wrong)
        {
            throw new SettingException($"ConnectionStrings:Expand cannot be read: {wrong.Message}");
        }

        // The few statements of the hot paths are prepared by the driver after their second use.
        if (builder.MaxAutoPrepare == 0) builder.MaxAutoPrepare = 50;
        builder.ApplicationName ??= "expand";
        // A report's rows come in thousands: eight times as many are taken from the socket at once, and an eighth as often is a thread woken for them.
        if (builder.ReadBufferSize == NpgsqlDefaultBuffer) builder.ReadBufferSize = 8 * NpgsqlDefaultBuffer;
        // Whatever we set or make in a session ends with its transaction (set local, on commit drop, pg_advisory_xact_lock), so nothing has to be put back each
        // time that a connection is borrowed: seven statements, which took PostgreSQL longer than a lookup by key.
        builder.NoResetOnClose = true;
        return builder;
    }

    /// <summary>
    /// A lease is watched by a query that lasts, and a PostgreSQL process in a query sees that its client was killed only if it looks: every
    /// second, so that the leases of a killed host are free at once. Giving one up cancels that query: a busy machine may take its time over it, and
    /// past the driver's two seconds the connection would be broken off.
    /// </summary>
    internal static NpgsqlConnectionStringBuilder ForLeases(NpgsqlConnectionStringBuilder builder)
    {
        builder.ApplicationName = "expand leases";
        builder.NoResetOnClose = false;
        builder.KeepAlive = 10;
        builder.CancellationTimeout = 15_000;
        builder.Options = $"{builder.Options} -c client_connection_check_interval=1000".Trim();
        return builder;
    }
}
