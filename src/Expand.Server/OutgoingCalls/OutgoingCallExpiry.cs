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

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        leases.KeepAsync(Lease, KeepAsync, Tick, (failure, reason) => log.ExpiryWaits(failure, reason), stoppingToken);

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
