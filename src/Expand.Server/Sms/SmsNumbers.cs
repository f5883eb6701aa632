using System.Buffers;

namespace Expand.Server.Sms;

/// <summary>Numbers that messages go to.</summary>
internal static class SmsNumbers
{
    /// <summary>Recipients of one message at most.</summary>
    public const int Most = 10_000;

    /// <summary>Digits of the shortest: codes of services have three.</summary>
    public const int Shortest = 3;

    /// <summary>Digits of the longest (ITU-T E.164).</summary>
    public const int Longest = 15;

    /// <summary>What a number that cannot be taken is told.</summary>
    public const string Rule = "takes numbers of 3 to 15 digits, a + in front where they have the country's code";

    private static readonly char[] Between = [' ', ',', ';', '\t', '\r', '\n'];
    private static readonly SearchValues<char> Ornaments = SearchValues.Create("-.()/\u00a0");

    /// <summary>Numbers that stand in a text, separated by spaces, commas, semicolons or lines; each once, in their order.</summary>
    public static (IReadOnlyList<string> Numbers, IReadOnlyList<string> Wrong) Read(string text) =>
        Read(text.Split(Between, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>As <see cref="Read(string)"/>, of a text that a person pasted: what stands between the digits of a number for the eye only is left out.</summary>
    public static (IReadOnlyList<string> Numbers, IReadOnlyList<string> Wrong) ReadPasted(string text) =>
        Read(text.Split(Between, StringSplitOptions.RemoveEmptyEntries).Select(n => string.Concat(n.Where(c => !Ornaments.Contains(c)))).Where(n => n.Length > 0));

    /// <summary>The numbers among the texts, each once, and what is no number.</summary>
    public static (IReadOnlyList<string> Numbers, IReadOnlyList<string> Wrong) Read(IEnumerable<string> texts)
    {
        var (numbers, wrong, seen) = (new List<string>(), new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var text in texts)
        {
            if (!seen.Add(text)) continue;
            (IsNumber(text) ? numbers : wrong).Add(text);
        }

        return (numbers, wrong);
    }

    /// <summary>Whether it is digits, with or without a plus in front, of a length that numbers have.</summary>
    public static bool IsNumber(string text)
    {
        var digits = text.AsSpan(text.StartsWith('+') ? 1 : 0);
        return digits.Length is >= Shortest and <= Longest && !digits.ContainsAnyExceptInRange('0', '9');
    }
}
