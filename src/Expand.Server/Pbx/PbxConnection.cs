using Expand.Asterisk.Ami;
using Microsoft.Extensions.Options;

namespace Expand.Server.Pbx;

/// <summary>The AMI connection of this host, and the pump that turns its events into facts.</summary>
internal sealed class PbxConnection(
    IOptions<PbxOptions> options, IEnumerable<IPbxListener> listeners, TimeProvider clock, ILoggerFactory logs, ILogger<PbxConnection> log)
    : IHostedService, IAsyncDisposable
{
    /// <summary>How long two sides that were just being connected are given until the PBX is asked again, and how often it is.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);
    private const int LooksAgain = 5;

    private readonly IPbxListener[] listeners = [.. listeners];
    private readonly CancellationTokenSource stopping = new();
    private AmiClient? client;
    private Task pump = Task.CompletedTask;
    private long staleSince;
    private DateTimeOffset? lookAgainAt;
    private int looksLeft;

    /// <summary>The client; only the Pbx room speaks AMI.</summary>
    public AmiClient Client => client ?? throw new AmiConnectionLostException("The PBX connection is not started");

    /// <summary>Since when nothing is heard of the PBX, or null while the connection is up.</summary>
    public DateTimeOffset? StaleSince => Interlocked.Read(ref staleSince) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var pbx = options.Value;
        Interlocked.Exchange(ref staleSince, clock.GetUtcNow().UtcTicks);
        client = new AmiClient(
            new AmiOptions
            {
                Host = pbx.Host!,
                Port = pbx.Port,
                Username = pbx.Username!,
                Secret = pbx.Secret!,
                UseTls = pbx.Tls,
                TlsServerName = pbx.TlsServerName,
                TlsCertificateSha256 = pbx.TlsCertificateSha256,
            },
            logs.CreateLogger<AmiClient>());
        var notices = client.Subscribe<PbxFact>((scoped in packet) => PbxEventReader.Read(packet, clock.GetUtcNow()), PbxEventReader.Events, ct: stopping.Token);
        pump = Task.Run(() => PumpAsync(notices), CancellationToken.None);
        client.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await pump;
        if (client is not null) await client.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (client is not null) await client.DisposeAsync();
        stopping.Dispose();
    }

    private async Task PumpAsync(IAsyncEnumerable<AmiNotice<PbxFact>> notices)
    {
        try
        {
            await using var coming = notices.GetAsyncEnumerator(stopping.Token);
            var next = coming.MoveNextAsync().AsTask();
            while (await IsNextAsync(next))
            {
                await TakeAsync(coming.Current);
                next = coming.MoveNextAsync().AsTask();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>Waits for the next notice; before it the PBX is asked again, where the lists showed somebody on the way into a talk.</summary>
    private async Task<bool> IsNextAsync(Task<bool> next)
    {
        try
        {
            while (lookAgainAt is { } at)
            {
                var left = at - clock.GetUtcNow();
                if (left > TimeSpan.Zero && await Task.WhenAny(next, Task.Delay(left, clock, stopping.Token)) == next) break;
                lookAgainAt = null;
                await TryResyncAsync();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The notices end so too, and may not be left before they have.
        }

        return await next;
    }

    private async Task TakeAsync(AmiNotice<PbxFact> notice)
    {
        switch (notice.Kind)
        {
            case AmiNoticeKind.Event:
                Tell(notice.Event!);
                // Queues and their configured members come and go with it, and no event names them.
                if (notice.Event is PbxReloaded) await ResyncAsync();
                break;
            case AmiNoticeKind.Connected:
                log.Connected(options.Value.Host!, options.Value.Port, client!.Banner);
                await ResyncAsync();
                break;
            case AmiNoticeKind.Gap:
                log.EventsDropped(notice.Dropped);
                await ResyncAsync();
                break;
            case AmiNoticeKind.Lost:
                log.Lost(notice.Detail);
                Interlocked.CompareExchange(ref staleSince, clock.GetUtcNow().UtcTicks, 0);
                Tell(new PbxLost(clock.GetUtcNow()));
                break;
            case AmiNoticeKind.AuthenticationFailed:
                log.Refused(options.Value.Username);
                break;
        }
    }

    /// <summary>
    /// All device states, queues and channels as they are now. Events that arrive meanwhile wait in the subscription, and may tell again what
    /// the snapshot shows: listeners take a repeated fact as no news.
    /// </summary>
    private async Task ResyncAsync()
    {
        looksLeft = LooksAgain;
        while (!await TryResyncAsync() && client!.State == AmiState.Up)
            await Task.Delay(TimeSpan.FromSeconds(1), clock, stopping.Token);
    }

    /// <summary>False where the connection went again (its return brings the next snapshot) or the PBX did not answer (it is asked again).</summary>
    private async Task<bool> TryResyncAsync()
    {
        try
        {
            var devices = await client!.SendListAsync(new AmiAction("DeviceStateList"), "DeviceStateListComplete", stopping.Token);
            var askedAt = clock.GetUtcNow();
            var queues = await client.SendListAsync(new AmiAction("QueueStatus"), "QueueStatusComplete", stopping.Token);
            var queuesAt = clock.GetUtcNow();
            var list = await client.SendListAsync(new AmiAction("CoreShowChannels"), "CoreShowChannelsComplete", stopping.Token);
            var now = clock.GetUtcNow();
            foreach (var device in devices.Items)
            {
                if (PbxEventReader.Read(device, now) is { } fact) Tell(fact);
            }

            LiveChannel[] channels = [.. list.Items.Select(PbxEventReader.Channel).OfType<LiveChannel>()];
            // A refusal is not an empty call centre: without app_queue, or the right to ask, calls still work.
            if (queues.Response.IsSuccess) Tell(Queues(queues, queuesAt, now, channels) with { AskedAt = askedAt });
            else log.ResyncFailed(queues.Response.MessageText ?? "QueueStatus was refused");
            Tell(new PbxSnapshot(now, channels));
            lookAgainAt = looksLeft-- > 0 && channels.Any(c => IsBeingConnected(c, queues.Items)) ? clock.GetUtcNow() + Settling : null;
            Interlocked.Exchange(ref staleSince, 0);
            return true;
        }
        catch (Exception failure) when (failure is AmiConnectionLostException or TimeoutException)
        {
            log.ResyncFailed(failure.Message);
            return false;
        }
    }

    /// <summary>
    /// Whether somebody has answered and does not talk yet, or has left the queue for an agent. Asterisk tells of a connection before it makes it: who
    /// listens since then has not heard it, and does not see it in the lists.
    /// </summary>
    private static bool IsBeingConnected(LiveChannel channel, IReadOnlyList<AmiMessage> queues) => channel.BridgeId.Length == 0 && channel.Application switch
    {
        "AppQueue" or "AppDial" => channel.IsUp,
        "Queue" => !queues.Any(item => item.Name == "QueueEntry" && item["Uniqueid"] == channel.UniqueId),
        _ => false,
    };

    private static QueuesSnapshot Queues(AmiList list, DateTimeOffset read, DateTimeOffset now, IReadOnlyList<LiveChannel> channels)
    {
        var names = new List<string>();
        var members = new List<PbxMember>();
        var waiting = new List<PbxCaller>();
        foreach (var item in list.Items)
        {
            if (item.Name == "QueueParams" && item["Queue"] is { } queue) names.Add(queue);
            else if (item.Name == "QueueMember" && QueueEventReader.Member(item) is { } member) members.Add(member);
            else if (item.Name == "QueueEntry" && QueueEventReader.Caller(item, read) is { } caller) waiting.Add(caller);
        }

        return new QueuesSnapshot(now, names, members, waiting, channels);
    }

    private void Tell(PbxFact fact)
    {
        foreach (var listener in listeners)
        {
            try
            {
                listener.Heard(fact);
            }
#pragma warning disable CA1031 // One room's mistake may not stop the facts for all others; it is logged with the fact.
            catch (Exception mistake)
#pragma warning restore CA1031
            {
                log.ListenerFailed(mistake, listener.GetType().Name, fact.GetType().Name);
            }
        }
    }
}
