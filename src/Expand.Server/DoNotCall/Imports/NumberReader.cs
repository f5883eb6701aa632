using Expand.Server.Platform;
using Expand.Server.Platform.Files;

namespace Expand.Server.DoNotCall.Imports;

/// <summary>Takes numbers out of a file's rows, or says which rule a row breaks.</summary>
internal sealed class NumberReader(NumberImportPlan plan, DoNotCallSettings settings)
{
    private const int TextLength = 200;

    /// <summary>The row's number in its canonical spelling, with its note; or why it is none.</summary>
    public (string Number, string? Note, RefusedRow? Refused) Take(CsvRow row)
    {
        var (columns, fields) = (plan.Columns, row.Fields);
        if (row.IsBroken) return Refuse(row, ImportRule.Quotes);
        if (fields.Length <= Math.Max(columns.Number, columns.Note)) return Refuse(row, ImportRule.Columns);
        var (text, note) = (fields[columns.Number].Trim(), columns.Note < 0 ? "" : fields[columns.Note].Trim());
        if (text.Contains('\uFFFD') || note.Contains('\uFFFD')) return Refuse(row, ImportRule.Encoding);
        // A spreadsheet's own mark of a text.
        if (ListedNumbers.Read(text.TrimStart('\''), settings).Value is not { } number) return Refuse(row, ImportRule.Number);
        return note.Length > ListedNumber.NoteLength || !PlainText.Holds(note) ? Refuse(row, ImportRule.Note) : (number, note.Length == 0 ? null : note, null);
    }

    private (string Number, string? Note, RefusedRow? Refused) Refuse(CsvRow row, ImportRule rule)
    {
        var text = string.Join(plan.Shape.Separator, row.Fields);
        return ("", null, new RefusedRow(row.Line, rule, text.Length <= TextLength ? text : text[..TextLength] + "…"));
    }
}
