using System.Globalization;
using Expand.Server.Platform;

namespace Expand.Server.Lists;

/// <summary>
/// The keys of as many digits as its ends have, from the one to the other: leading zeros count, and 05 is no key of a range from 1 to 9. Telephone
/// numbers are such keys.
/// </summary>
/// <param name="Length">How many digits.</param>
/// <param name="First">The first key, as a number.</param>
/// <param name="Last">The last key, as a number.</param>
internal readonly record struct DigitRange(short Length, long First, long Last)
{
    /// <summary>Digits at most: what a 64-bit number holds of any value.</summary>
    public const int MaxDigits = 18;

    public string From => Digits(First);

    public string To => Digits(Last);

    /// <summary>The key's digits and its number; false where it is none.</summary>
    public static bool TryKey(string text, out DigitRange key)
    {
        key = default;
        if (text.Length is 0 or > MaxDigits || !text.All(char.IsAsciiDigit)) return false;
        var number = long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
        key = new DigitRange((short)text.Length, number, number);
        return true;
    }

    /// <summary>The range between two keys, or which of them is wrong.</summary>
    public static Result<DigitRange> Between(string from, string to)
    {
        if (!TryKey(from, out var first)) return Failure.Invalid("from", $"from takes 1 to {MaxDigits} digits");
        if (!TryKey(to, out var last)) return Failure.Invalid("to", $"to takes 1 to {MaxDigits} digits");
        if (first.Length != last.Length) return Failure.Invalid("to", "to must have as many digits as from");
        return first.First > last.First ? Failure.Invalid("to", "to may not be less than from") : new DigitRange(first.Length, first.First, last.First);
    }

    public bool Overlaps(DigitRange other) => Length == other.Length && First <= other.Last && other.First <= Last;

    public override string ToString() => $"{From}-{To}";

    private string Digits(long number) => number.ToString(CultureInfo.InvariantCulture).PadLeft(Length, '0');
}
