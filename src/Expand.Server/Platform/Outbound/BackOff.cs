namespace Expand.Server.Platform.Outbound;

/// <summary>How long to wait before something is tried again: twice as long each time, up to a bound, and never all at the same instant.</summary>
internal static class BackOff
{
    /// <param name="attempts">How often it was tried, from 1.</param>
    /// <param name="first">The wait after the first attempt.</param>
    /// <param name="longest">The longest wait.</param>
    /// <returns>The wait, up to a fifth shorter or longer by chance.</returns>
    public static TimeSpan After(int attempts, TimeSpan first, TimeSpan longest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempts, 1);
        var doubled = Math.Min(first.TotalSeconds * Math.Pow(2, Math.Min(attempts - 1, 40)), longest.TotalSeconds);
        return TimeSpan.FromSeconds(doubled * (0.8 + (0.4 * Random.Shared.NextDouble())));
    }
}
