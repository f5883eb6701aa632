using Expand.Server.Platform.Files;

namespace Expand.Server.DoNotCall.Imports;

/// <summary>Which columns of a file are what.</summary>
/// <param name="Number">The number's.</param>
/// <param name="Note">The note's; -1: the file has none.</param>
internal sealed record NumberColumns(int Number, int Note = -1)
{
    /// <summary>Digits from which on a text in a file's first rows looks like a number.</summary>
    private const int LikelyDigits = 7;

    private static readonly string[] NumberTitles = ["NUMERO", "NÚMERO", "TELEFONO", "TELÉFONO", "CELULAR", "SERVICIO", "NUMBER", "PHONE"];
    private static readonly string[] NoteTitles = ["NOTA", "NOTE", "OBSERVACION", "OBSERVACIÓN", "OBSERVACIONES", "COMENTARIO", "MOTIVO"];

    /// <summary>Whether a text is the title of one of the columns.</summary>
    public static bool IsTitle(string text) => IsOf(NumberTitles, text) || IsOf(NoteTitles, text);

    /// <summary>By their titles where those say it; or else the number is where most of the first rows have one.</summary>
    public static NumberColumns Guess(IReadOnlyList<CsvRow> rows, bool hasHeading)
    {
        var titles = hasHeading && rows.Count > 0 ? rows[0].Fields : [];
        var width = rows.Select(r => r.Fields.Length).DefaultIfEmpty(0).Max();
        var number = Array.FindIndex(titles, title => IsOf(NumberTitles, title));
        if (number < 0) number = Enumerable.Range(0, width).DefaultIfEmpty(0).MaxBy(column => rows.Count(row => column < row.Fields.Length && IsLikely(row.Fields[column])));
        return new NumberColumns(number, Array.FindIndex(titles, title => IsOf(NoteTitles, title)));
    }

    private static bool IsLikely(string text) =>
        text.Count(char.IsAsciiDigit) >= LikelyDigits && text.All(c => char.IsAsciiDigit(c) || "+ -()./".Contains(c, StringComparison.Ordinal));

    private static bool IsOf(string[] titles, string text) => titles.Any(title => text.Trim().ToUpperInvariant().Split(' ', '_', '-', '.').Contains(title, StringComparer.Ordinal));
}
