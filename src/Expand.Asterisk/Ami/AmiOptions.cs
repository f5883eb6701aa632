using System.Net.Security;

namespace Expand.Asterisk.Ami;

/// <summary>Where an Asterisk Manager Interface is, how to sign in, and the limits of the client.</summary>
public sealed record AmiOptions
{
    /// <summary>Name or address of the Asterisk host.</summary>
    public required string Host { get; init; }

    /// <summary>Port: 5038 by Asterisk's default, 5039 by its default for TLS.</summary>
    public int Port { get; init; } = 5038;

    /// <summary>User of manager.conf.</summary>
    public required string Username { get; init; }

    /// <summary>Secret of that user. Over plain TCP it travels readable: use TLS or the loopback.</summary>
    public required string Secret { get; init; }

    /// <summary>Speak TLS. 1.2 is the minimum this client offers, whatever the server would take (Asterisk 16 takes 1.0).</summary>
    public bool UseTls { get; init; }

    /// <summary>Name the server's certificate must carry; <see cref="Host"/> when null.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>
    /// SHA-256 of the only certificate accepted, in hexadecimal (colons allowed). With it, chain and name do not matter:
    /// the way to trust a self-made certificate. Null: the system's trust decides.
    /// </summary>
    public string? TlsCertificateSha256 { get; init; }

    /// <summary>Own judge of the server's certificate; wins over <see cref="TlsCertificateSha256"/> and the system's trust.</summary>
    public RemoteCertificateValidationCallback? TlsValidation { get; init; }

    /// <summary>Bound on TCP connect, TLS handshake and banner together.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bound on the answer to an action; for a list, on the silence between two of its parts.</summary>
    public TimeSpan ActionTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Silence after which the server is pinged; silent for <see cref="ActionTimeout"/> more, the connection is declared lost.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Upper bound of the first wait before a reconnect; doubles from there.</summary>
    public TimeSpan ReconnectMin { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Upper bound of every wait before a reconnect. The wait itself is uniform between zero and the bound (full jitter).</summary>
    public TimeSpan ReconnectMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long FullyBooted is awaited after the login before the server is probed instead.</summary>
    public TimeSpan BootedTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Largest message taken from the server, in bytes; a bigger one ends the connection.</summary>
    public int MaxMessageBytes { get; init; } = 1 << 20;

    /// <summary>Events a subscriber may leave unread before the next ones are dropped and reported as a gap.</summary>
    public int EventCapacity { get; init; } = 65536;

    /// <summary>User and address; never the secret.</summary>
    public override string ToString() => $"{Username}@{Host}:{Port}{(UseTls ? " (TLS)" : "")}";

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Host);
        ArgumentException.ThrowIfNullOrWhiteSpace(Username);
        ArgumentNullException.ThrowIfNull(Secret);
        ArgumentOutOfRangeException.ThrowIfLessThan(Port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Port, 65535);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxMessageBytes, 1024);
        ArgumentOutOfRangeException.ThrowIfLessThan(EventCapacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReconnectMin, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReconnectMax, ReconnectMin);
        foreach (var time in (TimeSpan[])[ConnectTimeout, ActionTimeout, PingInterval, BootedTimeout])
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero);
        AmiAction.Login(this);   // refuses a user or a secret that would break the line, before anything connects
    }
}
