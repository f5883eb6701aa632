using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Expand.TestKit;

/// <summary>One run of the built server program and what it writes.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private event Action<string>? LineWritten;

    private ServerProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Wrote(line.Data);
        _process.ErrorDataReceived += (_, line) => Wrote(line.Data);
        _process.Exited += (_, _) => _ended.TrySetResult();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Whether servers are there to be measured, and not for the seconds of a test.</summary>
    public static bool LivesLong { get; set; }

    /// <summary>The server's program stands beside the tests, which reference it.</summary>
    public static ServerProcess Start(string[] arguments, IReadOnlyDictionary<string, string?> settings, string workingFolder)
    {
        var program = Environment.GetEnvironmentVariable("EXPAND_SERVER") is { Length: > 0 } given ? given : Path.Combine(AppContext.BaseDirectory, "expand.dll");
        if (!File.Exists(program)) throw new InvalidOperationException($"the server is not built: {program} is missing");
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        // A shell that runs the tests in the background makes them ignore SIGINT, and their children with them: not this one.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", dotnet, program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Not the program's folder: pages and settings must be found all the same.
            WorkingDirectory = workingFolder,
        };
        // Compiling for the long run what was called often takes a server of ten seconds a fifth of all its processor time.
        if (!LivesLong) start.Environment["DOTNET_TC_CallCounting"] = "0";
        // What is meant for this test run is not meant for the server.
        foreach (var name in new[] { "ASPNETCORE_URLS", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT" }) start.Environment.Remove(name);
        foreach (var (name, value) in settings)
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }

        var server = new ServerProcess(start);
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    public static void Signal(int pid, string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, pid.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit(TimeSpan.FromSeconds(5));
    }

    /// <summary>Returns when a line begins so; throws with all the output where it ends or the time is up before that.</summary>
    public async Task WaitForLineAsync(string beginning, TimeSpan timeout, CancellationToken ct)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(string line)
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal)) seen.TrySetResult();
        }

        LineWritten += Look;
        try
        {
            if (Output.Split('\n').Any(line => line.StartsWith(beginning, StringComparison.Ordinal))) return;
            var first = await Task.WhenAny(seen.Task, _ended.Task, Task.Delay(timeout, ct));
            ct.ThrowIfCancellationRequested();
            if (first == seen.Task) return;
            throw new InvalidOperationException(first == _ended.Task
                ? $"the server ended with exit code {await WaitForExitAsync(TimeSpan.FromSeconds(5), ct)}:\n{Output}"
                : $"the server wrote no line '{beginning}' within {timeout}:\n{Output}");
        }
        finally
        {
            LineWritten -= Look;
        }
    }

    public async Task<int> WaitForExitAsync(TimeSpan timeout, CancellationToken ct)
    {
        await _ended.Task.WaitAsync(timeout, ct);
        return _process.ExitCode;
    }

    public void Interrupt()
    {
        if (!_process.HasExited) Signal(_process.Id, "INT");
    }

    /// <summary>The server alone, not its children.</summary>
    public void Kill()
    {
        if (_process.HasExited) return;
        _process.Kill(entireProcessTree: false);
        _process.WaitForExit(TimeSpan.FromSeconds(10));
    }

    public void Dispose() => _process.Dispose();

    private void Wrote(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
        LineWritten?.Invoke(line);
    }
}
