using System.Globalization;

namespace Expand.Benchmarks.Harness;

/// <summary>The processor time that processes have used since they began, as Linux counts it (in hundredths of a second).</summary>
internal static class ProcessorTime
{
    private const double TicksPerSecond = 100;

    /// <summary>Seconds of the process.</summary>
    public static double Of(int process) => Read(process) is { } stat ? (stat[Own] + stat[OwnKernel]) / TicksPerSecond : 0;

    /// <summary>Seconds of the process, of its children and of those that have ended: a PostgreSQL by its first process.</summary>
    public static double OfFamily(int first)
    {
        var ticks = 0L;
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process) || Read(process) is not { } stat) continue;
            if (process == first) ticks += stat[Own] + stat[OwnKernel] + stat[Children] + stat[ChildrenKernel];
            else if (stat[Parent] == first) ticks += stat[Own] + stat[OwnKernel];
        }

        return ticks / TicksPerSecond;
    }

    /// <summary>Bytes of memory that the process has to itself or shares (resident).</summary>
    public static long MemoryOf(int process)
    {
        var line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status")).First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Who started the process.</summary>
    public static int ParentOf(int process) => (int)(Read(process) ?? throw new InvalidOperationException($"process {process} is gone"))[Parent];

    // Of proc_pid_stat(5), counted from what follows the name in parentheses; the state before them is no number.
    private const int Parent = 1;
    private const int Own = 11;
    private const int OwnKernel = 12;
    private const int Children = 13;
    private const int ChildrenKernel = 14;

    private static long[]? Read(int process)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return [.. text[(text.LastIndexOf(')') + 2)..].Split(' ').Take(15).Select(field => long.TryParse(field, CultureInfo.InvariantCulture, out var n) ? n : 0)];
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
