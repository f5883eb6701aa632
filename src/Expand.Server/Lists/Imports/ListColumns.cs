using System.Text.RegularExpressions;

namespace Expand.Server.Lists.Imports;

/// <summary>What a column of a file is to a list.</summary>
internal enum ColumnRole
{
    Key,
    From,
    To,
    Value,
}

/// <summary>Which columns of a file are what; of a simple list there is no <paramref name="To"/>.</summary>
/// <param name="Key">The key's column; of ranges where they begin.</param>
/// <param name="To">Where ranges end.</param>
/// <param name="Value">The value's.</param>
internal sealed partial record ListColumns(int Key, int To, int Value)
{
    /// <summary>Whether a text is the title of one of a list's columns.</summary>
    public static bool IsTitle(string text) => RoleOf(text) is not null;

    /// <summary>How many columns a list of the kind has.</summary>
    public static int CountOf(ListKind kind) => kind == ListKind.Simple ? 2 : 3;

    /// <summary>By their titles where those say it, or else in their order.</summary>
    public static ListColumns Guess(ListKind kind, string[]? titles)
    {
        int At(ColumnRole role, int otherwise) =>
            titles is not null && Array.FindIndex(titles, title => RoleOf(title) == role) is >= 0 and var found ? found : otherwise;
        return kind == ListKind.Simple
            ? new ListColumns(At(ColumnRole.Key, 0), -1, At(ColumnRole.Value, 1))
            : new ListColumns(At(ColumnRole.From, 0), At(ColumnRole.To, 1), At(ColumnRole.Value, 2));
    }

    /// <summary>What a title says of its column; null where it says nothing.</summary>
    public static ColumnRole? RoleOf(string title) => title.Trim().ToUpperInvariant() switch
    {
        "CLAVE" or "KEY" => ColumnRole.Key,
        "DESDE" or "FROM" => ColumnRole.From,
        "HASTA" or "TO" => ColumnRole.To,
        "VALOR" or "VALUE" => ColumnRole.Value,
        _ => null,
    };

    /// <summary>
    /// A text as the export hands it over to be written. A text that a spreadsheet would take for a formula is written with an apostrophe before
    /// it; one that has such an apostrophe of its own gets another, so that the two can be told apart.
    /// </summary>
    public static string Written(string text) => Guarded().IsMatch(text) ? Guarded().Replace(text, "$1'$2") : text;

    /// <summary>The text that was exported so, or a spreadsheet's own.</summary>
    public static string Read(string text) => text.Length > 1 && text[0] is '\'' or '"' ? Guarded().Replace(text, "$1$3") : text;

    [GeneratedRegex("""\A("?)('('*[=@+\-].*))\z""", RegexOptions.CultureInvariant)]
    private static partial Regex Guarded();
}
