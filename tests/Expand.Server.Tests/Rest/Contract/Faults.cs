namespace Expand.Server.Tests.Rest.Contract;

/// <summary>Everything that a test found wrong, told at once.</summary>
internal static class Faults
{
    private const int Shown = 100;

    public static void None(IEnumerable<string> faults)
    {
        var all = faults.Distinct().Order(StringComparer.Ordinal).ToList();
        if (all.Count > 0) Assert.Fail($"{all.Count} faults:\n{string.Join('\n', all.Take(Shown).Select(f => f.Length > 700 ? f[..700] + "…" : f))}");
    }
}
