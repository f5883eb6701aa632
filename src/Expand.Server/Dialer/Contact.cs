using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Dialer;

/// <summary>Somebody whom a campaign calls: a row of <c>contacts</c>, which is read and written by SQL (<see cref="ContactTable"/>).</summary>
internal sealed record Contact
{
    public long Id { get; init; }

    public int Campaign { get; init; }

    public required string Name { get; init; }

    /// <summary>What is dialled: digits, <c>+</c>, <c>*</c> and <c>#</c>.</summary>
    public required string Numcall { get; init; }

    public bool Enable { get; init; }

    /// <summary>Data for whoever calls: the text of a JSON object, its members in the order in which they came.</summary>
    public required string Info { get; init; }

    public ContactState State { get; init; }

    public DateTimeOffset StateAt { get; init; }

    public DateTimeOffset AddedAt { get; init; }

    public DateTimeOffset? AttemptAt { get; init; }

    public AttemptOutcome? LastAttempt { get; init; }

    public IReadOnlyList<StateChange> StateLog { get; init; } = [];

    /// <summary>The contact that it is called as; null: as itself.</summary>
    public long? IdCall { get; init; }

    /// <summary>IANA name of the zone in which it may be called only in the campaign's hours; null: the campaign's.</summary>
    public string? TimeZone { get; init; }

    /// <summary>When it is to be called next, while it is Pending; no earlier.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>The client's own key of it, unique in the campaign.</summary>
    public string? ExternalId { get; init; }

    /// <summary>Counts every change; the ETag.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Name and number in lower case, a line each, for <c>like</c>; PostgreSQL makes it.</summary>
    public string Search { get; private init; } = "";

    /// <summary>What the state machine sees of it.</summary>
    public ContactLife Life
    {
        get => new(State, StateAt, Enable, AttemptAt, LastAttempt, StateLog) { DueAt = DueAt };
        init => (State, StateAt, Enable, AttemptAt, LastAttempt, StateLog, DueAt) =
            (value.State, value.StateAt, value.Enable, value.AttemptAt, value.LastAttempt, value.Log, value.DueAt);
    }
}

/// <summary>How many contacts a campaign has in a state: the sum of its rows, which the trigger of <c>contacts</c> keeps.</summary>
internal sealed class ContactCount
{
    public long Id { get; init; }

    public int Campaign { get; init; }

    public ContactState State { get; init; }

    /// <summary>May be negative in one row; the sum is not.</summary>
    public long Count { get; init; }
}

internal sealed class ContactConfiguration : IEntityTypeConfiguration<Contact>
{
    /// <summary>The order of names: as Spanish has it, whatever the database's own locale; ICU comes with PostgreSQL.</summary>
    public const string NameCollation = "es-x-icu";

    public void Configure(EntityTypeBuilder<Contact> builder)
    {
        builder.ToTable("contacts").HasKey(c => c.Id);
        builder.HasOne<Campaign>().WithMany().HasForeignKey(c => c.Campaign);
        builder.Ignore(c => c.Life);
        builder.Property(c => c.Id).UseIdentityByDefaultColumn();
        builder.Property(c => c.Name).UseCollation(NameCollation);
        builder.Property(c => c.Numcall).UseCollation("C");
        // json and not jsonb: a client finds its members in the order in which it sent them.
        builder.Property(c => c.Info).HasColumnType("json");
        // Before this there was nothing that dialled: whoever is pending may be called at once.
        builder.Property(c => c.DueAt).HasDefaultValueSql("'-infinity'");
        builder.Property(c => c.StateLog).HasColumnType("jsonb").HasConversion(log => StateLogJson.Write(log), text => StateLogJson.Read(text));
        builder.Property(c => c.ExternalId).UseCollation("C");
        builder.Property(c => c.Search).UseCollation("C")
            .HasComputedColumnSql($"lower(name collate \"{NameCollation}\") || E'\\n' || (numcall collate \"{NameCollation}\")", stored: true);
        Index(builder);
    }

    /// <summary>
    /// An index for each order, with the state in front: a listing of all states merges four of them, and half as many have to be written.
    /// </summary>
    private static void Index(EntityTypeBuilder<Contact> builder)
    {
        builder.HasIndex(c => new { c.Campaign, c.State, c.Id });
        builder.HasIndex(c => new { c.Campaign, c.DueAt, c.Id }, "contacts_due").HasFilter("state = 0");
        builder.HasIndex(c => new { c.Campaign, c.TimeZone }, "contacts_zones").HasFilter("state = 0 and time_zone is not null");
        builder.HasIndex(c => new { c.Campaign, c.State, c.Name, c.Id });
        builder.HasIndex(c => new { c.Campaign, c.State, c.Numcall, c.Id });
        builder.HasIndex(c => new { c.Campaign, c.State, c.AddedAt, c.Id });
        builder.HasIndex(c => new { c.Campaign, c.State, c.StateAt, c.Id });
        builder.HasIndex(c => new { c.Campaign, c.ExternalId }).IsUnique().HasFilter("external_id is not null");
        builder.Metadata.Model.GetOrAddPostgresExtension(null, "pg_trgm", null);
        builder.Metadata.Model.GetOrAddPostgresExtension(null, "btree_gin", null);
        // A short list of what is pending in the index: every search reads all of it.
        builder.HasIndex(c => new { c.Campaign, c.Search }).HasMethod("gin").HasOperators("int4_ops", "gin_trgm_ops")
            .HasStorageParameter("gin_pending_list_limit", 512);
    }
}

internal sealed class ContactCountConfiguration : IEntityTypeConfiguration<ContactCount>
{
    public void Configure(EntityTypeBuilder<ContactCount> builder)
    {
        // No foreign key: rows come by the trigger, for campaigns that are there.
        builder.ToTable("contact_counts").HasKey(c => c.Id);
        builder.HasStorageParameter("fillfactor", 50);
        builder.Property(c => c.Id).UseIdentityAlwaysColumn();
        builder.HasIndex(c => new { c.Campaign, c.State });
    }
}
