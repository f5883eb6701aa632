using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Expand.Server.Platform.Files;

/// <summary>A row of a CSV file.</summary>
/// <param name="Line">The line of the file that it ends in.</param>
/// <param name="Fields">Its columns.</param>
/// <param name="IsBroken">Whether its quotes make no sense.</param>
internal readonly record struct CsvRow(long Line, string[] Fields, bool IsBroken);

/// <summary>The rows of a CSV file, one at a time.</summary>
internal static class CsvRows
{
    /// <summary>Characters of a column at most: more is a quote that never ends.</summary>
    private const int LongestField = 100_000;

    /// <summary>Reads the rows, the heading among them. The stream stays open.</summary>
    public static IEnumerable<CsvRow> Read(Stream file, CsvShape shape)
    {
        using var text = new StreamReader(file, shape.TextEncoding, detectEncodingFromByteOrderMarks: true, 1 << 16, leaveOpen: true);
        var broken = false;
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = shape.Separator.ToString(),
            BadDataFound = _ => broken = true,
            MaxFieldSize = LongestField,
            // A quote that is not closed must not swallow the rows after it unseen.
            LineBreakInQuotedFieldIsBadData = true,
        };
        using var parser = new CsvParser(text, configuration, leaveOpen: true);
        while (true)
        {
            broken = false;
            string[] fields;
            try
            {
                if (!parser.Read()) yield break;
                fields = parser.Record ?? [];
            }
            catch (MaxFieldSizeException)
            {
                fields = [];
            }

            if (fields.Length == 0)
            {
                yield return new CsvRow(parser.RawRow, [], true);
                yield break;
            }

            yield return new CsvRow(parser.RawRow, fields, broken);
        }
    }
}
