using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Access;

/// <summary>A user and password for the REST API, with the scopes that it may use (contract, rest.md).</summary>
internal sealed class ApiCredential
{
    /// <summary>Every scope there is.</summary>
    public static readonly string[] AllScopes = ["dialer", "lists", "outgoingcalls", "dynamicforms", "recordings", "sms", "events"];

    public int Id { get; init; }

    public required string Username { get; init; }

    /// <summary>SHA-256 of the password. Passwords are made here, 160 random bits: checking one must not cost a slow hash per request.</summary>
    public required byte[] PasswordHash { get; set; }

    public required string Description { get; set; }

    public required string[] Scopes { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public DateTimeOffset? RevokedAt { get; set; }

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
        builder.HasIndex(c => c.Username).IsUnique();
    }
}
