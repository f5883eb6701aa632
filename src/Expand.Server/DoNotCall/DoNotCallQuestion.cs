namespace Expand.Server.DoNotCall;

/// <summary>May these numbers be called?</summary>
/// <param name="Numbers">The numbers, however they are written.</param>
/// <param name="Purpose">What they are to be called for.</param>
/// <param name="PurposeId">Its id, for the evidence: of the campaign, the outgoing call, the message.</param>
internal sealed record DoNotCallQuestion(IReadOnlyList<string> Numbers, CheckPurpose Purpose, string PurposeId)
{
    /// <summary>The campaign whose own lists are looked at too; null: none.</summary>
    public int? Campaign { get; init; }

    /// <summary>Whether registers are looked at: false for calls that they do not bind.</summary>
    public bool ObservesRegisters { get; init; } = true;
}

/// <summary>Whether a number may be called.</summary>
/// <param name="Number">The number as it was asked for.</param>
/// <param name="Canonical">The number as it is compared.</param>
/// <param name="Result">Whether it may be called.</param>
/// <param name="List">The list that has it, or the register that has expired; null where it is clear.</param>
/// <param name="Reason">Why it may be called although the list has it; null otherwise.</param>
internal sealed record DoNotCallVerdict(string Number, string Canonical, CheckResult Result, string? List = null, string? Reason = null)
{
    /// <summary>Whether it may be called.</summary>
    public bool MayBeCalled => Result is CheckResult.Clear or CheckResult.Exempt;
}
