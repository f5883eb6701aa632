using System.Security.Cryptography;
using System.Text;
using Expand.Server.Platform;
using Expand.Server.Platform.Files;

namespace Expand.Server.Dialer.Imports;

/// <summary>A row that is good by itself: its line, and the contact that it speaks of.</summary>
internal readonly record struct GoodRow(long Line, ContactForm Form);

/// <summary>
/// Takes contacts out of a file's rows, or says which rule a row breaks. It remembers of each number and external id a few bytes, not the text: of a
/// million rows some tens of megabytes.
/// </summary>
internal sealed class ContactReader(ImportPlan plan)
{
    private const int TextLength = 200;
    private static readonly string[] Yes = ["1", "si", "sí", "s", "yes", "y", "true", "x", "verdadero"];
    private static readonly string[] No = ["0", "no", "n", "false", "falso"];

    private readonly Dictionary<UInt128, int> keys = [];
    private readonly HashSet<UInt128> numbers = [];
    private readonly int last = plan.Columns.Select((c, i) => c.Use == ColumnUse.LeftOut ? -1 : i).Where(i => i >= 0 && plan.Columns[i].Use != ColumnUse.Info).Max();

    /// <summary>The row as a contact, or why it is none; and whether another row before has its number.</summary>
    public (GoodRow Good, RefusedRow? Refused, bool IsRepeatedNumber) Take(CsvRow row)
    {
        if (row.IsBroken) return Refuse(row, ImportRule.Quotes);
        if (row.Fields.Length <= last) return Refuse(row, ImportRule.Columns);
        if (Form(row, out var rule) is not { } form) return Refuse(row, rule);
        var known = form.Checked();
        if (known.Failure is { } broken) return Refuse(row, RuleOf(broken));
        form = known.Value!;
        if (form.ExternalId is { } key && !keys.TryAdd(Mark(key), (int)row.Line)) return Refuse(row, ImportRule.Repeated, keys[Mark(key)]);
        return (new GoodRow(row.Line, form), null, !numbers.Add(Mark(form.Numcall)));
    }

    private ContactForm? Form(CsvRow row, out ImportRule rule)
    {
        var (name, numcall, info) = ("", "", new Dictionary<string, string>());
        string? key = null, zone = null;
        bool? enable = null;
        rule = ImportRule.Encoding;
        for (var i = 0; i < plan.Columns.Count && i < row.Fields.Length; i++)
        {
            var use = plan.Columns[i].Use;
            if (use == ColumnUse.LeftOut) continue;
            var text = Plain(row.Fields[i]);
            if (text.Contains('\uFFFD', StringComparison.Ordinal)) return null;
            switch (use)
            {
                case ColumnUse.Name: name = text; break;
                case ColumnUse.Numcall: numcall = text; break;
                case ColumnUse.ExternalId: key = text.Length == 0 ? null : text; break;
                case ColumnUse.TimeZone: zone = text.Length == 0 ? null : text; break;
                case ColumnUse.Enable when text.Length > 0:
                    rule = ImportRule.Enable;
                    if (Said(text) is not { } said) return null;
                    (enable, rule) = (said, ImportRule.Encoding);
                    break;
                case ColumnUse.Info when text.Length > 0: info[plan.Columns[i].Title] = text; break;
                default: break;
            }
        }

        return new ContactForm(name, numcall, enable, info.Count == 0 ? ContactInfo.None : StoredJson.Write(info), key) { TimeZone = zone };
    }

    /// <summary>A text as whoever wrote it meant it: exports put an apostrophe before what a spreadsheet would take for a formula.</summary>
    private static string Plain(string field)
    {
        var text = field.Trim();
        return text.Length > 1 && text[0] == '\'' && text[1] is '=' or '+' or '-' or '@' ? text[1..] : text;
    }

    private static bool? Said(string text) =>
        Yes.Contains(text, StringComparer.OrdinalIgnoreCase) ? true : No.Contains(text, StringComparer.OrdinalIgnoreCase) ? false : null;

    private static ImportRule RuleOf(Failure broken) => broken.Field switch
    {
        "name" => ImportRule.Name,
        "numcall" => ImportRule.Numcall,
        "externalid" => ImportRule.ExternalId,
        "timezone" => ImportRule.TimeZone,
        _ => ImportRule.Info,
    };

    private (GoodRow, RefusedRow?, bool) Refuse(CsvRow row, ImportRule rule, long? with = null)
    {
        var text = string.Join(plan.Shape.Separator, row.Fields);
        return (default, new RefusedRow(row.Line, rule, with, text.Length <= TextLength ? text : text[..TextLength] + "…"), false);
    }

    /// <summary>Two texts have the same one only by a chance that nobody will see.</summary>
    private static UInt128 Mark(string text)
    {
        Span<byte> bytes = stackalloc byte[512];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var length = Encoding.UTF8.GetBytes(text, bytes);
        SHA256.HashData(bytes[..length], hash);
        return BitConverter.ToUInt128(hash);
    }
}
