using System.Collections.Concurrent;
using Expand.Server.Access.Settings;
using Expand.Server.Platform.Outbound;

namespace Expand.Server.Webhooks;

/// <summary>
/// Sends what is due, on every host: each webhook's turn is one host's at a time, and a receiver that is slow or away holds up nobody but itself. What a
/// host that dies had sent and not written down is sent again, with the same id.
/// </summary>
internal sealed class WebhookSender(
    DeliveryTurns turns, DeliveryPost post, WebhookDirectory directory, WebhookRegister register, Settings<WebhookSettings> settings, TimeProvider clock,
    ILogger<WebhookSender> log) : BackgroundService
{
    /// <summary>Webhooks that a host tells at the same time.</summary>
    private const int AtOnce = 32;

    private const int Portion = 100;
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    /// <summary>What a turn lasts beyond a message's time.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<int, Task> running = new();

    private DateTimeOffset TurnEnd => clock.GetUtcNow() + TimeSpan.FromSeconds(settings.Value.TimeoutSeconds) + Slack;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var begun = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            var rest = Rest;
            try
            {
                if (!begun) await turns.TakeBackAsync(stoppingToken);
                begun = true;
                if (directory.IsAnyEnabled) await BeginTurnsAsync(stoppingToken);
            }
#pragma warning disable CA1031 // A database that is away words it in many ways, and a sender that stopped would end the server.
            catch (Exception failure) when (failure is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                log.SenderWaits(failure.Message);
                rest = AfterFailure;
            }
            catch (OperationCanceledException)
            {
                break;
            }

            await Task.Delay(rest, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(running.Values);
    }

    private async Task BeginTurnsAsync(CancellationToken ct)
    {
        var room = AtOnce - running.Count;
        if (room <= 0) return;
        foreach (var webhook in await turns.TakeAsync([.. running.Keys], room, clock.GetUtcNow(), TurnEnd, ct))
        {
            // Registered before it runs: it takes itself out when it is done.
            var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            running[webhook] = TellAsync(webhook, begin.Task, ct);
            begin.SetResult();
        }
    }

    private async Task TellAsync(int webhook, Task begin, CancellationToken ct)
    {
        await begin;
        try
        {
            while (await TellPortionAsync(webhook, ct))
            {
                // There is more.
            }

            await turns.ReleaseAsync(webhook, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The next life takes the turn back.
        }
#pragma warning disable CA1031 // Whatever it is, the turn ends by itself, and what is due is taken up again.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            log.SenderWaits(failure.Message);
            await Task.Delay(AfterFailure, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            running.TryRemove(webhook, out _);
        }
    }

    /// <summary>Sends some of what is due; false where nothing more is, or nothing more may be sent.</summary>
    private async Task<bool> TellPortionAsync(int webhook, CancellationToken ct)
    {
        var due = await turns.DueAsync(webhook, clock.GetUtcNow(), Portion, ct);
        if (due.Count == 0) return false;
        var goesOn = true;
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = settings.Value.Parallel, CancellationToken = ct }, async (delivery, token) =>
        {
            if (!Volatile.Read(ref goesOn)) return;
            if (directory.Find(webhook) is not { } target || !await turns.KeepAsync(webhook, clock.GetUtcNow(), TurnEnd, token)) Volatile.Write(ref goesOn, false);
            else if (!await SendAsync(target, delivery, token)) Volatile.Write(ref goesOn, false);
        });
        return goesOn;
    }

    /// <summary>Sends one; false where the receiver is left in peace from now on.</summary>
    private async Task<bool> SendAsync(WebhookTarget target, DueDelivery delivery, CancellationToken ct)
    {
        var at = clock.GetUtcNow();
        var answer = await post.SendAsync(target, delivery.EventId, delivery.Body, ct);
        var now = clock.GetUtcNow();
        var outcome = DeliveryPlan.After(answer, delivery.Attempts + 1, settings.Value.Attempts, now);
        var failures = await turns.WriteAsync(target.Id, delivery, at, answer, outcome, countsForHealth: true, ct);
        if (answer.IsSuccess) return true;
        log.AttemptFailed(delivery.Id, delivery.Type, target.Id, delivery.Attempts + 1, answer.Summary);
        return await MayGoOnAsync(target.Id, answer, failures, now, ct);
    }

    private async Task<bool> MayGoOnAsync(int webhook, OutboundAnswer answer, int failures, DateTimeOffset now, CancellationToken ct)
    {
        if (answer.Status == StatusCodes.Status410Gone)
        {
            log.WebhookGone(webhook);
            await register.GoneAsync(webhook, ct);
            return false;
        }

        if (DeliveryPlan.Pause(answer, failures) is not { Ticks: > 0 } pause) return true;
        log.WebhookPaused(webhook, now + pause, failures);
        await turns.PauseAsync(webhook, now + pause, ct);
        return false;
    }
}
