using CsCheck;
using Expand.Server.DoNotCall;

namespace Expand.Server.Tests.DoNotCall;

public sealed class CanonicalNumberTests
{
    private static readonly Gen<string> Digits = Gen.String[Gen.Char['0', '9'], 0, 16];
    private static readonly Gen<string> Written = Gen.String[Gen.Char["0123456789+-. ()/*#x"], 0, 20];
    private static readonly Gen<string> Country = Gen.Int[1, 999].Select(code => code.ToString(System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("+598 99 123 456", "99123456")]
    [InlineData("099123456", "99123456")]
    [InlineData("99123456", "99123456")]
    [InlineData("0059899123456", "99123456")]
    [InlineData("+598 (0)99 123-456", "99123456")]
    [InlineData("(+598) 99.123.456", "99123456")]
    [InlineData("59899123456", "99123456")]
    [InlineData("2900 1234", "29001234")]
    [InlineData("+54 9 11 5555-1234", "5491155551234")]
    [InlineData("005491155551234", "5491155551234")]
    [InlineData("701", "701")]
    [InlineData("0800", "0800")]
    [InlineData("*78", "78")]
    [InlineData("", "")]
    [InlineData("anonymous", "")]
    public void A_number_has_one_spelling(string text, string canonical) => Assert.Equal(canonical, CanonicalNumber.Of(text, "598", "0"));

    [Fact]
    public void What_is_spelt_so_stays_so_and_has_digits_only() =>
        Gen.Select(Written, Country, Gen.Int[0, 2].Select(i => new[] { "", "0", "01" }[i])).Sample((text, country, prefix) =>
        {
            var once = CanonicalNumber.Of(text, country, prefix);
            Assert.Equal(once, CanonicalNumber.Of(once, country, prefix));
            Assert.All(once, c => Assert.True(char.IsAsciiDigit(c)));
            Assert.EndsWith(once, string.Concat(text.Where(char.IsAsciiDigit)), StringComparison.Ordinal);
        }, iter: 20_000);

    [Fact]
    public void Separators_say_nothing_and_all_ways_to_write_a_national_number_are_one() =>
        Gen.Select(Gen.Char['1', '9'], Gen.String[Gen.Char['0', '9'], 7, 9], Gen.String[Gen.Char[" -.()"], 0, 4]).Sample((first, rest, separators) =>
        {
            var national = first + rest;
            // A number that begins as the country does may be written without its plus.
            if (national.StartsWith("598", StringComparison.Ordinal)) return;
            string[] ways = [national, "0" + national, "+598" + national, "00598" + national, "598" + national, "+598(0)" + national, "+598 " + separators + national, national[..3] + separators + national[3..]];
            Assert.All(ways, way => Assert.Equal(national, CanonicalNumber.Of(way, "598", "0")));
        }, iter: 5_000);

    [Fact]
    public void Another_countrys_number_keeps_its_code_and_short_ones_stay() =>
        Gen.Select(Digits, Gen.Char['1', '9']).Sample((digits, first) =>
        {
            var foreign = "4" + first + digits;
            if (foreign.Length >= 7) Assert.Equal(foreign, CanonicalNumber.Of("+" + foreign, "598", "0"));
            var extension = digits[..Math.Min(6, digits.Length)];
            Assert.Equal(extension, CanonicalNumber.Of(extension, "598", "0"));
        }, iter: 5_000);
}
