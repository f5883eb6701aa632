using Npgsql;

namespace Expand.Server.Access;

/// <summary>Writes down what keys and credentials were used for, every few seconds and when the host stops.</summary>
internal sealed class UsageJournal(
    KeyDirectory keys, CredentialDirectory credentials, NpgsqlDataSource database, TimeProvider clock, ILogger<UsageJournal> log) : BackgroundService
{
    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(3);
    private bool failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(WriteEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await WriteAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: what is left is written by StopAsync.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    private async Task WriteAsync(CancellationToken ct)
    {
        try
        {
            await keys.Usages.WriteAsync(database, ct);
            await credentials.Usages.WriteAsync(database, ct);
            failing = false;
        }
#pragma warning disable CA1031 // Whatever it is, what was counted waits: a database that is away must stop neither calls nor the rest of a host that stops.
        catch (Exception failure) when (failure is not OperationCanceledException || !ct.IsCancellationRequested)
#pragma warning restore CA1031
        {
            if (!failing) log.UsageDelayed(failure.Message);
            failing = true;
        }
    }
}
