using Expand.Server.Platform.Files;

namespace Expand.Server.Lists.Imports;

/// <summary>Takes a list's keys or ranges out of a file's rows, or says which rule a row breaks.</summary>
internal sealed class ImportReader(ImportPlan plan)
{
    private const int TextLength = 200;

    /// <summary>The row as one of the list's, or why it is none.</summary>
    public (GoodRow Good, RefusedRow? Refused) Take(CsvRow row)
    {
        var (columns, fields) = (plan.Columns, row.Fields);
        if (row.IsBroken) return Refuse(row, ImportRule.Quotes);
        if (fields.Length <= Math.Max(Math.Max(columns.Key, columns.Value), columns.To)) return Refuse(row, ImportRule.Columns);
        var (key, value) = (ListColumns.Read(fields[columns.Key]), ListColumns.Read(fields[columns.Value]));
        if (key.Contains('\uFFFD') || value.Contains('\uFFFD')) return Refuse(row, ImportRule.Encoding);
        if (ListEditing.WrongValue(value) is not null) return Refuse(row, ImportRule.Value);
        if (plan.List.Kind == ListKind.Simple)
            return SimpleElements.WrongKey(key) is null ? (new GoodRow(row.Line, key, default, value), null) : Refuse(row, ImportRule.Key);
        var range = DigitRange.Between(key.Trim(), ListColumns.Read(fields[columns.To]).Trim());
        return range.Failure is { } wrong ? Refuse(row, wrong.Field == "from" ? ImportRule.From : ImportRule.To) : (new GoodRow(row.Line, "", range.Value, value), null);
    }

    private (GoodRow Good, RefusedRow? Refused) Refuse(CsvRow row, ImportRule rule)
    {
        var text = string.Join(plan.Shape.Separator, row.Fields);
        return (default, new RefusedRow(row.Line, rule, null, text.Length <= TextLength ? text : text[..TextLength] + "…"));
    }
}
