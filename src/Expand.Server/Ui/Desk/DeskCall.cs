namespace Expand.Server.Ui.Desk;

/// <summary>Where a call before an agent stands.</summary>
public enum DeskPhase
{
    /// <summary>It rings at the agent.</summary>
    Ringing,

    /// <summary>The agent dialled, and nobody answered yet.</summary>
    Dialling,

    /// <summary>They talk.</summary>
    Talking,

    /// <summary>It is over; its forms can still be finished.</summary>
    Ended,
}

/// <summary>A call as the agent's page shows it, also after it is over.</summary>
public sealed record DeskCall
{
    /// <summary>The agent's channel in it.</summary>
    public required string Leg { get; init; }

    /// <summary>The call's Uniqueid.</summary>
    public required string UniqueId { get; init; }

    /// <summary>Its queue.</summary>
    public required string Queue { get; init; }

    /// <summary>Whether the agent called.</summary>
    public bool IsOutgoing { get; init; }

    /// <summary>The other side's number; empty where it is hidden.</summary>
    public string Number { get; init; } = "";

    /// <summary>The other side's name, where the PBX knows one.</summary>
    public string Name { get; init; } = "";

    /// <summary>When the caller entered the queue, or the agent dialled.</summary>
    public DateTimeOffset EnteredAt { get; init; }

    /// <summary>Since when it rings at the agent.</summary>
    public DateTimeOffset? RangAt { get; init; }

    /// <summary>Since when they talk.</summary>
    public DateTimeOffset? ConnectedAt { get; init; }

    /// <summary>When it was over.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The agent's device.</summary>
    public string Device { get; init; } = "";

    /// <summary>The agent's session.</summary>
    public string SessionId { get; init; } = "";

    /// <summary>The contract's idcall; 0 while it has none.</summary>
    public long CallNumber { get; init; }

    /// <summary>Where it stands.</summary>
    public DeskPhase Phase => EndedAt is not null ? DeskPhase.Ended : ConnectedAt is not null ? DeskPhase.Talking : IsOutgoing ? DeskPhase.Dialling : DeskPhase.Ringing;

    /// <summary>Whether forms can be filled in for it.</summary>
    public bool HasForms => ConnectedAt is not null;
}
