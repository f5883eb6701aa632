namespace Expand.Server.OutgoingCalls;

/// <summary>What a client may say of a call, checked: made by <see cref="OutgoingCallForm"/> only.</summary>
/// <param name="Queue">A queue that is known.</param>
/// <param name="Phones">1 to 10 numbers, as written.</param>
/// <param name="Contact">Whom to call.</param>
/// <param name="Subject">What about.</param>
/// <param name="CallDate">When, UTC, whole seconds.</param>
/// <param name="Expiration">Seconds after that until it expires; 0: never.</param>
/// <param name="Agent">An agent's username as it is written in the directory; empty: every agent of the queue.</param>
/// <param name="Link">Links by name, as a JSON object of texts.</param>
internal sealed record OutgoingCallDetails(
    string Queue, IReadOnlyList<string> Phones, string Contact, string Subject, DateTimeOffset CallDate, int Expiration, string Agent, string Link)
{
    /// <summary>The user who has that username; null: none.</summary>
    public int? AgentId { get; init; }
}
