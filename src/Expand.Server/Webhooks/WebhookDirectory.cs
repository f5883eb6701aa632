using System.Collections.Frozen;
using Expand.Server.Access;
using Expand.Server.Platform.Announcements;
using Npgsql;

namespace Expand.Server.Webhooks;

/// <summary>What is needed to send to a webhook.</summary>
/// <param name="Id">The webhook.</param>
/// <param name="Url">Where to.</param>
/// <param name="Secret">What to sign with; null where it cannot be read.</param>
/// <param name="Former">The secret before, which signs as well until <paramref name="FormerUntil"/>.</param>
/// <param name="FormerUntil">Until when.</param>
internal sealed record WebhookTarget(int Id, string Url, string? Secret, string? Former, DateTimeOffset? FormerUntil)
{
    /// <summary>The secrets that sign now; none where the secret cannot be read.</summary>
    public IEnumerable<string> SecretsAt(DateTimeOffset now)
    {
        if (Secret is null) yield break;
        yield return Secret;
        if (Former is not null && FormerUntil > now) yield return Former;
    }
}

/// <summary>
/// The webhooks, in memory on every host; and what of that the rooms must announce (<see cref="AnnouncementsWanted"/>), so that one made anywhere
/// counts everywhere within a second.
/// </summary>
internal sealed class WebhookDirectory(NpgsqlDataSource database, SigningSecrets secrets, AnnouncementsWanted wanted) : SharedCopy(database, Counter)
{
    /// <summary>The number that changes of webhooks are counted under.</summary>
    public const int Counter = 9;

    private volatile FrozenDictionary<int, WebhookTarget> targets = FrozenDictionary<int, WebhookTarget>.Empty;

    /// <summary>Whether anybody is to be told anything.</summary>
    public bool IsAnyEnabled { get; private set; }

    /// <summary>The webhook of that id, enabled or not; null where there is none.</summary>
    public WebhookTarget? Find(int id) => targets.GetValueOrDefault(id);

    protected override async Task LoadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var (read, types, isAnyEnabled) = (new List<WebhookTarget>(), new HashSet<string>(StringComparer.Ordinal), false);
        await using var command = new NpgsqlCommand(
            "select id, url, secret, former_secret, former_secret_until, enabled, event_types from webhooks", connection)
        { CommandTimeout = 5 };
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            read.Add(new WebhookTarget(
                row.GetInt32(0), row.GetString(1), secrets.Unprotect(row.GetString(2)), row.IsDBNull(3) ? null : secrets.Unprotect(row.GetString(3)),
                row.IsDBNull(4) ? null : row.GetFieldValue<DateTimeOffset>(4)));
            if (!row.GetBoolean(5)) continue;
            isAnyEnabled = true;
            var chosen = row.GetFieldValue<string[]>(6);
            types.UnionWith(EventCatalogue.All.Where(e => e.IsAnnounced && (chosen.Length == 0 || chosen.Contains(e.Name))).Select(e => e.Name));
        }

        targets = read.ToFrozenDictionary(t => t.Id);
        IsAnyEnabled = isAnyEnabled;
        wanted.Become(types);
    }
}
