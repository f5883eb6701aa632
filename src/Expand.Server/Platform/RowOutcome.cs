namespace Expand.Server.Platform;

/// <summary>What became of one of many rows that were written at once.</summary>
/// <param name="Id">Of what the row added or speaks of; null where it was refused.</param>
/// <param name="IsNew">Whether the row added it.</param>
/// <param name="Failure">Why nothing became of the row.</param>
internal readonly record struct RowOutcome(long? Id, bool IsNew, Failure? Failure)
{
    public static RowOutcome Added(long id) => new(id, true, null);

    /// <summary>It was there, and is now as the row says.</summary>
    public static RowOutcome Updated(long id) => new(id, false, null);

    public static implicit operator RowOutcome(Failure failure) => new(null, false, failure);
}
