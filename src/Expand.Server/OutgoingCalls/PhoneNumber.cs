using System.Text.RegularExpressions;

namespace Expand.Server.OutgoingCalls;

/// <summary>Numbers as people write them, and as they are dialled and compared.</summary>
internal static partial class PhoneNumber
{
    /// <summary>Characters of a number at most, separators included.</summary>
    public const int MaxLength = 40;

    /// <summary>What a number that cannot be taken is told.</summary>
    public const string Rule = "takes numbers of 1 to 40 digits, * and #, a + in front, and spaces . - / ( ) between them";

    /// <summary>
    /// What is dialled: the number without separators. Nothing else ever comes of it, so no variable, technology, option or second number of a
    /// dialplan. Null where the text is no number.
    /// </summary>
    public static string? Dialable(string text) =>
        text.Length is > 0 and <= MaxLength && Separators().Replace(text, "") is var number && Number().IsMatch(number) ? number : null;

    /// <summary>The numbers that somebody may mean who looks for one; none where the text is no number.</summary>
    public static string[] MeantBy(string text)
    {
        if (Dialable(text) is not { } number) return [];
        // A plus that a client did not encode comes out of a query as a space.
        return text[0] == ' ' ? [number, "+" + number] : [number];
    }

    [GeneratedRegex(@"[ .\-/()]", RegexOptions.CultureInvariant)]
    private static partial Regex Separators();

    [GeneratedRegex(@"\A\+?[0-9*#]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
