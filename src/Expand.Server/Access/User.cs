using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Access;

/// <summary>What a user may do in the web UI; follows from the profile and the flags (<see cref="User.Parts"/>).</summary>
internal static class Roles
{
    public const string Administrator = "administrator";
    public const string Supervisor = "supervisor";
    public const string Agent = "agent";
}

/// <summary>Somebody who signs in to the web UI (contract, product.md "People and credentials").</summary>
internal sealed class User : IdentityUser<int>
{
    public required string FullName { get; set; }

    /// <summary>The contract's <c>perfil</c>, in the installation's own words.</summary>
    public required string Profile { get; set; }

    /// <summary>One of <see cref="Roles"/>.</summary>
    public required string Role { get; set; }

    public bool IsSupervisor { get; set; }

    public bool IsAgent { get; set; }

    /// <summary>The agent's number, unique where there is one.</summary>
    public string? AgentNumber { get; set; }

    /// <summary>Whose pages the user finds: somebody may administer, supervise and take calls as well.</summary>
    public IEnumerable<string> Parts
    {
        get
        {
            if (Role == Roles.Administrator) yield return Roles.Administrator;
            if (IsSupervisor) yield return Roles.Supervisor;
            if (IsAgent) yield return Roles.Agent;
        }
    }
}

internal sealed class UserConfiguration : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.ToTable("users").HasKey(u => u.Id);
        builder.Property(u => u.Id).UseIdentityAlwaysColumn();
        builder.Property(u => u.ConcurrencyStamp).IsConcurrencyToken();
        builder.Property(u => u.UserName).HasMaxLength(256);
        builder.Property(u => u.NormalizedUserName).HasMaxLength(256);
        builder.HasIndex(u => u.NormalizedUserName).IsUnique();
        builder.HasIndex(u => u.NormalizedEmail);
        builder.HasIndex(u => u.AgentNumber).IsUnique();
        builder.Ignore(u => u.Parts);
    }
}

internal sealed class UserClaimConfiguration : IEntityTypeConfiguration<IdentityUserClaim<int>>
{
    public void Configure(EntityTypeBuilder<IdentityUserClaim<int>> builder)
    {
        builder.ToTable("user_claims").HasKey(c => c.Id);
        builder.HasOne<User>().WithMany().HasForeignKey(c => c.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class UserLoginConfiguration : IEntityTypeConfiguration<IdentityUserLogin<int>>
{
    public void Configure(EntityTypeBuilder<IdentityUserLogin<int>> builder)
    {
        builder.ToTable("user_logins").HasKey(l => new { l.LoginProvider, l.ProviderKey });
        builder.HasOne<User>().WithMany().HasForeignKey(l => l.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class UserTokenConfiguration : IEntityTypeConfiguration<IdentityUserToken<int>>
{
    public void Configure(EntityTypeBuilder<IdentityUserToken<int>> builder)
    {
        builder.ToTable("user_tokens").HasKey(t => new { t.UserId, t.LoginProvider, t.Name });
        builder.HasOne<User>().WithMany().HasForeignKey(t => t.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
