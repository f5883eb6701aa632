namespace Expand.Server.Platform.History;

/// <summary>
/// A table whose rows lie in a partition for each month (UTC), and in one more, <c>NAME_rest</c>, while they have no month yet: nothing is ever refused.
/// Its primary key and its unique indexes hold the column. <see cref="HistoryUpkeep"/> makes the months.
/// </summary>
/// <param name="Name">The table's name.</param>
/// <param name="Column">The instant that a row's month is told by.</param>
/// <param name="KeepMonths">How many months before the present one are kept; 0: all.</param>
internal sealed record MonthlyTable(string Name, string Column, int KeepMonths)
{
    /// <summary>The partition for what has no month.</summary>
    public string Rest => Name + "_rest";

    /// <summary>The partition of a month.</summary>
    public string Of(Month month) => $"{Name}_{month}";
}

/// <summary>Rows that go with the history that they are about, but lie in no month of their own: removed some at a time.</summary>
/// <param name="Name">What they are, for the log.</param>
/// <param name="Sql">Removes some of those before the instant <c>$1</c>; it is run until it removes none.</param>
/// <param name="KeepMonths">How many months before the present one are kept; 0: all.</param>
internal sealed record AgedRows(string Name, string Sql, int KeepMonths);
