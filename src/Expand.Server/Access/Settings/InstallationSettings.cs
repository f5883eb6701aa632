using System.Collections.Frozen;
using Npgsql;

namespace Expand.Server.Access.Settings;

/// <summary>The sections that administrators have set, as they are stored, in memory on every host.</summary>
internal sealed class InstallationSettings(NpgsqlDataSource database) : SharedCopy(database, Counter)
{
    /// <summary>The number that changes of settings are counted under.</summary>
    public const int Counter = 8;

    private volatile FrozenDictionary<string, StoredSection> sections = FrozenDictionary<string, StoredSection>.Empty;

    /// <summary>Null where the configuration's is in force.</summary>
    public StoredSection? Find(string section) => sections.GetValueOrDefault(section);

    protected override async Task LoadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var read = new List<StoredSection>();
        await using var command = new NpgsqlCommand("select section, value, changed_at, changed_by from installation_settings", connection) { CommandTimeout = 5 };
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            read.Add(new StoredSection
            {
                Section = rows.GetString(0),
                Value = rows.GetString(1),
                ChangedAt = rows.GetFieldValue<DateTimeOffset>(2),
                ChangedBy = rows.GetString(3),
            });
        }

        sections = read.ToFrozenDictionary(s => s.Section, StringComparer.Ordinal);
    }
}
