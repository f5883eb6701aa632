using System.Collections.Concurrent;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;

namespace Expand.Server.Access;

/// <summary>Who does something: a user of the web UI, the command line, or the system itself.</summary>
internal sealed record Actor(string Name, string? Address)
{
    public static readonly Actor System = new("system", null);

    public static Actor CommandLine => new($"cli:{Environment.UserName}", null);
}

/// <summary>A line of the audit log: a change by an administrator, or a refused credential.</summary>
internal sealed class AuditEntry
{
    public long Id { get; init; }

    public DateTimeOffset At { get; init; }

    public required string Actor { get; init; }

    public string? Address { get; init; }

    /// <summary>What was done, such as <c>key.revoked</c> or <c>key.refused</c>.</summary>
    public required string Action { get; init; }

    /// <summary>What it was done to.</summary>
    public required string Subject { get; init; }

    public string? Detail { get; init; }

    /// <summary>How often it happened, where equal refusals were gathered into one line.</summary>
    public int Times { get; init; } = 1;

    public static AuditEntry Of(DateTimeOffset at, Actor actor, string action, string subject, string? detail = null, int times = 1) =>
        new() { At = at, Actor = actor.Name, Address = actor.Address, Action = action, Subject = subject, Detail = detail, Times = times };
}

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("audit").HasKey(a => a.Id);
        builder.Property(a => a.Id).UseIdentityAlwaysColumn();
        builder.HasIndex(a => a.At);
    }
}

/// <summary>
/// Refused credentials on their way to the audit log. Equal ones are gathered and written every few seconds with their number, so
/// that a client in a loop (or somebody guessing) fills a line and not the disk.
/// </summary>
internal sealed class RefusalAudit(IDbContextFactory<ExpandDb> databases, TimeProvider clock, ILogger<RefusalAudit> log) : BackgroundService
{
    private const int Bound = 10_000;
    private readonly ConcurrentDictionary<(string Action, string Subject, string Address), int> waiting = new();

    public void Refused(string action, string subject, string? address)
    {
        if (waiting.Count < Bound) waiting.AddOrUpdate((action, subject, address ?? "-"), 1, static (_, times) => times + 1);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2), clock);
            while (await timer.WaitForNextTickAsync(stoppingToken)) await WriteAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // Stopping: what is left is written by StopAsync.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    private async Task WriteAsync(CancellationToken ct)
    {
        if (waiting.IsEmpty) return;
        var taken = new List<AuditEntry>();
        foreach (var key in waiting.Keys)
        {
            if (waiting.TryRemove(key, out var times))
                taken.Add(AuditEntry.Of(clock.GetUtcNow(), new Actor("-", key.Address), key.Action, key.Subject, null, times));
        }

        try
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            db.AddRange(taken);
            await db.SaveChangesAsync(ct);
        }
        catch (Exception failure) when (failure is DbUpdateException or NpgsqlException or TimeoutException)
        {
            log.AuditDelayed(taken.Count, failure.Message);
            foreach (var entry in taken)
                waiting.AddOrUpdate((entry.Action, entry.Subject, entry.Address ?? "-"), entry.Times, (_, times) => times + entry.Times);
        }
    }
}
