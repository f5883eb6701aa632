using System.Threading.RateLimiting;
using Expand.Asterisk.Ami;
using Microsoft.Extensions.Options;

namespace Expand.Server.Pbx;

/// <summary>Commands to the PBX in our words. Only what the PBX has confirmed is reported as done.</summary>
internal sealed class Pbx(PbxConnection connection, ExtensionDirectory extensions, IOptions<PbxOptions> options, ILogger<Pbx> log) : IDisposable
{
    private readonly TokenBucketRateLimiter pace = Pace(options.Value.OriginatesPerSecond);

    /// <summary>The PBX's name.</summary>
    public string Name => options.Value.Name;

    /// <summary>Whether the AMI connection is up.</summary>
    public bool IsUp => connection.StaleSince is null;

    /// <summary>Since when the AMI connection is up, and with it at least so long this life of the PBX; null while it is not.</summary>
    public DateTimeOffset? HeardSince => IsUp ? connection.Client.UpSince : null;

    /// <summary>Waits until the PBX may be asked for one more call.</summary>
    public async Task TakeTurnAsync(CancellationToken ct) => (await pace.AcquireAsync(1, ct)).Dispose();

    /// <summary>
    /// Asks for the call, whose turn it is (<see cref="TakeTurnAsync"/>). An order is sent once: where no answer comes, events, channels and CDRs
    /// tell what became of it.
    /// </summary>
    public Task<OrderAnswer> OriginateAsync(CallOrder order, CancellationToken ct) =>
        OrderAsync(order.ChannelId, OriginateAction.Make(order, extensions.Find(order.Source), options.Value), ct);

    /// <summary>The same for a call of the dialer.</summary>
    public Task<OrderAnswer> DialAsync(DialOrder order, CancellationToken ct) => OrderAsync(order.ChannelId, DialAction.Make(order), ct);

    private async Task<OrderAnswer> OrderAsync(string channelId, AmiAction action, CancellationToken ct)
    {
        try
        {
            var answer = await connection.Client.SendAsync(action, ct);
            if (answer.IsSuccess) return OrderAnswer.Accepted;
            log.OriginateRefused(channelId, answer.MessageText);
            return OrderAnswer.Refused;
        }
        catch (AmiConnectionLostException lost)
        {
            log.OriginateUnsent(channelId, lost.Message);
            return lost.MayHaveBeenSent ? OrderAnswer.Unknown : OrderAnswer.Unreachable;
        }
        catch (TimeoutException)
        {
            log.OriginateUnanswered(channelId);
            return OrderAnswer.Unknown;
        }
    }

    /// <summary>Hangs up a channel, and with it the call.</summary>
    public async Task<HangUpAnswer> HangUpAsync(string channelId, CancellationToken ct)
    {
        try
        {
            var answer = await connection.Client.SendAsync(new AmiAction("Hangup") { { "Channel", channelId }, { "Cause", "16" } }, ct);
            if (answer.IsSuccess) return HangUpAnswer.Done;
            return answer.MessageText == "No such channel" ? HangUpAnswer.NoChannel : HangUpAnswer.Refused;
        }
        catch (Exception failure) when (failure is AmiConnectionLostException or TimeoutException)
        {
            log.HangupUnsent(channelId, failure.Message);
            return HangUpAnswer.Unanswered;
        }
    }

    /// <summary>All channels as they are now, or null where the PBX cannot be asked.</summary>
    public async Task<IReadOnlyList<LiveChannel>?> ChannelsAsync(CancellationToken ct)
    {
        try
        {
            var list = await connection.Client.SendListAsync(new AmiAction("CoreShowChannels"), "CoreShowChannelsComplete", ct);
            return [.. list.Items.Select(PbxEventReader.Channel).OfType<LiveChannel>()];
        }
        catch (Exception failure) when (failure is AmiConnectionLostException or TimeoutException)
        {
            return null;
        }
    }

    public void Dispose() => pace.Dispose();

    /// <summary>Beyond a few hundred new calls a second Asterisk itself falls behind: what comes faster waits here.</summary>
    private static TokenBucketRateLimiter Pace(int perSecond)
    {
        var atOnce = Math.Max(1, perSecond / 20);
        return new(new()
        {
            TokenLimit = perSecond,
            TokensPerPeriod = atOnce,
            ReplenishmentPeriod = TimeSpan.FromSeconds(atOnce / (double)perSecond),
            QueueLimit = int.MaxValue,
        });
    }
}
