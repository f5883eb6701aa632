using System.Diagnostics;
using Expand.TestKit;
using Xunit;

namespace Expand.EndToEnd.Newcomer;

/// <summary>
/// One run of <c>./run</c>. bash becomes the server, so its process is the server's. Tests of it are one collection: the first builds, for all.
/// </summary>
internal sealed class RunScript : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private RunScript(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
    }

    /// <summary>Starts it.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">More environment; null takes a variable away.</param>
    /// <param name="folder">The working folder; null: one that holds no settings.</param>
    public static RunScript Start(string[] arguments, IReadOnlyDictionary<string, string?>? environment = null, string? folder = null)
    {
        // A shell that runs the tests in the background makes them ignore SIGINT, and their children with them: not this one.
        var start = new ProcessStartInfo("/usr/bin/env", ["--default-signal=INT", Path.Combine(Checkout.Folder(), "run"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        // The tests' own MSBuild settings are none of a newcomer's.
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }

        return new RunScript(Process.Start(start)!);
    }

    /// <summary>Has everything built, so that what is measured afterwards is a start.</summary>
    public static async Task BuildAsync(CancellationToken ct)
    {
        using var run = Start(["--version"]);
        Assert.Equal((0, ""), await run.EndAsync(TimeSpan.FromSeconds(300), ct));
    }

    /// <summary>The line that says that it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended before.</exception>
    public async Task<string> ReadyAsync(CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        // Building is part of it where nothing is built yet.
        patience.CancelAfter(TimeSpan.FromSeconds(240));
        while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("eXpand is ready at ", StringComparison.Ordinal)) return line;
        }

        throw new InvalidOperationException("./run ended: " + await _errors);
    }

    /// <summary>Ctrl-C; what it wrote on standard error until it had ended in order.</summary>
    public async Task<string> InterruptAsync(CancellationToken ct)
    {
        using (var kill = Process.Start("kill", ["-INT", $"{_process.Id}"])) await kill.WaitForExitAsync(ct);
        var (exitCode, errors) = await EndAsync(TimeSpan.FromSeconds(40), ct);
        Assert.True(exitCode == 0, $"exit code {exitCode}: {errors}");
        return errors;
    }

    /// <summary>SIGKILL, to the server alone.</summary>
    public async Task KillAsync(CancellationToken ct)
    {
        _process.Kill(entireProcessTree: false);
        await _process.WaitForExitAsync(ct).WaitAsync(TimeSpan.FromSeconds(10), ct);
    }

    /// <summary>Waits for its end; what it wrote on standard error.</summary>
    public async Task<(int ExitCode, string Errors)> EndAsync(TimeSpan patience, CancellationToken ct)
    {
        var output = _process.StandardOutput.ReadToEndAsync(ct);
        var errors = await _errors.WaitAsync(patience, ct);
        await output;
        await _process.WaitForExitAsync(ct);
        return (_process.ExitCode, errors);
    }

    /// <summary>The command lines of running processes that mention it.</summary>
    public static IReadOnlyList<string> Mentioning(string text) =>
        [.. Directory.GetDirectories("/proc").Select(CommandLine).Where(line => line.Contains(text, StringComparison.Ordinal))];

    /// <summary>Ends those, each by its number.</summary>
    public static void KillMentioning(string text)
    {
        foreach (var process in Directory.GetDirectories("/proc").Where(process => CommandLine(process).Contains(text, StringComparison.Ordinal)))
        {
            using var kill = Process.Start("kill", ["-KILL", Path.GetFileName(process)]);
            kill.WaitForExit(TimeSpan.FromSeconds(5));
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
