namespace Expand.Benchmarks.Harness;

/// <summary>Where benchmarks keep what takes long to make: <c>.bench</c> in the checkout, or the folder that <c>EXPAND_BENCH</c> names.</summary>
internal static class BenchFolder
{
    /// <summary>The checkout's folder.</summary>
    public static string Checkout { get; } = TestKit.Checkout.Folder();

    private static string Root { get; } =
        Environment.GetEnvironmentVariable("EXPAND_BENCH") is { Length: > 0 } given ? Path.GetFullPath(given) : Path.Combine(Checkout, ".bench");

    /// <summary>A place in it.</summary>
    public static string Of(string name) => Path.Combine(Root, name);
}
