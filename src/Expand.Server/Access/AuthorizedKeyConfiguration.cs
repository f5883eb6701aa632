using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Access;

internal sealed class AuthorizedKeyConfiguration : IEntityTypeConfiguration<AuthorizedKey>
{
    public void Configure(EntityTypeBuilder<AuthorizedKey> builder)
    {
        builder.ToTable("authorized_keys").HasKey(k => k.Id);
        builder.Property(k => k.Id).UseIdentityAlwaysColumn();
        builder.Property(k => k.Description).HasMaxLength(CallerDescription.Length);
        builder.Property(k => k.Prefix).HasMaxLength(AuthorizedKey.PrefixLength);
        builder.HasIndex(k => k.Hash).IsUnique();
    }
}

/// <summary>A counter that every change of a credential raises in its own transaction; hosts poll it (see <see cref="KeyDirectory"/>).</summary>
internal sealed class AccessVersion
{
    public int Id { get; init; }

    public long Version { get; set; }
}

internal sealed class AccessVersionConfiguration : IEntityTypeConfiguration<AccessVersion>
{
    public void Configure(EntityTypeBuilder<AccessVersion> builder)
    {
        builder.ToTable("access_version").HasKey(v => v.Id);
        builder.Property(v => v.Id).ValueGeneratedNever();
        builder.HasData(new AccessVersion { Id = 1, Version = 1 });
    }
}
