using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Expand.Server.Platform;

/// <summary>Lets <c>dotnet ef migrations add</c> build the model without starting the server; it never connects.</summary>
internal sealed class ExpandDbDesign : IDesignTimeDbContextFactory<ExpandDb>
{
    public ExpandDb CreateDbContext(string[] args) =>
        new(DatabaseModule.Configure(new DbContextOptionsBuilder<ExpandDb>(), "Host=localhost;Database=expand").Options);
}
