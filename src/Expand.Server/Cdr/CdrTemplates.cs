using System.Text.RegularExpressions;
using Expand.Server.Access;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Expand.Server.Cdr;

/// <summary>A field of cdrCustom that is the installation's own.</summary>
public enum CdrField
{
    /// <summary>The attribute <c>estado</c>.</summary>
    Estado,

    /// <summary>The attribute <c>observaciones</c>.</summary>
    Observaciones,
}

/// <summary>A template that an administrator set, in place of the settings' one.</summary>
internal sealed class StoredTemplate
{
    public required CdrField Field { get; init; }

    public required string Text { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    public required string ChangedBy { get; set; }
}

internal sealed class StoredTemplateConfiguration : IEntityTypeConfiguration<StoredTemplate>
{
    public void Configure(EntityTypeBuilder<StoredTemplate> builder)
    {
        builder.ToTable("cdr_templates").HasKey(t => t.Field);
        builder.Property(t => t.Field).HasConversion<short>().ValueGeneratedNever();
        builder.Property(t => t.Text).HasMaxLength(CdrTemplates.Length);
    }
}

/// <summary>A template in force.</summary>
/// <param name="Text">As it was written.</param>
/// <param name="Template">The same, ready to render.</param>
/// <param name="Default">The settings' one.</param>
/// <param name="ChangedAt">When it was set; null where it is the settings' one.</param>
/// <param name="ChangedBy">Who set it.</param>
internal sealed record TemplateInForce(string Text, CdrTemplate Template, string Default, DateTimeOffset? ChangedAt, string? ChangedBy);

/// <summary>The templates of cdrCustom, in memory on every host; every change audited. Where none is set the settings' one is in force.</summary>
internal sealed partial class CdrTemplates : SharedCopy
{
    /// <summary>The number that changes of templates are counted under.</summary>
    public const int Counter = 7;

    /// <summary>Characters of a template at most.</summary>
    public const int Length = 1000;

    private readonly IDbContextFactory<ExpandDb> databases;
    private readonly TimeProvider clock;
    private readonly Dictionary<CdrField, TemplateInForce> defaults;
    private volatile Dictionary<CdrField, TemplateInForce> inForce;

    public CdrTemplates(NpgsqlDataSource database, IDbContextFactory<ExpandDb> databases, IOptions<CdrOptions> options, TimeProvider clock)
        : base(database, Counter)
    {
        (this.databases, this.clock) = (databases, clock);
        defaults = new Dictionary<CdrField, TemplateInForce>
        {
            [CdrField.Estado] = Of(options.Value.Estado),
            [CdrField.Observaciones] = Of(options.Value.Observaciones),
        };
        inForce = defaults;

        static TemplateInForce Of(string text) => new(text, new CdrTemplate(text), text, null, null);
    }

    /// <summary>The template by which the field is answered.</summary>
    public TemplateInForce this[CdrField field] => inForce[field];

    /// <summary>What is wrong with a template; null where nothing is.</summary>
    public static Failure? Validate(string text)
    {
        if (text.Length > Length) return Failure.Invalid("template", $"the template may have {Length} characters at most");
        if (!PlainText.Holds(text)) return Failure.Invalid("template", $"the template {PlainText.Rule}");
        if (CdrTemplate.FirstUnknown(text) is { } unknown) return Failure.Invalid("template", $"'{unknown}' is no field of a call");
        // As text it would stand in every answer, and nobody means that.
        return Hole().Replace(text, "").AsSpan().IndexOfAny('{', '}') >= 0 ? Failure.Invalid("template", "a brace stands alone: fields are written as {name}") : null;
    }

    /// <summary>Sets a template, on this host at once and on every other within a second; null: the settings' one is in force again.</summary>
    public async Task<Failure?> ChangeAsync(CdrField field, string? text, Actor actor, CancellationToken ct)
    {
        if (text is not null && Validate(text) is { } wrong) return wrong;
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await RaiseAsync(db, Counter, ct);
        var stored = await db.Set<StoredTemplate>().SingleOrDefaultAsync(t => t.Field == field, ct);
        if (stored?.Text == text) return null;
        var before = stored?.Text ?? defaults[field].Text;
        if (text is null) db.Remove(stored!);
        else if (stored is null) db.Add(new StoredTemplate { Field = field, Text = text, ChangedAt = clock.GetUtcNow(), ChangedBy = actor.Name });
        else (stored.Text, stored.ChangedAt, stored.ChangedBy) = (text, clock.GetUtcNow(), actor.Name);
        var name = field.ToString().ToLowerInvariant();
        db.Add(AuditEntry.Of(clock.GetUtcNow(), actor, "cdr-template.changed", $"cdrCustom {name}", $"from {before} to {text ?? defaults[field].Text}"));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        await RefreshAsync(ct);
        return null;
    }

    protected override async Task LoadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var read = new Dictionary<CdrField, TemplateInForce>(defaults);
        await using var command = new NpgsqlCommand("select field, text, changed_at, changed_by from cdr_templates", connection) { CommandTimeout = 5 };
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            var (field, text) = ((CdrField)rows.GetInt16(0), rows.GetString(1));
            // One of a later version that knows more fields is left out here: the settings' one answers meanwhile.
            if (!defaults.TryGetValue(field, out var usual) || CdrTemplate.FirstUnknown(text) is not null) continue;
            read[field] = new TemplateInForce(text, new CdrTemplate(text), usual.Text, rows.GetFieldValue<DateTimeOffset>(2), rows.GetString(3));
        }

        inForce = read;
    }

    [GeneratedRegex(@"\{[A-Za-z0-9_.-]+\}", RegexOptions.CultureInvariant)]
    private static partial Regex Hole();
}
