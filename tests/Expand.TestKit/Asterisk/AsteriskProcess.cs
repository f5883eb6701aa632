using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Expand.TestKit;

/// <summary>Runs the scripts of deploy/asterisk, and Asterisk itself.</summary>
internal sealed class AsteriskProcess : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said;

    private AsteriskProcess(Process process, ConcurrentQueue<string> said)
    {
        _process = process;
        _said = said;
        // A test run that ends early leaves no Asterisk behind.
        AppDomain.CurrentDomain.ProcessExit += EndWithTests;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>What it wrote to its standard outputs, the last lines.</summary>
    public string Said => string.Join('\n', _said.TakeLast(20));

    public static AsteriskProcess Start(string root, string work)
    {
        var (process, said) = Run("start", [root, work]);
        return new(process, said);
    }

    /// <summary>Runs render to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message is its own.</exception>
    public static async Task RenderAsync(string root, string work, IEnumerable<string> settings, CancellationToken ct)
    {
        var (process, said) = Run("render", [root, work, .. settings]);
        using (process)
        {
            await process.WaitForExitAsync(ct);
            if (process.ExitCode != 0) throw new InvalidOperationException(string.Join('\n', said));
        }
    }

    /// <summary>Waits until the AMI takes the account and Asterisk has booted fully.</summary>
    /// <exception cref="InvalidOperationException">It ended, or did not get there.</exception>
    public async Task WaitForAmiAsync(int port, string user, string secret, TimeSpan timeout, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        try
        {
            while (!await IsBootedAsync(port, user, secret, limit.Token))
            {
                if (HasExited) throw new InvalidOperationException($"Asterisk ended at its start: {Said}");
                await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new InvalidOperationException($"Asterisk was not ready within {timeout.TotalSeconds} s: {Said}");
        }
    }

    /// <summary>SIGKILL: what a power cut is to it.</summary>
    public async Task KillAsync(CancellationToken ct)
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync(ct);
    }

    /// <summary>SIGTERM: Asterisk hangs up its calls and writes their records.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("/bin/sh", ["-c", $"kill -TERM {_process.Id}"]);
            await kill.WaitForExitAsync(ct);
        }
        await _process.WaitForExitAsync(ct).WaitAsync(TimeSpan.FromSeconds(60), ct);
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= EndWithTests;
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private static async Task<bool> IsBootedAsync(int port, string user, string secret, CancellationToken ct)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, ct);
            using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"Action: Login\r\nUsername: {user}\r\nSecret: {secret}\r\n\r\n"), ct);
            while (await reader.ReadLineAsync(ct) is { } line)
                if (line == "Event: FullyBooted") return true;
                else if (line.StartsWith("Message: Authentication failed", StringComparison.Ordinal)) return false;
            return false;
        }
        catch (IOException) { return false; }
        catch (SocketException) { return false; }
    }

    private static (Process Process, ConcurrentQueue<string> Said) Run(string script, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(AsteriskRoot.Script(script), arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        var process = new Process { StartInfo = start };
        var said = new ConcurrentQueue<string>();
        void Keep(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is not { Length: > 0 } text) return;
            said.Enqueue(text);
            while (said.Count > 200) said.TryDequeue(out _);
        }
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return (process, said);
    }

    private void EndWithTests(object? sender, EventArgs e)
    {
        if (!_process.HasExited) _process.Kill();
    }
}
