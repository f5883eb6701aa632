namespace Expand.Server.DoNotCall;

/// <summary>
/// The one spelling that a telephone number is compared by: digits only, without the installation's country and without the prefix of national calls. What
/// is spelt so is its own canonical number.
/// </summary>
internal static class CanonicalNumber
{
    /// <summary>Digits of a canonical number at most: longer than any number there is.</summary>
    public const int MostDigits = 40;

    /// <summary>Digits up to which a number is an extension or a service, and stays as it is written.</summary>
    private const int ShortDigits = 6;

    /// <summary>Digits that a number of a country has at least: so many after the country's code make that code one, though no plus stands before it.</summary>
    private const int NationalDigits = 8;

    private const string International = "00";

    /// <summary>The number's canonical spelling; empty where the text has no digit.</summary>
    /// <param name="text">The number as it is written: separators, a plus or <c>00</c> in front.</param>
    /// <param name="countryCode">The installation's country: <c>598</c>.</param>
    /// <param name="nationalPrefix">What stands before numbers within the country: <c>0</c>; empty where nothing does.</param>
    public static string Of(string text, string countryCode, string nationalPrefix)
    {
        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        if (text.FirstOrDefault(c => c == '+' || char.IsAsciiDigit(c)) == '+') digits = Foreign(digits, countryCode, nationalPrefix);
        // Each step takes digits off: what is left at the end has none to be taken off.
        for (var length = -1; length != digits.Length;)
        {
            length = digits.Length;
            digits = Step(digits, countryCode, nationalPrefix);
        }

        return digits;
    }

    private static string Step(string digits, string countryCode, string nationalPrefix)
    {
        if (digits.Length <= ShortDigits) return digits;
        if (digits.StartsWith(International, StringComparison.Ordinal)) return Foreign(digits[International.Length..], countryCode, nationalPrefix);
        if (nationalPrefix.Length > 0 && digits.StartsWith(nationalPrefix, StringComparison.Ordinal)) return digits[nationalPrefix.Length..];
        return digits.Length >= countryCode.Length + NationalDigits && digits.StartsWith(countryCode, StringComparison.Ordinal) ? digits[countryCode.Length..] : digits;
    }

    /// <summary>A number with its country's code: another country's stays, the own one's goes, and a prefix after it that people write in brackets.</summary>
    private static string Foreign(string digits, string countryCode, string nationalPrefix)
    {
        if (digits.Length <= countryCode.Length || !digits.StartsWith(countryCode, StringComparison.Ordinal)) return digits;
        var national = digits[countryCode.Length..];
        return nationalPrefix.Length > 0 && national.Length > nationalPrefix.Length && national.StartsWith(nationalPrefix, StringComparison.Ordinal)
            ? national[nationalPrefix.Length..] : national;
    }
}
