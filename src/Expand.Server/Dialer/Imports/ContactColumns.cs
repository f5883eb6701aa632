using System.Globalization;
using System.Text;
using Expand.Server.Platform;

namespace Expand.Server.Dialer.Imports;

/// <summary>What a column of a file is to a contact.</summary>
public enum ColumnUse
{
    /// <summary>A member of its additional data, under the column's title.</summary>
    Info,

    /// <summary>Its name.</summary>
    Name,

    /// <summary>Its number.</summary>
    Numcall,

    /// <summary>The customer's own key of it.</summary>
    ExternalId,

    /// <summary>Its time zone.</summary>
    TimeZone,

    /// <summary>Whether it is to be called.</summary>
    Enable,

    /// <summary>Nothing.</summary>
    LeftOut,
}

/// <summary>A column of a file: what it is, and what its values are called in the additional data.</summary>
internal sealed record ContactColumn(ColumnUse Use, string Title);

/// <summary>Which columns of a file are what.</summary>
internal static class ContactColumns
{
    /// <summary>Columns of a file at most.</summary>
    public const int Most = 100;

    private const int TitleLength = 100;

    private static readonly Dictionary<string, ColumnUse> Known = new(StringComparer.Ordinal)
    {
        ["nombre"] = ColumnUse.Name,
        ["name"] = ColumnUse.Name,
        ["contacto"] = ColumnUse.Name,
        ["cliente"] = ColumnUse.Name,
        ["nombrecompleto"] = ColumnUse.Name,
        ["numero"] = ColumnUse.Numcall,
        ["telefono"] = ColumnUse.Numcall,
        ["numcall"] = ColumnUse.Numcall,
        ["phone"] = ColumnUse.Numcall,
        ["celular"] = ColumnUse.Numcall,
        ["tel"] = ColumnUse.Numcall,
        ["number"] = ColumnUse.Numcall,
        ["movil"] = ColumnUse.Numcall,
        ["externalid"] = ColumnUse.ExternalId,
        ["idexterno"] = ColumnUse.ExternalId,
        ["clave"] = ColumnUse.ExternalId,
        ["codigo"] = ColumnUse.ExternalId,
        ["id"] = ColumnUse.ExternalId,
        ["timezone"] = ColumnUse.TimeZone,
        ["zonahoraria"] = ColumnUse.TimeZone,
        ["zona"] = ColumnUse.TimeZone,
        ["enable"] = ColumnUse.Enable,
        ["habilitado"] = ColumnUse.Enable,
        ["activo"] = ColumnUse.Enable,
        ["llamar"] = ColumnUse.Enable,
    };

    /// <summary>Whether a text is the title of a column that is known.</summary>
    public static bool IsTitle(string text) => Known.ContainsKey(Bare(text));

    /// <summary>By their titles, or else by what stands in them; each use but Info is given once.</summary>
    /// <param name="titles">The titles; null where the file has none.</param>
    /// <param name="rows">Some rows.</param>
    /// <param name="width">How many columns there are.</param>
    /// <param name="untitled">The title of a column that has none, by its number.</param>
    public static IReadOnlyList<ContactColumn> Guess(string[]? titles, IReadOnlyList<string[]> rows, int width, Func<int, string> untitled)
    {
        var names = Titles(titles, width, untitled);
        var uses = names.Select(_ => ColumnUse.Info).ToArray();
        var given = new HashSet<ColumnUse>();
        for (var i = 0; i < width; i++)
        {
            if (titles is not null && i < titles.Length && Known.TryGetValue(Bare(titles[i]), out var use) && given.Add(use)) uses[i] = use;
        }

        void Find(ColumnUse use, Func<string, bool> looksLike)
        {
            if (given.Contains(use) || rows.Count == 0) return;
            var best = Enumerable.Range(0, width).Where(i => uses[i] == ColumnUse.Info)
                .Select(i => (Index: i, Count: rows.Count(r => i < r.Length && looksLike(r[i])))).OrderByDescending(c => c.Count).ThenBy(c => c.Index).FirstOrDefault();
            if (best.Count * 2 > rows.Count) uses[best.Index] = use;
        }

        Find(ColumnUse.Numcall, text => text.Count(char.IsAsciiDigit) is >= 6 and <= 20 && !text.Any(char.IsLetter));
        Find(ColumnUse.Name, text => text.Any(char.IsLetter) && !text.Contains('@', StringComparison.Ordinal));
        return [.. names.Select((name, i) => new ContactColumn(uses[i], name))];
    }

    /// <summary>The rule that a choice breaks: the use that lacks or stands twice; null where it may be imported.</summary>
    public static (ColumnUse Use, bool IsMissing)? Wrong(IReadOnlyList<ContactColumn> columns)
    {
        foreach (var use in new[] { ColumnUse.Name, ColumnUse.Numcall })
        {
            if (columns.All(c => c.Use != use)) return (use, true);
        }

        return columns.Where(c => c.Use is not (ColumnUse.Info or ColumnUse.LeftOut)).GroupBy(c => c.Use).FirstOrDefault(g => g.Count() > 1) is { Key: var twice } ? (twice, false) : null;
    }

    /// <summary>Each once, none empty: they are the members of an object.</summary>
    private static List<string> Titles(string[]? titles, int width, Func<int, string> untitled)
    {
        var names = new List<string>(width);
        for (var i = 0; i < width; i++)
        {
            var title = titles is not null && i < titles.Length ? titles[i].Trim() : "";
            if (title.Length > TitleLength) title = title[..TitleLength];
            if (title.Length == 0 || !PlainText.Holds(title)) title = untitled(i + 1);
            var name = title;
            for (var n = 2; names.Contains(name); n++) name = string.Create(CultureInfo.InvariantCulture, $"{title} {n}");
            names.Add(name);
        }

        return names;
    }

    /// <summary>Without accents, case, blanks and the like: "Teléfono" and "TELEFONO" are one.</summary>
    private static string Bare(string title) =>
        string.Concat(title.Normalize(NormalizationForm.FormD).Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}
