using Expand.Server.Platform;

namespace Expand.Server.DoNotCall.Pages;

/// <summary>What evidence a supervisor looks for. Public because components are.</summary>
public sealed record CheckSearch
{
    /// <summary>The number, however it is written, or its first digits.</summary>
    public string? Number { get; set; }

    /// <summary>The first day, <c>YYYY-MM-DD</c>.</summary>
    public string? From { get; set; }

    /// <summary>The last day.</summary>
    public string? To { get; set; }

    /// <summary>The result; empty: every one.</summary>
    public string Result { get; set; } = "";

    internal static CheckSearch Of(IQueryCollection query) => new()
    {
        Number = query["numero"],
        From = query["desde"],
        To = query["hasta"],
        Result = query["resultado"].ToString(),
    };

    /// <summary>The same as a query.</summary>
    internal string Query() => QueryString.Create(new Dictionary<string, string?>
    {
        ["numero"] = Number,
        ["desde"] = From,
        ["hasta"] = To,
        ["resultado"] = Result,
    }).Value!;

    internal CheckFilter Filter(LocalTime time, ListedNumbers numbers)
    {
        var text = Number?.Trim() ?? "";
        var digits = numbers.Read(text).Value ?? string.Concat(text.Where(char.IsAsciiDigit));
        return new CheckFilter
        {
            // A text without a digit is no number's beginning: nothing is found.
            Number = text.Length == 0 ? null : digits.Length > 0 ? digits : "-",
            From = time.Start(From ?? ""),
            To = time.End(To ?? ""),
            Result = Enum.TryParse<CheckResult>(Result, out var result) && Enum.IsDefined(result) ? result : null,
        };
    }
}
