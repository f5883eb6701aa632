using System.Text;

namespace Expand.Server.Platform.Files;

/// <summary>How the text of a file is written down.</summary>
public enum CsvEncoding
{
    /// <summary>UTF-8, with a byte order mark or without.</summary>
    Utf8,

    /// <summary>Windows-1252, which Latin-1 is a part of: what Excel writes where it is not told otherwise.</summary>
    Latin1,

    /// <summary>UTF-16 with a byte order mark: Excel's "Unicode text".</summary>
    Utf16,
}

/// <summary>How a CSV file is to be read.</summary>
/// <param name="Separator">What stands between columns.</param>
/// <param name="Encoding">How its text is written down.</param>
/// <param name="HasHeading">Whether the first row names the columns.</param>
internal sealed record CsvShape(char Separator, CsvEncoding Encoding, bool HasHeading)
{
    /// <summary>What may stand between columns; of two that fit the first is meant: "surname, name" is written more often than "a;b".</summary>
    public static readonly IReadOnlyList<char> Separators = [';', '\t', ','];

    /// <summary>A byte order mark is believed before this.</summary>
    public Encoding TextEncoding => Encoding switch
    {
        CsvEncoding.Latin1 => CodePagesEncodingProvider.Instance.GetEncoding(1252)!,
        CsvEncoding.Utf16 => System.Text.Encoding.Unicode,
        _ => new UTF8Encoding(false),
    };

    /// <summary>What the beginning of a file looks like.</summary>
    /// <param name="head">Its first bytes.</param>
    /// <param name="isWhole">Whether that is all of it.</param>
    /// <param name="columns">How many columns it is to have.</param>
    /// <param name="isTitle">Whether a text is the title of a column that is known.</param>
    public static CsvShape Guess(ReadOnlySpan<byte> head, bool isWhole, int columns, Func<string, bool> isTitle)
    {
        var encoding = head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? CsvEncoding.Utf16
            : IsUtf8(head, isWhole) ? CsvEncoding.Utf8 : CsvEncoding.Latin1;
        using var copy = new MemoryStream(head.ToArray());
        var shapes = Separators.Select(separator => new CsvShape(separator, encoding, false)).ToList();
        var best = shapes.MaxBy(shape => Fit(Rows(copy, shape), columns))!;
        return best with { HasHeading = LooksLikeHeading(Rows(copy, best), isTitle) };
    }

    /// <summary>As many rows as agree with the first one in their number of columns count, if those columns are enough.</summary>
    private static int Fit(List<string[]> rows, int columns) =>
        rows.Count == 0 ? 0 : rows.Count(row => row.Length == rows[0].Length) * (rows[0].Length >= columns ? 10 : rows[0].Length > 1 ? 1 : 0);

    /// <summary>Names of columns have no digits, and what stands below them has.</summary>
    private static bool LooksLikeHeading(List<string[]> rows, Func<string, bool> isTitle) =>
        rows.Count > 0 && (rows[0].All(isTitle)
            || (rows.Count > 1 && !rows[0].Any(HasDigit) && rows.Skip(1).Count(row => row.Any(HasDigit)) * 2 > rows.Count - 1));

    private static bool HasDigit(string text) => text.Any(char.IsAsciiDigit);

    private static List<string[]> Rows(MemoryStream head, CsvShape shape)
    {
        head.Position = 0;
        return [.. CsvRows.Read(head, shape).Take(20).Select(row => row.Fields)];
    }

    /// <summary>A character that the head cuts off at its end is not held against it.</summary>
    private static bool IsUtf8(ReadOnlySpan<byte> head, bool isWhole)
    {
        for (var cut = 0; cut < (isWhole ? 1 : 4) && cut <= head.Length; cut++)
        {
            if (System.Text.Unicode.Utf8.IsValid(head[..^cut])) return true;
        }

        return false;
    }
}
