using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Expand.Server.Platform.Announcements;

/// <summary>
/// What happened, for other systems: written by the room where it happened, in the transaction that made it so, and taken away by the one that passes it
/// on. So neither is told what was not, nor is anything that was left untold.
/// </summary>
internal sealed class Announcement
{
    public long Id { get; init; }

    /// <summary>What happened, such as <c>sms.delivered</c>: the subject, a dot, and the event.</summary>
    public required string Type { get; init; }

    /// <summary>When it happened.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>JSON: what is told about it.</summary>
    public required string Data { get; init; }

    public static Announcement Of<T>(string type, DateTimeOffset at, T data) =>
        new() { Type = type, At = at, Data = JsonSerializer.Serialize(data, JsonSerializerOptions.Web) };
}

internal sealed class AnnouncementConfiguration : IEntityTypeConfiguration<Announcement>
{
    public void Configure(EntityTypeBuilder<Announcement> builder)
    {
        builder.ToTable("announcements").HasKey(a => a.Id);
        builder.Property(a => a.Id).UseIdentityAlwaysColumn();
        builder.Property(a => a.Data).HasColumnType("jsonb");
    }
}

/// <summary>Which announcements somebody waits for; what nobody does is not written. In memory, the same on every host within a second.</summary>
internal sealed class AnnouncementsWanted
{
    private volatile IReadOnlySet<string> types = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Whether somebody waits for announcements of this type.</summary>
    public bool Contains(string type) => types.Contains(type);

    /// <summary>From now on these are waited for.</summary>
    public void Become(IReadOnlySet<string> wanted) => types = wanted;
}
