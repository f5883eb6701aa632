using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

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
        // Each in the order that the log is read in (AuditLog).
        builder.HasIndex(a => new { a.At, a.Id });
        builder.HasIndex(a => new { a.Actor, a.At, a.Id });
        builder.HasIndex(a => new { a.Action, a.At, a.Id });
    }
}
