using System.Buffers;
using System.Globalization;
using System.Text;

namespace Expand.Server.Sms;

/// <summary>What the characters of a text message are sent as.</summary>
internal enum SmsEncoding
{
    /// <summary>The alphabet of 3GPP TS 23.038: seven bits a character.</summary>
    Gsm7,

    /// <summary>Every character there is, sixteen bits each.</summary>
    Ucs2,
}

/// <summary>What a text costs.</summary>
/// <param name="Encoding">What it is sent as: the alphabet, where all its characters are there.</param>
/// <param name="Characters">Characters as people count them.</param>
/// <param name="Units">What the encoding counts: of the alphabet's extension each character is two, and so is one beyond the basic plane in UCS-2.</param>
/// <param name="Segments">Short messages that it goes out as.</param>
/// <param name="Left">Units that still fit without another segment.</param>
/// <param name="Foreign">The characters that are not in the alphabet, each once, in the order that they stand in.</param>
internal sealed record SmsCount(SmsEncoding Encoding, int Characters, int Units, int Segments, int Left, IReadOnlyList<string> Foreign);

/// <summary>Text of messages: its alphabet, and how many short messages it takes (3GPP TS 23.038 and 23.040).</summary>
internal static class SmsText
{
    /// <summary>What the contract's operation takes at most, in characters.</summary>
    public const int SoapLength = 160;

    /// <summary>Segments of one message at most: what is longer is no text message any more.</summary>
    public const int MostSegments = 10;

    private const string Basic =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    private static readonly SearchValues<char> Single = SearchValues.Create(Basic);
    private static readonly SearchValues<char> Double = SearchValues.Create("\f^{}\\[~]|€");

    /// <summary>Characters as people count them: a pair of surrogates is one.</summary>
    public static int LengthOf(string text) => text.Length - text.Count(char.IsLowSurrogate);

    /// <summary>The text as it is kept: a line ends with one character, whatever a browser sends.</summary>
    public static string Normal(string text) => text.ReplaceLineEndings("\n");

    public static SmsCount Count(string text)
    {
        var foreign = Foreign(text);
        var isGsm = foreign.Count == 0;
        var (alone, joined) = isGsm ? (160, 153) : (70, 67);
        var units = 0;
        foreach (var rune in text.EnumerateRunes()) units += Width(rune, isGsm);
        if (units <= alone) return new(isGsm ? SmsEncoding.Gsm7 : SmsEncoding.Ucs2, LengthOf(text), units, text.Length == 0 ? 0 : 1, alone - units, foreign);

        // What takes two units is never cut in half: it goes to the next segment as a whole.
        var (segments, used) = (1, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            var width = Width(rune, isGsm);
            if (used + width > joined) (segments, used) = (segments + 1, 0);
            used += width;
        }

        return new(isGsm ? SmsEncoding.Gsm7 : SmsEncoding.Ucs2, LengthOf(text), units, segments, joined - used, foreign);
    }

    private static int Width(Rune rune, bool isGsm) => isGsm ? Double.Contains((char)rune.Value) ? 2 : 1 : rune.Utf16SequenceLength;

    private static List<string> Foreign(string text)
    {
        var foreign = new List<string>();
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsBmp && (Single.Contains((char)rune.Value) || Double.Contains((char)rune.Value))) continue;
            var shown = rune.ToString();
            if (!foreign.Contains(shown, StringComparer.Ordinal)) foreign.Add(shown);
        }

        return foreign;
    }

    /// <summary>A text in one short line, for lists and the audit log.</summary>
    public static string Short(string text, int most = 60)
    {
        var line = text.Replace('\n', ' ');
        var elements = new StringInfo(line);
        return elements.LengthInTextElements <= most ? line : elements.SubstringByTextElements(0, most) + "…";
    }
}
