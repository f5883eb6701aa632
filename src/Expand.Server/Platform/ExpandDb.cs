using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Platform;

/// <summary>The one database context. It names no room: each room describes its tables beside its entities, and they are collected here.</summary>
internal sealed class ExpandDb(DbContextOptions<ExpandDb> options) : DbContext(options), IDataProtectionKeyContext
{
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(ExpandDb).Assembly);
}
