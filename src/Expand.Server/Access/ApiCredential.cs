using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Access;

/// <summary>A user and password for the REST API, with the scopes that it may use (contract, rest.md).</summary>
internal sealed class ApiCredential
{
    /// <summary>Longest username.</summary>
    public const int UsernameLength = 64;

    /// <summary>Every scope there is.</summary>
    public static readonly string[] AllScopes = ["dialer", "lists", "outgoingcalls", "dynamicforms", "recordings", "sms", "events"];

    public int Id { get; init; }

    /// <summary>Whom a client says it is; of those in force no two are the same but for their case.</summary>
    public required string Username { get; init; }

    /// <summary>The username in lower case; made by the database.</summary>
    public string UsernameKey { get; private set; } = "";

    /// <summary>SHA-256 of the password. Passwords are made here, over 180 random bits: a slow hash would add nothing but time.</summary>
    public required byte[] PasswordHash { get; set; }

    /// <summary>The system that uses it, in the administrator's words.</summary>
    public required string Description { get; set; }

    public required string[] Scopes { get; set; }

    /// <summary>Source addresses or networks (CIDR) that it may come from; empty: any.</summary>
    public string[] Addresses { get; set; } = [];

    /// <summary>Calls per second on each host, or null for no limit.</summary>
    public int? RatePerSecond { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public DateTimeOffset? RevokedAt { get; set; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public string? LastAddress { get; set; }

    /// <summary>Calls made with it since it was made; written every few seconds.</summary>
    public long Calls { get; set; }

    /// <summary>A new random password of 32 characters that no shell or URL needs to quote.</summary>
    public static string NewPassword() => RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", 32);

    public static byte[] HashOf(string password) => SHA256.HashData(Encoding.UTF8.GetBytes(password));
}

internal sealed class ApiCredentialConfiguration : IEntityTypeConfiguration<ApiCredential>
{
    public void Configure(EntityTypeBuilder<ApiCredential> builder)
    {
        builder.ToTable("api_credentials").HasKey(c => c.Id);
        builder.Property(c => c.Id).UseIdentityAlwaysColumn();
        builder.Property(c => c.Username).HasMaxLength(ApiCredential.UsernameLength);
        builder.Property(c => c.Description).HasMaxLength(CallerDescription.Length);
        builder.Property(c => c.Addresses).HasDefaultValueSql("'{}'");
        // A revoked credential stays in the table, and its name is free again.
        builder.Property(c => c.UsernameKey).HasComputedColumnSql("lower(username collate \"C\")", stored: true);
        builder.HasIndex(c => c.UsernameKey).IsUnique().HasFilter("revoked_at is null");
    }
}
