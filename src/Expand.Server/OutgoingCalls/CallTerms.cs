using Expand.Server.Access;
using Expand.Server.Platform;

namespace Expand.Server.OutgoingCalls;

/// <summary>On what terms a call is changed: which version it is meant for, and whose deed in the web UI it is (null: a client's of the REST API).</summary>
internal sealed record CallTerms(ExpectedVersion Expected, CallDeed? By = null)
{
    /// <summary>Whatever version it is, by nobody who is signed in.</summary>
    public static CallTerms Any { get; } = new(ExpectedVersion.Any);

    public static implicit operator CallTerms(ExpectedVersion expected) => new(expected);

    public static implicit operator CallTerms(CallDeed by) => new(ExpectedVersion.Any, by);
}

/// <summary>
/// Whoever is signed in changes a call: it is audited, and refused where somebody else has taken the call. The REST API knows nothing of
/// claims: what its clients change or cancel is changed, whoever has it.
/// </summary>
/// <param name="By">Who.</param>
/// <param name="UserId">The same as a user.</param>
internal sealed record CallDeed(Actor By, int UserId)
{
    /// <summary>What a refusal names where somebody else has the call.</summary>
    public const string Claim = "claim";

    /// <summary>What an agent may change: the own calls, and those of these queues that are every agent's. Null: a supervisor, all.</summary>
    public IReadOnlyCollection<string>? Queues { get; init; }

    /// <summary>Whether it counts although somebody else has the call.</summary>
    public bool Overrules { get; init; }

    /// <summary>Why this one may not change the call now; null where nothing is against it.</summary>
    public Failure? Refusal(OutgoingCall call, UserDirectory users, DateTimeOffset now)
    {
        if (Queues is not null && !IsMine(call, users)) return Failure.NotFound($"an outgoing call {call.Id} of {By.Name}");
        if (Overrules || !call.IsHeldFrom(UserId, now)) return null;
        return new Failure(FailureKind.Conflict, $"outgoing call {call.Id} is taken by {users.Find(call.ClaimedBy!.Value)?.Username}", Claim);
    }

    private bool IsMine(OutgoingCall call, UserDirectory users) => call.Agent.Length == 0
        ? Queues!.Contains(call.Queue)
        : call.AgentId == UserId || string.Equals(call.Agent, users.Find(UserId)?.Username, StringComparison.OrdinalIgnoreCase);
}
