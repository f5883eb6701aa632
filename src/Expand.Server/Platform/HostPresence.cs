using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Expand.Server.Platform;

/// <summary>A host of this installation and when it was last heard of.</summary>
internal sealed class HostRow
{
    public required string Id { get; init; }

    public DateTimeOffset SeenAt { get; init; }
}

internal sealed class HostRowConfiguration : IEntityTypeConfiguration<HostRow>
{
    public void Configure(EntityTypeBuilder<HostRow> builder) => builder.ToTable("hosts").HasKey(h => h.Id);
}

/// <summary>This host's name in the database, kept fresh there once a second: what a silent host was doing, others take over.</summary>
internal sealed class HostPresence(IOptions<ExpandOptions> options, NpgsqlDataSource database, TimeProvider clock, ILogger<HostPresence> log)
    : BackgroundService
{
    /// <summary>The same after a restart: a host takes up at once what its earlier life left.</summary>
    public string Id { get; } = options.Value.HostId ?? $"{Environment.MachineName}:{options.Value.DataFolderHash}";

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await BeatAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await BeatAsync(stoppingToken);
                }
                catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
                {
                    log.PresenceUnwritten(failure.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops; its row goes stale by itself.
        }
    }

    private async Task BeatAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "insert into hosts (id, seen_at) values ($1, now()) on conflict (id) do update set seen_at = excluded.seen_at");
        command.Parameters.Add(new() { Value = Id });
        command.CommandTimeout = 3;
        await command.ExecuteNonQueryAsync(ct);
    }
}
