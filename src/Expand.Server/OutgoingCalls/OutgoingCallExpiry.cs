using Expand.Server.Platform;
using Npgsql;

namespace Expand.Server.OutgoingCalls;

/// <summary>
/// Writes down which calls are expired, on one host at a time. Nobody waits for it: whoever reads a call finds what it is at that moment
/// (<see cref="OutgoingCall.Settle"/>).
/// </summary>
internal sealed class OutgoingCallExpiry(NpgsqlDataSource database, Leases leases, TimeProvider clock, ILogger<OutgoingCallExpiry> log) : BackgroundService
{
    /// <summary>The lease that the job is done under.</summary>
    public const string Lease = "outgoing-calls:expiry";

    private const int Portion = 1000;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await leases.RunAsync(Lease, KeepAsync, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever it is (a database that is away shows itself as many an exception), the server lives on and tries again.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                log.ExpiryWaits(failure is NpgsqlException or TimeoutException or OperationCanceledException ? null : failure, failure.Message);
                await Task.Delay(Tick, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task KeepAsync(CancellationToken ct)
    {
        while (true)
        {
            var expired = await OutgoingCallRepository.ExpireAsync(database, clock.GetUtcNow(), Portion, ct);
            if (expired > 0) log.CallsExpired(expired);
            if (expired < Portion) await Task.Delay(Tick, clock, ct);
        }
    }
}
