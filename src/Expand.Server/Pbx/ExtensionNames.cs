using Expand.Server.Access;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;

namespace Expand.Server.Pbx;

/// <summary>The caller-ID name that an administrator gave an extension, in place of the PBX's.</summary>
internal sealed class ExtensionName
{
    public required string Number { get; init; }

    public required string Name { get; set; }
}

internal sealed class ExtensionNameConfiguration : IEntityTypeConfiguration<ExtensionName>
{
    public void Configure(EntityTypeBuilder<ExtensionName> builder)
    {
        builder.ToTable("extension_names").HasKey(e => e.Number);
        builder.Property(e => e.Number).HasMaxLength(64);
        builder.Property(e => e.Name).HasMaxLength(ExtensionNames.Length);
    }
}

/// <summary>The names given here, in memory on every host; every change audited. The PBX's own configuration is left as it is.</summary>
internal sealed class ExtensionNames(NpgsqlDataSource database, IDbContextFactory<ExpandDb> databases, TimeProvider clock, ILogger<ExtensionNames> log)
    : SharedCopy(database, Counter)
{
    /// <summary>The number that changes of names are counted under.</summary>
    public const int Counter = 6;

    /// <summary>Characters of a name at most.</summary>
    public const int Length = 60;

    private volatile Dictionary<string, string> names = [];
    private long revision;

    /// <summary>Grows with every reading.</summary>
    public long Revision => Interlocked.Read(ref revision);

    /// <summary>The name given here; null where none is.</summary>
    public string? Of(string number) => names.GetValueOrDefault(number);

    /// <summary>Gives an extension a name; empty: it goes by the PBX's again. Repeating it changes nothing.</summary>
    /// <param name="number">The extension.</param>
    /// <param name="isThere">Whether the PBX has it: a name is given to those that it has, and taken back from any.</param>
    /// <param name="name">The name.</param>
    /// <param name="actor">Who gives it.</param>
    /// <param name="ct">Ends the attempt.</param>
    public async Task<Failure?> NameAsync(string number, bool isThere, string name, Actor actor, CancellationToken ct)
    {
        name = name.Trim();
        if (name.Length > Length) return Failure.Invalid("name", $"the name may have {Length} characters at most");
        if (!PlainText.Holds(name)) return Failure.Invalid("name", $"the name {PlainText.Rule}");
        // It ends up in caller IDs, where these would end it.
        if (name.AsSpan().IndexOfAny("\"<>") >= 0) return Failure.Invalid("name", "the name may not hold quotes or angle brackets");
        if (!isThere && name.Length > 0) return Failure.NotFound($"extension {number}");

        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await RaiseAsync(db, Counter, ct);
        var known = await db.Set<ExtensionName>().SingleOrDefaultAsync(e => e.Number == number, ct);
        var before = known?.Name ?? "";
        if (before == name) return null;
        if (name.Length == 0) db.Remove(known!);
        else if (known is null) db.Add(new ExtensionName { Number = number, Name = name });
        else known.Name = name;
        db.Add(AuditEntry.Of(clock.GetUtcNow(), actor, "extension.named", $"extension {number}", $"from \"{before}\" to \"{name}\""));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        log.ExtensionNamed(number, actor.Name);
        await RefreshAsync(ct);
        return null;
    }

    protected override async Task LoadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var read = new Dictionary<string, string>();
        await using var command = new NpgsqlCommand("select number, name from extension_names", connection) { CommandTimeout = 5 };
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) read[rows.GetString(0)] = rows.GetString(1);
        names = read;
        Interlocked.Increment(ref revision);
    }
}
