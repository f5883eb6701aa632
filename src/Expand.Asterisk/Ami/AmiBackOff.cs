namespace Expand.Asterisk.Ami;

/// <summary>Exponential back-off with full jitter: the bound doubles, the wait is uniform below it, so that many clients do not return together.</summary>
internal static class AmiBackOff
{
    /// <param name="failures">Failures in a row so far, from 1.</param>
    /// <param name="min">First bound.</param>
    /// <param name="max">Last bound.</param>
    /// <param name="chance">Uniform in [0, 1).</param>
    public static TimeSpan Delay(int failures, TimeSpan min, TimeSpan max, double chance)
    {
        var bound = Math.Min(max.TotalMilliseconds, min.TotalMilliseconds * Math.Pow(2, Math.Clamp(failures - 1, 0, 30)));
        return TimeSpan.FromMilliseconds(bound * chance);
    }
}
