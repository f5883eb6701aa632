namespace Expand.Server.Platform.Rest;

/// <summary>What a query parameter takes.</summary>
internal enum QueryKind
{
    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>Any text without control characters.</summary>
    Text,

    /// <summary>One of some words.</summary>
    Choice,

    /// <summary>A date; of a bare day its first instant.</summary>
    From,

    /// <summary>A date; of a bare day its last instant.</summary>
    To,
}

/// <summary>A query parameter of a route: read, checked and documented by one declaration.</summary>
/// <param name="Name">Its name on the wire; clients may write it in any case.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Description">What it does.</param>
internal sealed record QueryParameter(string Name, QueryKind Kind, string Description)
{
    private const string OrderName = "order";

    /// <summary>The first record to answer, counted from 0.</summary>
    public static readonly QueryParameter Start = Whole("start", 0, int.MaxValue, "Records to leave out at the beginning; 0 where it is missing.") with { Default = "0" };

    /// <summary>How many records to answer at most.</summary>
    public static readonly QueryParameter Limit = Whole("limit", 0, int.MaxValue, "Records to answer at most; all of them where it is missing.");

    /// <summary>The direction of the order.</summary>
    public static readonly QueryParameter Order =
        Choice(OrderName, "Ascending or descending. `order_asc` and `order_desc` without a value mean the same.", "asc", "desc") with { Default = "asc" };

    /// <summary>The words of a <see cref="QueryKind.Choice"/>.</summary>
    public IReadOnlyList<string> Choices { get; private init; } = [];

    /// <summary>The smallest number.</summary>
    public long Min { get; private init; }

    /// <summary>The largest number.</summary>
    public long Max { get; private init; }

    /// <summary>Characters of a text at most.</summary>
    public int MaxLength { get; private init; } = 100;

    /// <summary>What counts where it is missing, for the documentation.</summary>
    public string? Default { get; init; }

    /// <summary>A value for the documentation.</summary>
    public string? Example { get; init; }

    public static QueryParameter Whole(string name, long min, long max, string description) => new(name, QueryKind.Whole, description) { Min = min, Max = max };

    public static QueryParameter Text(string name, int maxLength, string description) => new(name, QueryKind.Text, description) { MaxLength = maxLength };

    public static QueryParameter Choice(string name, string description, params string[] choices) => new(name, QueryKind.Choice, description) { Choices = choices };

    public static QueryParameter From(string name, string description) => new(name, QueryKind.From, description);

    public static QueryParameter To(string name, string description) => new(name, QueryKind.To, description);

    /// <summary>The value that a text means, or the rule that it breaks.</summary>
    public (object? Value, string? Rule) Read(string text, LocalTime zone)
    {
        switch (Kind)
        {
            case QueryKind.Whole:
                return long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= Min && number <= Max
                    ? (number, null)
                    : (null, $"takes a whole number from {Min} to {Max}");
            case QueryKind.Text:
                return text.Length > MaxLength ? (null, $"may have {MaxLength} characters at most")
                    : PlainText.Holds(text) ? (text, null) : (null, PlainText.Rule);
            case QueryKind.Choice:
                return Choices.FirstOrDefault(c => c.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase)) is { } choice
                    ? (choice, null)
                    : (null, $"takes one of {string.Join(", ", Choices)}");
            default:
                return (Kind == QueryKind.From ? RestTime.TryParse(text, zone, out var instant) : RestTime.TryParseEnd(text, zone, out instant))
                    ? (instant, null)
                    : (null, RestTime.Rule);
        }
    }
}
