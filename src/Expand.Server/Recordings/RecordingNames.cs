using System.Text.RegularExpressions;

namespace Expand.Server.Recordings;

/// <summary>Which call a file's name speaks of: it holds a Uniqueid of it as a whole word, whatever stands around that.</summary>
internal static partial class RecordingNames
{
    public const string Extension = ".wav";

    private const int LongestId = 150;
    private const int MostCandidates = 12;

    /// <summary>Whether the text may be a Uniqueid at all.</summary>
    public static bool IsId(string text) => text.Length is > 0 and <= LongestId && text.All(c => c is > ' ' and <= '~' and not '/' and not '\\');

    /// <summary>Whether the name holds the Uniqueid, and not as a part of a longer one.</summary>
    public static bool Holds(string name, string uniqueId)
    {
        for (var at = name.IndexOf(uniqueId, StringComparison.Ordinal); at >= 0; at = name.IndexOf(uniqueId, at + 1, StringComparison.Ordinal))
        {
            var end = at + uniqueId.Length;
            if ((at == 0 || !IsOfId(name[at - 1])) && (end == name.Length || !char.IsAsciiLetterOrDigit(name[end])) && !(end + 1 < name.Length && name[end] == '.' && char.IsAsciiDigit(name[end + 1]))) return true;
        }

        return false;
    }

    /// <summary>
    /// The texts of a name that may be its call's Uniqueid, the most likely first: seconds, a dot and a number, and the same behind a PBX's own name
    /// (<c>systemname</c>).
    /// </summary>
    public static IReadOnlyList<string> Candidates(string name)
    {
        var stem = name.EndsWith(Extension, StringComparison.Ordinal) ? name[..^Extension.Length] : name;
        var found = new List<string>();
        foreach (var match in Id().Matches(stem).Take(3))
        {
            found.Add(match.Value);
            for (var at = stem.LastIndexOfAny(['-', '_'], Math.Max(0, match.Index - 2)); at >= 0 && found.Count < MostCandidates; at = at == 0 ? -1 : stem.LastIndexOfAny(['-', '_'], at - 1))
                found.Add(stem[(at + 1)..(match.Index + match.Length)]);
            if (match.Index > 0) found.Add(stem[..(match.Index + match.Length)]);
        }

        return found;
    }

    private static bool IsOfId(char c) => char.IsAsciiLetterOrDigit(c) || c == '.';

    [GeneratedRegex(@"(?<![0-9A-Za-z.])\d{9,11}\.\d+(?![0-9A-Za-z]|\.\d)")]
    private static partial Regex Id();
}
