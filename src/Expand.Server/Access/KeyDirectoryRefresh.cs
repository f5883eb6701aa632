using Npgsql;

namespace Expand.Server.Access;

/// <summary>Keeps the key directory of this host fresh (well within a second) and writes down what keys were used for (every few seconds).</summary>
internal sealed class KeyDirectoryRefresh(KeyDirectory directory, NpgsqlDataSource database, TimeProvider clock, ILogger<KeyDirectoryRefresh> log)
    : BackgroundService
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(3);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // The first request must find the keys.
        await directory.RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var written = clock.GetTimestamp();
        var failing = false;
        using var timer = new PeriodicTimer(PollEvery, clock);
        while (await Ticks(timer, stoppingToken))
        {
            try
            {
                await directory.RefreshAsync(stoppingToken);
                if (clock.GetElapsedTime(written) >= WriteEvery)
                {
                    written = clock.GetTimestamp();
                    await WriteUsageAsync(stoppingToken);
                }

                if (failing) log.KeysReachableAgain();
                failing = false;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // Whatever it is, keys that are known go on being known: a database that is away must not stop calls that need only the PBX.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                if (!failing) log.KeysOutOfReach(failure.Message);
                failing = true;
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await WriteUsageAsync(cancellationToken);
        }
#pragma warning disable CA1031 // What cannot be written at the end must not keep the rest of the host from stopping.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            log.KeysOutOfReach(failure.Message);
        }
    }

    private async Task WriteUsageAsync(CancellationToken ct)
    {
        var used = directory.Usages.Select(u => (Id: u.Key, Counter: u.Value, Usage: u.Value.Take())).Where(u => u.Usage.Calls > 0).ToList();
        if (used.Count == 0) return;
        await using var command = database.CreateCommand(
            """
            update authorized_keys k set calls = k.calls + u.calls, last_used_at = greatest(k.last_used_at, u.at), last_address = u.address
            from unnest($1, $2, $3, $4) as u(id, calls, at, address) where k.id = u.id
            """);
        command.Parameters.Add(new() { Value = used.Select(u => u.Id).ToArray() });
        command.Parameters.Add(new() { Value = used.Select(u => u.Usage.Calls).ToArray() });
        command.Parameters.Add(new() { Value = used.Select(u => u.Usage.LastUsed).ToArray() });
        command.Parameters.Add(new() { Value = used.Select(u => u.Usage.Address).ToArray() });
        try
        {
            await command.ExecuteNonQueryAsync(ct);
        }
        catch
        {
            foreach (var (_, counter, usage) in used) counter.PutBack(usage.Calls);
            throw;
        }
    }

    private static async ValueTask<bool> Ticks(PeriodicTimer timer, CancellationToken ct)
    {
        try
        {
            return await timer.WaitForNextTickAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
