namespace Expand.TestKit;

/// <summary>Where the unpacked Asterisks and our configuration are.</summary>
public static class AsteriskRoot
{
    /// <summary>The folder of an unpacked Asterisk: EXPAND_ASTERISK_16 or EXPAND_ASTERISK_22, else .cache/asterisk/SUITE in the checkout.</summary>
    public static string Of(AsteriskGeneration generation) =>
        Environment.GetEnvironmentVariable($"EXPAND_ASTERISK_{(int)generation}") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Checkout.Folder(), ".cache", "asterisk", Suite(generation));

    /// <summary>Whether that Asterisk is there.</summary>
    public static bool Has(AsteriskGeneration generation) => File.Exists(Path.Combine(Of(generation), "usr/sbin/asterisk"));

    /// <summary>One line that says what is missing and what to do about it.</summary>
    public static string Missing(AsteriskGeneration generation) =>
        $"Asterisk {(int)generation} is not in {Of(generation)}: run deploy/asterisk/unpack {Suite(generation)} .cache/asterisk/{Suite(generation)} "
        + $"(./test does), or name its folder in EXPAND_ASTERISK_{(int)generation}";

    /// <summary>A script of deploy/asterisk.</summary>
    internal static string Script(string name) => Path.Combine(Checkout.Folder(), "deploy", "asterisk", name);

    private static string Suite(AsteriskGeneration generation) => generation == AsteriskGeneration.Asterisk16 ? "bullseye" : "sid";
}
