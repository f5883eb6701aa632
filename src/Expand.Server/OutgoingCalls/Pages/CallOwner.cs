namespace Expand.Server.OutgoingCalls.Pages;

/// <summary>Whose a call is.</summary>
/// <param name="Queue">The queue's name.</param>
/// <param name="Agent">The agent's username; empty: every agent of the queue.</param>
public sealed record CallOwner(string Queue, string Agent);
