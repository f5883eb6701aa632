namespace Expand.Dialing.Redial;

/// <summary>What became of an attempt to reach a contact. The numbers are stored, the names are the contract's <c>lastattempt</c>.</summary>
public enum AttemptOutcome : short
{
    /// <summary>Talked to an agent.</summary>
    Answer = 1,

    /// <summary>The number was engaged.</summary>
    Busy = 2,

    /// <summary>It rang, and nobody answered.</summary>
    NoAnswer = 3,

    /// <summary>The call found no way, or the number does not exist.</summary>
    Congestion = 4,

    /// <summary>The contact answered, and no agent was there.</summary>
    Abandoned = 5,

    /// <summary>A machine answered.</summary>
    AnsweringMachine = 6,
}
