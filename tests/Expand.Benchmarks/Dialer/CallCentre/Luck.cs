namespace Expand.Benchmarks.Dialer;

/// <summary>
/// Chances that depend on what they are asked for alone: the same contact has the same luck at the same attempt, whoever dials and in whatever order.
/// So two ways to dial differ by what they do, and by nothing else.
/// </summary>
internal struct Luck(int seed, int what, int who, int turn)
{
    public const int Shifts = 1, Days = 2, Attempts = 3, People = 4, PickUps = 5, Rests = 6;

    private ulong state = Mix(Mix(Mix(Mix((ulong)seed) + (ulong)what) + (ulong)who) + (ulong)turn);

    /// <summary>From 0 to 1, neither of them.</summary>
    public double Next()
    {
        state = Mix(state);
        return ((state >> 11) + 0.5) / (1UL << 53);
    }

    public double Between(double from, double to) => from + (Next() * (to - from));

    public double Exponential(double mean) => -mean * Math.Log(Next());

    /// <summary>Log-normal, by its mean and the deviation of its logarithm.</summary>
    public double LogNormal(double mean, double sigma)
    {
        var normal = Math.Sqrt(-2 * Math.Log(Next())) * Math.Cos(2 * Math.PI * Next());
        return mean * Math.Exp((sigma * normal) - (sigma * sigma / 2));
    }

    // splitmix64
    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
