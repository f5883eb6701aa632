using System.Runtime.CompilerServices;

namespace Expand.TestKit;

/// <summary>Where the unpacked Asterisks and our configuration are.</summary>
public static class AsteriskRoot
{
    /// <summary>The folder of an unpacked Asterisk: EXPAND_ASTERISK_16 or EXPAND_ASTERISK_22, else .cache/asterisk/SUITE in the checkout.</summary>
    public static string Of(AsteriskGeneration generation) =>
        Environment.GetEnvironmentVariable($"EXPAND_ASTERISK_{(int)generation}") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Checkout(), ".cache", "asterisk", Suite(generation));

    /// <summary>Whether that Asterisk is there.</summary>
    public static bool Has(AsteriskGeneration generation) => File.Exists(Path.Combine(Of(generation), "usr/sbin/asterisk"));

    /// <summary>One line that says what is missing and what to do about it.</summary>
    public static string Missing(AsteriskGeneration generation) =>
        $"Asterisk {(int)generation} is not in {Of(generation)}: run deploy/asterisk/unpack {Suite(generation)} .cache/asterisk/{Suite(generation)} "
        + $"(./test does), or name its folder in EXPAND_ASTERISK_{(int)generation}";

    /// <summary>A script of deploy/asterisk.</summary>
    internal static string Script(string name) => Path.Combine(Checkout(), "deploy", "asterisk", name);

    private static string Suite(AsteriskGeneration generation) => generation == AsteriskGeneration.Asterisk16 ? "bullseye" : "sid";

    private static string Checkout([CallerFilePath] string here = "")
    {
        // The source's own place; with a build that was carried elsewhere, the folders above the tests.
        foreach (var start in new[] { Path.GetDirectoryName(here), AppContext.BaseDirectory, Environment.CurrentDirectory })
            for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
                if (File.Exists(Path.Combine(folder, "Expand.sln"))) return folder;
        throw new DirectoryNotFoundException($"the checkout (Expand.sln) is not above {here}, {AppContext.BaseDirectory} or {Environment.CurrentDirectory}");
    }
}
