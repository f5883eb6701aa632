using Expand.Server.Access.Settings;
using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.Sms;

/// <summary>Deletes messages that are older than the settings want them kept, on one host at a time. What is not over yet stays, and so do drafts.</summary>
internal sealed class SmsRetention(NpgsqlDataSource database, Leases leases, Settings<SmsSettings> settings, TimeProvider clock, ILogger<SmsRetention> log) : BackgroundService
{
    private const int Portion = 500;
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        leases.KeepAsync("sms:retention", KeepAsync, Again, (failure, reason) => log.RetentionWaits(failure, reason), stoppingToken);

    /// <summary>Deletes a portion of what is old; how many messages.</summary>
    internal static async Task<int> DeleteAsync(NpgsqlDataSource database, DateTimeOffset before, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            delete from sms_messages where id in (
                select m.id from sms_messages m where m.created_at < $1 and m.queued_at is not null
                    and not exists (select from sms_recipients r where r.message_id = m.id and r.state < 3)
                order by m.created_at limit $2 for update skip locked)
            """);
        command.Parameters.Add(new() { Value = before.UtcDateTime });
        command.Parameters.Add(new() { Value = Portion });
        return await command.ExecuteNonQueryAsync(ct);
    }

    private async Task KeepAsync(CancellationToken ct)
    {
        while (true)
        {
            if (settings.Value.KeepDays is { } days)
            {
                var deleted = await DeleteAsync(database, clock.GetUtcNow().AddDays(-days), ct);
                if (deleted > 0) log.OldDeleted(deleted, days);
                if (deleted == Portion) continue;
            }

            await Task.Delay(Every, clock, ct);
        }
    }
}
