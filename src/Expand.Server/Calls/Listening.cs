using Expand.Server.Access;
using Expand.Server.Pbx;
using Expand.Server.Platform;

namespace Expand.Server.Calls;

/// <summary>
/// A supervisor listens to an agent's call: the supervisor's own phone rings, and hears that call and no other until either ends. Who listened to whom
/// stands in the audit log before the phone rings; where it cannot be written, nothing rings. A refusal's <see cref="Failure.Field"/> tells what is in the way.
/// </summary>
internal sealed class Listening
{
    private const int RingSeconds = 20;

    /// <summary>How long the phone may ring, and its end may take to be heard of.</summary>
    private static readonly TimeSpan Ringing = TimeSpan.FromSeconds(RingSeconds + 10);

    private readonly Pbx.Pbx pbx;
    private readonly PbxSpying spying;
    private readonly ExtensionDirectory extensions;
    private readonly ListeningSessions sessions;
    private readonly AuditTrail audit;
    private readonly TimeProvider clock;
    private readonly ILogger<Listening> log;

    public Listening(
        Pbx.Pbx pbx, PbxSpying spying, ExtensionDirectory extensions, ListeningSessions sessions, AuditTrail audit, TimeProvider clock, ILogger<Listening> log)
    {
        (this.pbx, this.spying, this.extensions, this.sessions, this.audit, this.clock, this.log) = (pbx, spying, extensions, sessions, audit, clock, log);
        sessions.HangUpDue += channel => _ = pbx.HangUpAsync(channel, CancellationToken.None);
    }

    /// <summary>The supervisor's session, or the last one; null where there was none.</summary>
    public ListeningSession? Of(Actor actor) => sessions.Of(actor.Name);

    /// <summary>Rings the supervisor's phone; whether it is picked up tells <see cref="Of"/>.</summary>
    public async Task<Failure?> StartAsync(ListeningTarget target, string extension, SpyMode mode, Actor actor, CancellationToken ct)
    {
        if (extensions.Find(extension.Trim()) is not { } phone) return Failure.Invalid("extension", $"there is no extension {extension}");
        if (Unfit(phone) is { } unfit) return unfit;
        if (await pbx.ChannelsAsync(ct) is not { } channels) return Failure.Unavailable("the PBX does not answer");
        if (channels.FirstOrDefault(c => c.UniqueId == target.ChannelId) is not { IsUp: true } heard) return InTheWay("call", "the call is over");
        if (ChannelName.DeviceOf(heard.Name) == phone.Channel) return InTheWay("own", "the agent is at that extension");

        var session = new ListeningSession($"spy-{Guid.NewGuid():N}", actor.Name, phone.Number, target, mode, clock.GetUtcNow());
        if (!sessions.TryBegin(session, Ringing)) return InTheWay("already", "another call is listened to already");
        var failure = await RingAsync(session, phone, actor, ct);
        if (failure is not null) sessions.Forget(session.ChannelId);
        return failure;
    }

    /// <summary>Ends the supervisor's listening; none is no failure.</summary>
    public async Task<Failure?> StopAsync(Actor actor, CancellationToken ct)
    {
        if (sessions.Of(actor.Name) is not { IsOver: false } session) return null;
        sessions.Stop(session.ChannelId);
        return await pbx.HangUpAsync(session.ChannelId, ct) switch
        {
            // No such channel: the phone does not ring yet, and will not, or the end is on its way here.
            HangUpAnswer.Done or HangUpAnswer.NoChannel => null,
            _ => Failure.Unavailable("the PBX does not answer"),
        };
    }

    /// <summary>The supervisor has seen how it ended.</summary>
    public void Dismiss(Actor actor)
    {
        if (sessions.Of(actor.Name) is { IsOver: true } session) sessions.Forget(session.ChannelId);
    }

    private static Failure InTheWay(string what, string message) => new(FailureKind.Conflict, message, what);

    /// <summary>A phone that is in a call would ring as well, but its owner would lose that call for this one.</summary>
    private Failure? Unfit(Extension phone) => extensions.StateOf(phone.Channel) switch
    {
        DeviceState.Unavailable or DeviceState.Invalid => InTheWay("unregistered", "the extension is not registered"),
        DeviceState.NotInUse or DeviceState.Unknown => null,
        _ => InTheWay("busy", "the extension is busy"),
    };

    private async Task<Failure?> RingAsync(ListeningSession session, Extension phone, Actor actor, CancellationToken ct)
    {
        var target = session.Target;
        var (action, word) = session.Mode switch
        {
            SpyMode.Whisper => ("call.whispered", "Susurro"),
            SpyMode.Barge => ("call.barged", "Conferencia"),
            _ => ("call.listened", "Escucha"),
        };
        var detail = $"{target.AgentName}; queue {target.Queue}; with {target.Caller}; at {session.Extension}; channel {target.ChannelId}";
        if (await audit.TryWriteAsync(actor, action, $"agent {target.Agent}", detail, ct) is { } unwritten) return unwritten;
        await pbx.TakeTurnAsync(ct);
        log.ListeningAsked(session.Mode, target.ChannelId, target.Agent, session.Extension, actor.Name);
        // What the phone shows is the installation's language, as the dialplan's own words are.
        var order = new SpyOrder(session.ChannelId, phone, target.ChannelId, session.Mode, target.Agent, $"{word}: {target.AgentName}", RingSeconds);
        return await spying.SpyAsync(order, ct) switch
        {
            // Without an answer it may ring: events tell, or the session ends by itself.
            OrderAnswer.Accepted or OrderAnswer.Unknown => null,
            OrderAnswer.Refused => InTheWay("refused", "the PBX refuses to let the extension listen"),
            _ => Failure.Unavailable("the PBX does not answer"),
        };
    }
}
