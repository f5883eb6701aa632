using System.Globalization;

namespace Expand.Server.Platform.Embedded;

/// <summary>
/// Processes that a killed server left running. They are known by the very arguments that this data folder's are started with, and whoever
/// asks holds the folder: nobody else's process is taken for one.
/// </summary>
internal static class LeftOver
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>Ends every process that has these arguments, in this order and side by side; killed where it does not end by itself.</summary>
    /// <exception cref="SettingException">One cannot be ended.</exception>
    public static async Task StopAsync(string[] arguments, CancellationToken ct)
    {
        foreach (var process in Directory.GetDirectories("/proc").Where(process => Has(process, arguments)))
        {
            var ended = false;
            foreach (var signal in (string[])["-TERM", "-KILL"])
            {
                if (!ended) ended = await SignalAsync(process, signal, arguments, ct);
            }

            if (!ended) throw new SettingException($"process {Path.GetFileName(process)}, left by an earlier start, cannot be ended: {string.Join(' ', arguments)}");
        }
    }

    private static async Task<bool> SignalAsync(string process, string signal, string[] arguments, CancellationToken ct)
    {
        await ProcessRun.ToEndAsync(["kill", signal, Path.GetFileName(process)], ct);
        // Its arguments, not its existence: one that nobody has waited for yet is still listed, without any.
        for (var tries = 0; tries < Patience.TotalSeconds * 10 && Has(process, arguments); tries++) await Task.Delay(100, ct);
        return !Has(process, arguments);
    }

    private static bool Has(string process, string[] arguments)
    {
        if (!int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out var id) || id == Environment.ProcessId) return false;
        try
        {
            var all = File.ReadAllText(Path.Combine(process, "cmdline")).Split('\0');
            return Enumerable.Range(0, all.Length).Any(at => all.AsSpan(at).StartsWith(arguments));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
