using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Announcements;
using Npgsql;

namespace Expand.Server.OutgoingCalls;

/// <summary>
/// What the clock does to calls, on one host at a time. Writes down which are expired; nobody waits for it: whoever reads a call finds what it is
/// at that moment (<see cref="OutgoingCall.Settle"/>). Keeps the claims whose call goes on, whatever became of the page that dialled it. Lets the
/// calls of a user who got another name bear it.
/// </summary>
internal sealed class OutgoingCallExpiry(
    NpgsqlDataSource database, Leases leases, UserDirectory users, AnnouncementsWanted wanted, TimeProvider clock, ILogger<OutgoingCallExpiry> log) : BackgroundService
{
    /// <summary>The lease that the job is done under.</summary>
    public const string Lease = "outgoing-calls:expiry";

    private const int Portion = 1000;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        leases.KeepAsync(Lease, KeepAsync, Tick, (failure, reason) => log.ExpiryWaits(failure, reason), stoppingToken);

    private async Task KeepAsync(CancellationToken ct)
    {
        long? named = null;
        while (true)
        {
            await OutgoingCallRepository.KeepClaimsAsync(database, clock.GetUtcNow() + CallClaims.LastsAfterCall, ct);
            // Once at the beginning: a user may have got another name while no host was there.
            if (users.Version is var version && version != named)
            {
                if (await OutgoingCallRepository.FollowNamesAsync(database, ct) is > 0 and var renamed) log.AgentsRenamed(renamed);
                named = version;
            }

            var expired = await OutgoingCallRepository.ExpireAsync(database, clock.GetUtcNow(), Portion, ct, wanted.Contains(OutgoingAnnouncements.Expired));
            if (expired > 0) log.CallsExpired(expired);
            if (expired < Portion) await Task.Delay(Tick, clock, ct);
        }
    }
}
