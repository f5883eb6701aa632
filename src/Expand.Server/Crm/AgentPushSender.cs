using Expand.Server.Access.Settings;
using Expand.Server.Platform.Outbound;

namespace Expand.Server.Crm;

/// <summary>Sends pushAgentInfo for whatever waits, on every host; each push is tried by one of them at a time.</summary>
internal sealed class AgentPushSender(AgentPushOutbox outbox, CrmServices crm, Settings<CrmSettings> settings, TimeProvider clock, ILogger<AgentPushSender> log)
    : BackgroundService
{
    private const int AtOnce = 8;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim woken = new(0, 1);
    private readonly SemaphoreSlim places = new(AtOnce, AtOnce);

    /// <summary>There is something to send.</summary>
    public void Wake()
    {
        try
        {
            woken.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake.
        }
    }

    /// <summary>Tries one push that is due.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> SendNextAsync(CancellationToken ct)
    {
        if (!crm.Has(CrmOperation.AgentInfo) || !crm.WouldAsk(CrmOperation.AgentInfo) || await outbox.ClaimAsync(ct) is not { } push) return false;
        await SendAsync(push);
        return true;
    }

    /// <summary>A caller as the contract writes one; who has no name has the number for one, as in clid.</summary>
    public static string Caller(string name, string number) => $"{(name.Length > 0 ? name : number)} <{number}>";

    public override void Dispose()
    {
        woken.Dispose();
        places.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failing = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await outbox.ExpireAsync(stoppingToken);
                await SendAllAsync(stoppingToken);
                failing = false;
                await woken.WaitAsync(Look, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever it is (a database that is away shows itself as many an exception), a sender that ended would send nothing.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                if (!failing) log.PushesWait(failure.Message);
                failing = true;
                await Task.Delay(Look, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task SendAllAsync(CancellationToken ct)
    {
        while (crm.Has(CrmOperation.AgentInfo) && crm.WouldAsk(CrmOperation.AgentInfo))
        {
            await places.WaitAsync(ct);
            ClaimedPush? push = null;
            try
            {
                push = await outbox.ClaimAsync(ct);
            }
            finally
            {
                if (push is null) places.Release();
            }

            if (push is null) return;
            _ = SendInPlaceAsync(push);
        }
    }

    private async Task SendInPlaceAsync(ClaimedPush push)
    {
        try
        {
            await SendAsync(push);
        }
#pragma warning disable CA1031 // What could not be written down is tried again when the claim is over.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            log.PushesWait(failure.Message);
        }
        finally
        {
            try
            {
                places.Release();
            }
            catch (ObjectDisposedException)
            {
                // The host stopped meanwhile.
            }
        }
    }

    private async Task SendAsync(ClaimedPush push)
    {
        var answer = await crm.CallAsync(CrmOperation.AgentInfo, push.UniqueId, push.Queue, Caller(push.CallerName, push.CallerNumber), push.Device, push.IvrData);
        var now = clock.GetUtcNow();
        if (answer is null or { Problem: CrmProblem.Open })
        {
            await outbox.ReleaseAsync(push, now + FirstWait, CancellationToken.None);
            return;
        }

        var next = now + BackOff.After(push.Attempts, FirstWait, LongestWait);
        var state = answer.IsSuccess ? CrmAnswer.Truth(answer.Value) is true ? PushState.Taken : PushState.NotTaken
            : push.Attempts >= settings.Value.PushAttempts || next >= push.GiveUpAt ? PushState.Failed : PushState.Waiting;
        await outbox.SettleAsync(push, state, next, answer, CancellationToken.None);
        log.PushTried(push.Id, push.UniqueId, state, push.Attempts);
    }
}
