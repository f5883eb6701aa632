using Expand.Server.Sms;

namespace Expand.Server.Tests.Sms;

/// <summary>What a text costs, and which numbers it may go to.</summary>
public sealed class SmsTextTests
{
    private const string Extension = "\f^{}\\[~]|€";

    /// <summary>The alphabet of 3GPP TS 23.038, table 6.2.1, as it stands there, row by row; escape left out.</summary>
    private const string Alphabet =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    [Fact]
    public void Every_character_of_the_alphabet_is_one_every_one_of_its_extension_two_and_no_other_is_in_it()
    {
        Assert.Equal(127, Alphabet.Length);
        for (var c = 0; c <= 0xFFFF; c++)
        {
            if (char.IsSurrogate((char)c)) continue;
            var count = SmsText.Count(((char)c).ToString());
            var expected = Alphabet.Contains((char)c) ? (SmsEncoding.Gsm7, 1) : Extension.Contains((char)c) ? (SmsEncoding.Gsm7, 2) : (SmsEncoding.Ucs2, 1);
            Assert.Equal((expected, 1), ((count.Encoding, count.Units), count.Segments));
        }
    }

    [Theory]
    [InlineData("a", 0, 0, 160)]
    [InlineData("a", 160, 1, 0)]
    [InlineData("a", 161, 2, 145)]
    [InlineData("a", 306, 2, 0)]
    [InlineData("a", 307, 3, 152)]
    [InlineData("ñ", 160, 1, 0)]
    [InlineData("€", 80, 1, 0)]
    [InlineData("€", 81, 2, 143)]
    // 153 holds 76 of them and a half: which goes on as a whole.
    [InlineData("€", 153, 3, 151)]
    [InlineData("á", 70, 1, 0)]
    [InlineData("á", 71, 2, 63)]
    [InlineData("á", 134, 2, 0)]
    [InlineData("😀", 35, 1, 0)]
    [InlineData("😀", 36, 2, 61)]
    [InlineData("😀", 66, 2, 1)]
    [InlineData("😀", 67, 3, 65)]
    public void Segments_hold_what_they_hold_and_nothing_is_cut_in_half(string character, int times, int segments, int left)
    {
        var count = SmsText.Count(string.Concat(Enumerable.Repeat(character, times)));
        Assert.Equal((times, segments, left), (count.Characters, count.Segments, count.Left));
    }

    [Fact]
    public void What_forces_the_wide_encoding_is_named_once_each()
    {
        Assert.Equal(["á", "😀"], SmsText.Count("más allá 😀€ñ").Foreign);
        Assert.Empty(SmsText.Count("ñandú".Replace('ú', 'u') + " à la {€}").Foreign);
    }

    [Fact]
    public void Numbers_are_digits_with_a_plus_or_without_each_once()
    {
        var (numbers, wrong) = SmsNumbers.Read("099123456, +59899654321;099123456\n123 12 1234567890123456 +12 09a9 ++123 ０９９１２３");
        Assert.Equal(["099123456", "+59899654321", "123"], numbers);
        Assert.Equal(["12", "1234567890123456", "+12", "09a9", "++123", "０９９１２３"], wrong);
        Assert.Equal(["099123456", "24001100"], SmsNumbers.ReadPasted("099-123.456\n(2400)1100\n-").Numbers);
    }
}
