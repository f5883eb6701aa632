using System.Globalization;

namespace Expand.Benchmarks.Harness;

/// <summary>A process's memory as Linux counts it (proc_pid_status(5)), in MB of 2^20 bytes.</summary>
internal static class PeakMemory
{
    /// <summary>The most that it held while something was done.</summary>
    public static async Task<double> WhileAsync(int process, Func<CancellationToken, Task> work, CancellationToken ct)
    {
        // From here on the peak is that of the work.
        await File.WriteAllTextAsync(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/clear_refs"), "5", ct);
        await work(ct);
        return File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status")).Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Select(line => double.Parse(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024).Single();
    }
}
