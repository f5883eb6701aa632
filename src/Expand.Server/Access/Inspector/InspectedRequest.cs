using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Access.Inspector;

/// <summary>A request of a SOAP or REST client as it was sent and as it was understood; no secret is in it (<see cref="SecretMask"/>).</summary>
internal sealed class InspectedRequest
{
    public long Id { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>Whose it is: <c>key:12</c>, <c>credential:3</c>, or empty where it was refused and showed nobody's secret.</summary>
    public required string Caller { get; init; }

    public required string Address { get; init; }

    public int DurationMicroseconds { get; init; }

    /// <summary>The operation, or the method and the route.</summary>
    public required string Operation { get; init; }

    /// <summary>The HTTP status.</summary>
    public int Status { get; init; }

    /// <summary>Whether it was refused or failed.</summary>
    public bool Failed { get; init; }

    /// <summary>What was answered, in one line.</summary>
    public required string Outcome { get; init; }

    public required string RequestLine { get; init; }

    /// <summary>The headers of interest, one a line.</summary>
    public required string Headers { get; init; }

    /// <summary>The first bytes of the body as text.</summary>
    public required string Body { get; init; }

    /// <summary>How many bytes of it were read.</summary>
    public long BodyBytes { get; init; }

    /// <summary>Whether <see cref="Body"/> is not all of it.</summary>
    public bool BodyCut { get; init; }

    /// <summary>What the server read in it, one <c>name = value</c> a line; empty where it did not get that far.</summary>
    public required string Understood { get; init; }

    /// <summary>The first bytes of the answer.</summary>
    public required string Answer { get; init; }

    public bool AnswerCut { get; init; }
}

internal sealed class InspectedRequestConfiguration : IEntityTypeConfiguration<InspectedRequest>
{
    public void Configure(EntityTypeBuilder<InspectedRequest> builder)
    {
        builder.ToTable("inspected_requests").HasKey(r => r.Id);
        builder.Property(r => r.Id).UseIdentityAlwaysColumn();
        builder.HasIndex(r => new { r.Caller, r.Id });
        builder.HasIndex(r => r.At);
    }
}
