using Expand.Server.Access.Settings;
using Expand.Server.Platform;
using Expand.Server.Platform.Outbound;
using Expand.Server.Sms.Gateways;

namespace Expand.Server.Sms;

/// <summary>
/// Sends what waits, on every host: claims some, asks the gateway, writes down what it said. What a host leaves without an outcome is in doubt, and never
/// sent again before it is certain, or a person says so (<see cref="SmsRecipient.Settle"/>).
/// </summary>
internal sealed class SmsSender(
    SmsQueue queue, SmsOutcomes outcomes, SmsGateways gateways, Settings<SmsSettings> settings, SmsWake wake, HostPresence host, TimeProvider clock,
    ILogger<SmsSender> log) : BackgroundService
{
    /// <summary>Messages that this host asks the gateway to take at the same time.</summary>
    private const int AtOnce = 16;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    /// <summary>A gateway that is away is not asked again at once for every message that waits.</summary>
    private static readonly TimeSpan AwayPause = TimeSpan.FromSeconds(2);

    /// <summary>Longer than a request lives, its outcome's writing included.</summary>
    private static readonly TimeSpan WritingTime = TimeSpan.FromSeconds(45);

    private readonly SemaphoreSlim free = new(AtOnce, AtOnce);

    /// <summary>UTC ticks: deliveries write it side by side.</summary>
    private long pausedUntil;
    private DateTimeOffset sweptAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // This life's claims are younger.
        var startedAt = clock.GetUtcNow();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SweepAsync(startedAt, stoppingToken);
                if (await SendAsync(stoppingToken)) await Task.Delay(Pace, stoppingToken);
                else await wake.WaitAsync(Look, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // A database that is away shows itself as many an exception, and a sender that ended would send nothing ever after.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                log.SenderWaits(failure.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
            }
        }

        // What the gateway was asked is waited for: an answer that nobody hears leaves a message in doubt.
        for (var i = 0; i < AtOnce; i++) await free.WaitAsync(CancellationToken.None);
    }

    public override void Dispose()
    {
        free.Dispose();
        base.Dispose();
    }

    private async Task SweepAsync(DateTimeOffset startedAt, CancellationToken ct)
    {
        if (clock.GetUtcNow() - sweptAt < SweepEvery) return;
        var set = settings.Value;
        var doubtful = await outcomes.DoubtAsync(host.Id, startedAt, TimeSpan.FromSeconds(set.TimeoutSeconds) + WritingTime, TimeSpan.FromSeconds(set.GraceSeconds), ct);
        if (doubtful > 0) log.InDoubt(doubtful);
        if (await outcomes.SettleAsync(set.Attempts, ct) is > 0 and var settled) log.Settled(settled);
        sweptAt = clock.GetUtcNow();
    }

    /// <summary>Claims and begins to send; false where there is nothing to do.</summary>
    private async Task<bool> SendAsync(CancellationToken ct)
    {
        if (gateways.Current is not { } gateway || clock.GetUtcNow().UtcTicks < Interlocked.Read(ref pausedUntil) || free.CurrentCount == 0 || !await queue.HasDueAsync(ct)) return false;
        var set = settings.Value;
        foreach (var claim in await queue.ClaimAsync(free.CurrentCount, set.SendPerSecond, gateway.ReportsEvery, ct))
        {
            await free.WaitAsync(CancellationToken.None);
            _ = DeliverAsync(gateway, set, claim, ct);
        }

        return true;
    }

    private async Task DeliverAsync(ISmsGateway gateway, SmsSettings set, SmsClaim claim, CancellationToken stopping)
    {
        try
        {
            var ticket = new ReportTicket(claim.Id, claim.Attempt, claim.Token);
            var parcel = new Parcel(claim.Id, claim.Number, claim.Sender.Length > 0 ? claim.Sender : set.Sender, claim.Text, claim.Encoding, ticket);
            // Not ended by a stop: it is bounded, and its answer is worth the wait.
            var answer = await gateway.SendAsync(parcel, CancellationToken.None);
            if (answer.End == GatewayEnd.Later) Interlocked.Exchange(ref pausedUntil, (clock.GetUtcNow() + (answer.Wait is { } wish && wish < LongestWait ? wish : AwayPause)).UtcTicks);
            await WriteAsync(claim, answer, set, stopping);
        }
#pragma warning disable CA1031 // Nobody awaits it: whatever it was, the claim is without an outcome, and the sweep finds it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            log.DeliveryFailed(failure, claim.MessageId, claim.Id);
        }
        finally
        {
            free.Release();
        }
    }

    /// <summary>Until it is written, or the host stops: what the gateway said is known to nobody else.</summary>
    private async Task WriteAsync(SmsClaim claim, GatewayAnswer answer, SmsSettings set, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await outcomes.ChangeAsync(claim.Id, (recipient, now) => _ = answer.End switch
                {
                    GatewayEnd.Accepted => recipient.Accept(claim.Attempt, answer.Id, answer.Words, now),
                    GatewayEnd.Refused => recipient.Refuse(claim.Attempt, answer.Words, now),
                    GatewayEnd.Later => recipient.Later(claim.Attempt, answer.Words, set.Attempts, WaitAfter(claim.Tries, answer.Wait), now),
                    _ => recipient.Doubt(claim.Attempt, answer.Words, TimeSpan.FromSeconds(set.GraceSeconds), now),
                }, CancellationToken.None);
                return;
            }
#pragma warning disable CA1031 // A database that is away shows itself as many an exception.
            catch (Exception failure) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
            {
                log.OutcomeWaits(claim.MessageId, claim.Id, failure.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static TimeSpan WaitAfter(int tries, TimeSpan? wish)
    {
        var wait = BackOff.After(tries, FirstWait, LongestWait);
        return wish > wait ? (wish.Value < LongestWait ? wish.Value : LongestWait) : wait;
    }
}
