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
    /// <summary>Of each host a beat may fail now and then, and takes its time; a longer gap is an outage.</summary>
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(3);

    /// <summary>A beat that hangs would be late once the database is back.</summary>
    private static readonly TimeSpan BeatTime = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan OthersTime = TimeSpan.FromSeconds(5);
    private readonly Lock gate = new();
    private DateTimeOffset steadySince;
    private DateTimeOffset seenAt;

    /// <summary>The same after a restart: a host takes up at once what its earlier life left.</summary>
    public string Id { get; } = options.Value.HostId ?? $"{Environment.MachineName}:{options.Value.DataFolderHash}";

    /// <summary>
    /// Whether hosts that live have had time to be seen: after an outage of the database every host looks silent to the first one that is back.
    /// </summary>
    public bool CanJudgeOthers
    {
        get
        {
            lock (gate) return clock.GetUtcNow() - seenAt <= LongestGap && seenAt - steadySince >= OthersTime;
        }
    }

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
#pragma warning disable CA1031 // A database that is away words it in many ways, and a presence that stopped would end the server.
                catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
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
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(BeatTime);
        try
        {
            await command.ExecuteNonQueryAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException("the database did not answer in time");
        }

        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (now - seenAt > LongestGap) steadySince = now;
            seenAt = now;
        }
    }
}
