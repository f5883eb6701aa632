namespace Expand.Server.Reports.Pages;

/// <summary>A column of a chart.</summary>
/// <param name="Label">In short, below it.</param>
/// <param name="Name">In full.</param>
/// <param name="Values">Its parts, one for each series.</param>
/// <param name="Href">What shows what it is made of; null: nothing does.</param>
public sealed record ChartColumn(string Label, string Name, IReadOnlyList<long> Values, string? Href = null)
{
    internal long Sum => Values.Sum();
}

/// <summary>A bar of a chart.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="Shares">Its parts as shares of 1, one for each series.</param>
/// <param name="Text">What it says in words.</param>
/// <param name="Href">What shows what it is made of; null: nothing does.</param>
public sealed record ChartBar(string Name, IReadOnlyList<double> Shares, string Text, string? Href = null);

/// <summary>A number that stands above a report.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">The number.</param>
/// <param name="Note">What belongs to it; null: nothing.</param>
public sealed record KeyFigure(string Name, string Value, string? Note = null);
