using System.Collections.Concurrent;
using Expand.Server.Access.Settings;
using Expand.Server.Calls;
using Expand.Server.Pbx;

namespace Expand.Server.Dialer.Engine;

/// <summary>Claims contacts and asks the PBX for their calls: a row, then the mark that it is asked for, then the order, which is sent once.</summary>
internal sealed class AttemptPlacing(
    IServiceScopeFactory scopes, Pbx.Pbx pbx, Settings<DialerSettings> settings, TimeProvider clock, ILogger<AttemptPlacing> log)
{
    /// <summary>
    /// How long after its mark an order may be sent: well within the time after which one without a channel counts as not placed, and its contact is due again. A
    /// host that was stopped in between, or whose orders wait for their turn, sends nothing late.
    /// </summary>
    private static readonly TimeSpan Sent = AttemptJudgement.Grace / 2;

    /// <summary>Attempts between the claim and the mark, of this host.</summary>
    private readonly ConcurrentDictionary<long, bool> inHand = new();

    /// <summary>Whether this host is just about to ask for it.</summary>
    public bool IsInHand(long attempt) => inHand.ContainsKey(attempt);

    /// <summary>Claims for a campaign, and begins to ask for what is claimed: how many that are.</summary>
    public async Task<int> PlaceAsync(ActiveCampaign campaign, int count, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var claimed = await scope.ServiceProvider.GetRequiredService<AttemptClaims>().ClaimAsync(campaign.Order(count), ct);
        if (claimed.Count == 0 || campaign.Way is not { } way) return 0;
        foreach (var one in claimed) inHand[one.Attempt.Id] = true;
        _ = AskAsync(claimed, way, ct);
        return claimed.Count;
    }

    private async Task AskAsync(IReadOnlyList<ClaimedAttempt> claimed, DialerTrunk way, CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var at = clock.GetUtcNow();
            var asked = await scope.ServiceProvider.GetRequiredService<DialAttempts>().AskAsync([.. claimed.Select(c => c.Attempt.Id)], at, ct);
            await Task.WhenAll(claimed.Where(c => asked.Contains(c.Attempt.Id)).Select(c => SendAsync(c, way, at + Sent, ct)));
        }
#pragma warning disable CA1031 // Whatever it is: what was not asked for is given up, and what was is looked up, by whoever dials next.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            if (!ct.IsCancellationRequested) log.AskingFailed(failure, claimed.Count);
        }
        finally
        {
            foreach (var one in claimed) inHand.TryRemove(one.Attempt.Id, out _);
        }
    }

    private async Task SendAsync(ClaimedAttempt claimed, DialerTrunk way, DateTimeOffset until, CancellationToken ct)
    {
        await pbx.TakeTurnAsync(ct);
        if (clock.GetUtcNow() > until) return;
        // A host that does not lead any more leaves it: nothing was sent, and no channel will come.
        ct.ThrowIfCancellationRequested();
        var answer = await pbx.DialAsync(OrderOf(claimed, way), ct);
        if (answer is not (OrderAnswer.Refused or OrderAnswer.Unreachable)) return;
        // The only ends that are certain without a record: nothing rang.
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AttemptSettlement>().WriteAsync(claimed.Attempt, AttemptVerdict.Void, ct);
        log.NotPlaced(claimed.Attempt.ChannelId, claimed.Campaign.Id, answer);
    }

    private DialOrder OrderOf(ClaimedAttempt claimed, DialerTrunk way)
    {
        var (attempt, contact, campaign, set) = (claimed.Attempt, claimed.Contact, claimed.Campaign, settings.Value);
        return new DialOrder(
            attempt.ChannelId, way.Dial.Replace(DialerSettings.Number, attempt.Numcall, StringComparison.Ordinal),
            campaign.Extension.Length > 0 ? campaign.Extension : campaign.Queue, attempt.Numcall, CallRequest.Displayable(contact.Name),
            campaign.CallerId.Length > 0 ? campaign.CallerId : set.CallerId, attempt.RingSeconds, set.WaitSeconds, campaign.MachineDetection);
    }
}
