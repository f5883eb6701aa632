using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Expand.TestKit;

namespace Expand.Benchmarks.Peers;

/// <summary>A program that a benchmark runs beside itself, in the foreground of a process that ends with this.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();

    private ChildProcess(Process process) => this.process = process;

    /// <summary>Its process id.</summary>
    public int Id => process.Id;

    /// <summary>Starts a program; what it writes is kept for the message of a failure.</summary>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var child = new ChildProcess(new Process { StartInfo = start });
        child.process.OutputDataReceived += (_, line) => child.Wrote(line.Data);
        child.process.ErrorDataReceived += (_, line) => child.Wrote(line.Data);
        child.process.Start();
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    /// <summary>One of the peers that are part of this program (<see cref="PeerPrograms"/>), when it listens.</summary>
    public static async Task<(ChildProcess Process, int Port)> StartPeerAsync(string kind, CancellationToken ct, params string[] more)
    {
        var port = FreePorts.Tcp();
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var peer = Start(dotnet, [typeof(ChildProcess).Assembly.Location, "--peer", kind, port.ToString(CultureInfo.InvariantCulture), .. more]);
        await peer.ListensAsync(port, ct);
        return (peer, port);
    }

    /// <summary>Returns when something listens at that port.</summary>
    /// <exception cref="InvalidOperationException">It ended before, or did not within 30 s; the message holds what it wrote.</exception>
    public async Task ListensAsync(int port, CancellationToken ct)
    {
        for (var patience = Stopwatch.StartNew(); patience.Elapsed < TimeSpan.FromSeconds(30);)
        {
            if (process.HasExited) break;
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync("127.0.0.1", port, ct);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(2, ct);
            }
        }

        lock (output) throw new InvalidOperationException($"{process.StartInfo.FileName} does not listen at port {port}:\n{output}");
    }

    /// <summary>Ends it, and returns when it has: gently first, so that its own children end with it.</summary>
    public void Dispose()
    {
        if (!process.HasExited)
        {
            using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)])) kill.WaitForExit(TimeSpan.FromSeconds(5));
            if (!process.WaitForExit(TimeSpan.FromSeconds(5))) process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private void Wrote(string? line)
    {
        if (line is null) return;
        lock (output) output.AppendLine(line);
    }
}
