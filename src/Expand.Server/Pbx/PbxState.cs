using Expand.Asterisk.Ami;
using Microsoft.Extensions.Options;

namespace Expand.Server.Pbx;

/// <summary>A queue of the PBX as it is now, in figures.</summary>
internal sealed record PbxQueueState(string Name, string Description, int Members, int Paused, int Waiting, int Talking);

/// <summary>Where the queues' figures come from: the room that keeps the live picture.</summary>
internal interface IPbxQueues
{
    /// <summary>All queues of the PBX by name; null before they were ever read.</summary>
    IReadOnlyList<PbxQueueState>? All { get; }

    /// <summary>Grows with every change.</summary>
    long Revision { get; }
}

/// <summary>How the connection to the PBX stands.</summary>
/// <param name="Name">The PBX's name.</param>
/// <param name="Host">Where its AMI is.</param>
/// <param name="Port">The AMI's port.</param>
/// <param name="IsTls">Whether over TLS.</param>
/// <param name="Username">The AMI user.</param>
/// <param name="IsDemonstration">Whether the program brought it along.</param>
/// <param name="IsRefused">Whether the PBX refuses the AMI user.</param>
/// <param name="UpSince">Since when it is up; null while it is not.</param>
/// <param name="StaleSince">Since when nothing is heard; null while it is.</param>
/// <param name="LastHeard">When the last bytes came.</param>
/// <param name="Banner">What the AMI says of itself.</param>
/// <param name="Reconnects">How often it came up again since this host was started.</param>
internal sealed record PbxLink(
    string Name, string Host, int Port, bool IsTls, string Username, bool IsDemonstration, bool IsRefused, DateTimeOffset? UpSince,
    DateTimeOffset? StaleSince, DateTimeOffset? LastHeard, string? Banner, long Reconnects);

/// <summary>What administrators look at of the PBX.</summary>
internal sealed class PbxState(PbxConnection connection, IOptions<PbxOptions> options)
{
    private (DateTimeOffset? Since, string? Version) asked;

    public PbxLink Link
    {
        get
        {
            var (pbx, client) = (options.Value, connection.Client);
            return new PbxLink(
                pbx.Name, pbx.Host!, pbx.Port, pbx.Tls, pbx.Username!, pbx.IsDemonstration, client.State == AmiState.AuthenticationFailed,
                client.UpSince, connection.StaleSince, client.LastHeard, client.Banner, client.Reconnects);
        }
    }

    /// <summary>Asterisk's version, asked once a connection; null where it is not up, or the AMI user may not ask.</summary>
    public async Task<string?> VersionAsync(CancellationToken ct)
    {
        if (connection.Client.UpSince is not { } since) return null;
        if (asked.Since == since) return asked.Version;
        try
        {
            var answer = await connection.Client.SendAsync(new AmiAction("CoreSettings"), ct);
            asked = (since, answer.IsSuccess ? answer["AsteriskVersion"] : null);
        }
        catch (Exception failure) when (failure is AmiConnectionLostException or TimeoutException)
        {
            return null;
        }

        return asked.Version;
    }
}
