namespace Expand.Asterisk.Ami;

/// <summary>A response and the events that came with it.</summary>
/// <param name="Response">Asterisk's response; where it is an Error the list is empty.</param>
/// <param name="Items">The events of the list, in order, without the one that ended it.</param>
/// <param name="Complete">The event that ended the list; null after an Error.</param>
public sealed record AmiList(AmiMessage Response, IReadOnlyList<AmiMessage> Items, AmiMessage? Complete);

/// <summary>What a subscriber is told.</summary>
public enum AmiNoticeKind
{
    /// <summary>The connection is up and Asterisk fully booted. Asterisk replays nothing: read the state anew (CoreShowChannels, QueueStatus).</summary>
    Connected,

    /// <summary>An event.</summary>
    Event,

    /// <summary>The subscriber was too slow: at this place so many events are missing. Read the state anew.</summary>
    Gap,

    /// <summary>The connection is lost; events until the next <see cref="Connected"/> are missing.</summary>
    Lost,

    /// <summary>The authentication failed twice in a row; the client has stopped.</summary>
    AuthenticationFailed,
}

/// <summary>
/// Makes of an event what a subscriber wants of it, while it is in the receive buffer: nothing of it is copied but what is read. Runs on the read loop: it
/// may not wait, and an event on which it throws counts as dropped.
/// </summary>
/// <typeparam name="T">What is made.</typeparam>
/// <param name="packet">The event; valid during the call.</param>
/// <returns>Null: the subscriber is not told.</returns>
public delegate T? AmiEventReader<out T>(scoped in AmiPacket packet)
    where T : class;

/// <summary>One notice of a subscription, in the order things happened.</summary>
/// <typeparam name="T">What the subscriber takes events as: <see cref="AmiMessage"/>, or what its <see cref="AmiEventReader{T}"/> makes.</typeparam>
/// <param name="Kind">What it is.</param>
/// <param name="Event">The event, for <see cref="AmiNoticeKind.Event"/>; null otherwise.</param>
/// <param name="Dropped">How many wanted events are missing, for <see cref="AmiNoticeKind.Gap"/>.</param>
/// <param name="Detail">Banner, or the reason of a loss.</param>
public readonly record struct AmiNotice<T>(AmiNoticeKind Kind, T? Event, long Dropped, string? Detail)
    where T : class;

/// <summary>Where the client stands.</summary>
public enum AmiState
{
    /// <summary>Not started, or disposed of.</summary>
    Stopped,

    /// <summary>Connecting, signing in, or waiting for Asterisk to be fully booted.</summary>
    Connecting,

    /// <summary>Signed in and booted: actions are taken.</summary>
    Up,

    /// <summary>Waiting before the next try.</summary>
    WaitingToReconnect,

    /// <summary>Stopped because the authentication failed twice in a row.</summary>
    AuthenticationFailed,
}
