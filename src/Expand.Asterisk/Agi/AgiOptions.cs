using System.Net;

namespace Expand.Asterisk.Agi;

/// <summary>Where Asterisk finds the AGI services, and the limits that keep one client from being another one's trouble.</summary>
public sealed record AgiOptions
{
    /// <summary>The address to listen on. AGI has no sign-in: whoever reaches the port may ask.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Port: 4573 by Asterisk's default; 0 takes a free one.</summary>
    public int Port { get; init; } = 4573;

    /// <summary>Calls that are served at the same time; the next ones are hung up on, and their dialplan goes on.</summary>
    public int MaxSessions { get; init; } = 200;

    /// <summary>Longest line, in bytes, and most lines of a request.</summary>
    public int MaxLineBytes { get; init; } = 8192;

    /// <summary>Most lines of a request, and most lines of one answer.</summary>
    public int MaxLines { get; init; } = 200;

    /// <summary>Bound on the request, from the connection to its empty line.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bound on the answer to one command.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bound on the whole session: the call waits for no longer.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
