using System.Globalization;
using Expand.TestKit;
using Xunit;

namespace Expand.RealTime.Truth;

/// <summary>
/// What the reports say is what happened: a seeded random shift on a real Asterisk, with the phones' own ledger held against everything that
/// the API tells. EXPAND_TRUTH_CALLS makes the long one longer, EXPAND_TRUTH_SEED repeats one.
/// </summary>
public abstract class ShiftTests(ITestOutputHelper output)
{
    private const int Agents = 18, SeedOfCi = 238_844;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected async Task ShiftAsync(AsteriskGeneration generation, int calls, bool withFaults)
    {
        var plan = new ShiftPlan(Given("EXPAND_TRUTH_SEED") ?? NewSeed(), calls, Agents);
        output.WriteLine($"seed {plan.Seed}");
        await using var world = await World.StartAsync(generation, plan, Ct);
        var shift = new Shift(world, plan, withFaults);
        await shift.RunAsync(Ct);
        var audit = new Audit(world, plan, shift);
        audit.QueueLog();
        await audit.ServerAsync(Ct);
        var told = audit.Tell();
        output.WriteLine(told);
        Keep(world, told);
        // Each call, offer and session is looked at many times over: much less, and something was not looked at.
        Assert.True(audit.Compared > 50 * calls, $"only {audit.Compared} comparisons\n{told}");
        Assert.True(audit.Holds, told);
    }

    /// <summary>Where EXPAND_TRUTH_FILES names a folder, what one wants to see of a shift that was not true.</summary>
    private static void Keep(World world, string told)
    {
        if (Environment.GetEnvironmentVariable("EXPAND_TRUTH_FILES") is not { Length: > 0 } folder) return;
        var generation = (int)world.Asterisk.Generation;
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"report.{generation}"), told);
        File.WriteAllText(Path.Combine(folder, $"server.{generation}"), world.Server!.Output);
        File.Copy(world.Asterisk.QueueLogFile, Path.Combine(folder, $"queue_log.{generation}"), overwrite: true);
        File.Copy(world.Asterisk.CdrFile, Path.Combine(folder, $"cdr.{generation}"), overwrite: true);
    }

    /// <summary>Under CI always the same plan, so that a change is judged by what it changes; elsewhere another one at each run.</summary>
    private static int NewSeed() => Environment.GetEnvironmentVariable("CI") is "true" or "1" ? SeedOfCi : Random.Shared.Next(1, 1_000_000);

    protected static int? Given(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : null;
}

public sealed class LongShiftTests(ITestOutputHelper output) : ShiftTests(output)
{
    [Fact, Trait(EachAsterisk.Trait, EachAsterisk.Asterisk22)]
    public Task Every_report_of_a_shift_with_a_kill_an_outage_and_a_cut_is_true_on_Asterisk_22() =>
        ShiftAsync(AsteriskGeneration.Asterisk22, Given("EXPAND_TRUTH_CALLS") ?? 500, withFaults: true);
}

public sealed class ShortShiftTests(ITestOutputHelper output) : ShiftTests(output)
{
    [Fact, Trait(EachAsterisk.Trait, EachAsterisk.Asterisk16)]
    public Task Every_report_of_a_short_shift_is_true_on_Asterisk_16() => ShiftAsync(AsteriskGeneration.Asterisk16, 60, withFaults: false);
}
