using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Platform.Rest;

/// <summary>A request that came with an <c>Idempotency-Key</c>, and what it was answered.</summary>
internal sealed class IdempotencyKey
{
    /// <summary>Whose key it is: two credentials may choose the same.</summary>
    public int CredentialId { get; init; }

    public required string Key { get; init; }

    /// <summary>SHA-256 of method, path and body: the same key for another request is a mistake.</summary>
    public required byte[] Fingerprint { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The answer's status; 0 only inside the transaction that is making it.</summary>
    public int Status { get; set; }

    public string? ContentType { get; set; }

    public string? Location { get; set; }

    public string? ETag { get; set; }

    public byte[]? Body { get; set; }
}

internal sealed class IdempotencyKeyConfiguration : IEntityTypeConfiguration<IdempotencyKey>
{
    public void Configure(EntityTypeBuilder<IdempotencyKey> builder)
    {
        builder.ToTable("idempotency_keys").HasKey(k => new { k.CredentialId, k.Key });
        builder.Property(k => k.ETag).HasColumnName("etag");
        builder.HasIndex(k => k.CreatedAt);
    }
}
