using Xunit;

namespace Expand.TestKit;

/// <summary>
/// The generation that a test runs on, as its trait: where one cannot be had, <c>./test</c> leaves out the tests that carry it, and says so. A test
/// without the trait fails there.
/// </summary>
public static class EachAsterisk
{
    public const string Trait = "Asterisk", Asterisk16 = "16", Asterisk22 = "22";

    /// <summary>A row of a theory for each.</summary>
    public static IEnumerable<TheoryDataRow<AsteriskGeneration>> Rows =>
    [
        new TheoryDataRow<AsteriskGeneration>(AsteriskGeneration.Asterisk16).WithTrait(Trait, Asterisk16),
        new TheoryDataRow<AsteriskGeneration>(AsteriskGeneration.Asterisk22).WithTrait(Trait, Asterisk22),
    ];
}
