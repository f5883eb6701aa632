using System.ComponentModel.DataAnnotations;

namespace Expand.Server.Calls;

/// <summary>Section <c>Calls</c>.</summary>
internal sealed class CallOptions
{
    /// <summary>How long a finished job is still known to <c>originateCallStatus</c>, in seconds.</summary>
    [Range(1, 86_400)]
    public int KnownAfterEndSeconds { get; set; } = 60;

    /// <summary>Ring time where the client gives none, in seconds.</summary>
    [Range(1, 300)]
    public int DefaultRingSeconds { get; set; } = 30;
}
