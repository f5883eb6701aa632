using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Expand.Server.Platform.Embedded;

/// <summary>
/// A real Asterisk for <c>./run --pbx asterisk</c>: unpacked from Debian's packages into the data folder (nothing is installed), run with the
/// configuration of deploy/asterisk on free ports of loopback, with phones that answer. Both are children of this process.
/// </summary>
internal sealed class EmbeddedAsterisk : IEmbeddedPbx
{
    private readonly List<Process> children = [];
    private readonly List<string> errors = [];
    private readonly string work;

    private EmbeddedAsterisk(string work, IReadOnlyDictionary<string, string?> settings) => (this.work, Settings) = (work, settings);

    public IReadOnlyDictionary<string, string?> Settings { get; }

    /// <param name="dataFolder">Holds the unpacked root and Asterisk's work folder.</param>
    /// <param name="home">The checkout or the installed share folder: deploy/asterisk below it.</param>
    /// <param name="phones">The command that runs the phone bank.</param>
    /// <param name="ct">Ends the start.</param>
    public static async Task<EmbeddedAsterisk> StartAsync(string dataFolder, string home, string[] phones, CancellationToken ct)
    {
        var scripts = Path.Combine(home, "deploy", "asterisk");
        if (!Directory.Exists(scripts)) throw new SettingException($"{scripts} is missing: start with ./run from the checkout, or use docker compose up");
        var root = Path.Combine(dataFolder, "asterisk", "root");
        var work = Path.Combine(dataFolder, "asterisk", "work");
        Console.WriteLine("Asterisk: unpacking Debian's packages where that has not been done yet (a minute or so) …");
        // The generation that this product is developed on first; the older one where the newer cannot be had.
        var (exitCode, output) = await ProcessRun.ToEndAsync([Path.Combine(scripts, "unpack"), "sid", root], ct);
        if (exitCode != 0) (exitCode, output) = await ProcessRun.ToEndAsync([Path.Combine(scripts, "unpack"), "bullseye", root], ct);
        if (exitCode != 0) throw new SettingException(LastLine(output));

        // What a killed server left goes on with its old ports and secret, and Asterisk runs once in a folder: it ends in order, its records written.
        var (configuration, plan) = (Path.Combine(work, "etc", "asterisk.conf"), Path.Combine(work, "phones.txt"));
        await LeftOver.StopAsync(["-f", "-C", configuration], ct);
        await LeftOver.StopAsync(["--plan", plan], ct);

        var (ami, agi, sip, bank) = (FreePort(SocketType.Stream), FreePort(SocketType.Stream), FreePort(SocketType.Dgram), FreePort(SocketType.Dgram));
        var secret = RandomNumberGenerator.GetHexString(32);
        (exitCode, output) = await ProcessRun.ToEndAsync(
            [Path.Combine(scripts, "render"), root, work, $"AMI_PORT={ami}", $"AMI_SECRET={secret}", $"SIP_PORT={sip}", $"PHONES=127.0.0.1:{bank}", $"AGI=127.0.0.1:{agi}"], ct);
        if (exitCode != 0) throw new SettingException(LastLine(output));
        // A copy in this folder: by it these phones are told from those of another one.
        File.Copy(Path.Combine(scripts, "phones.txt"), plan, overwrite: true);

        var asterisk = new EmbeddedAsterisk(work, new Dictionary<string, string?>
        {
            ["Pbx:Name"] = "asterisk",
            ["Pbx:Host"] = "127.0.0.1",
            ["Pbx:Port"] = ami.ToString(CultureInfo.InvariantCulture),
            ["Pbx:Username"] = "expand",
            ["Pbx:Secret"] = secret,
            ["Agi:Port"] = agi.ToString(CultureInfo.InvariantCulture),
            ["Pbx:CdrFile"] = Path.Combine(work, "log", "cdr-custom", "cdr.csv"),
            ["Pbx:QueueLogFile"] = Path.Combine(work, "log", "queue_log"),
            ["Recordings:Folder"] = Path.Combine(work, "spool", "monitor"),
            ["Recordings:KeepDays"] = "7",
        });
        try
        {
            _ = asterisk.Start([Path.Combine(scripts, "start"), root, work]);
            var phonesReady = asterisk.Start(
                [.. phones, "--asterisk", $"127.0.0.1:{sip}", "--port", bank.ToString(CultureInfo.InvariantCulture), "--plan", plan]);
            await asterisk.WaitForAmiAsync(ami, phonesReady, ct);
            return asterisk;
        }
        catch
        {
            await asterisk.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in children.AsEnumerable().Reverse())
        {
            if (!child.HasExited) await ProcessRun.ToEndAsync(["kill", "-TERM", child.Id.ToString(CultureInfo.InvariantCulture)], CancellationToken.None);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(8));
            try
            {
                await child.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                child.Kill(entireProcessTree: true);
            }

            child.Dispose();
        }
    }

    /// <summary>Ends when the child has written a line.</summary>
    private Task Start(string[] command)
    {
        var spoke = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var child = Process.Start(start)!;
        child.OutputDataReceived += (_, line) =>
        {
            if (line.Data is not null) spoke.TrySetResult();
        };
        child.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { } text) lock (errors) errors.Add(text);
        };
        child.BeginOutputReadLine();
        child.BeginErrorReadLine();
        children.Add(child);
        return spoke.Task;
    }

    private async Task WaitForAmiAsync(int port, Task phonesReady, CancellationToken ct)
    {
        for (var tries = 0; tries < 150; tries++)
        {
            if (children.FirstOrDefault(child => child.HasExited) is not null)
            {
                string said;
                lock (errors) said = errors.LastOrDefault() ?? $"see {Path.Combine(work, "log")}";
                throw new SettingException($"Asterisk does not start: {said}");
            }

            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, port, ct);
                // That it has booted fully the server itself waits for.
                if (phonesReady.IsCompleted) return;
            }
            catch (SocketException)
            {
                // Not yet.
            }

            await Task.Delay(200, ct);
        }

        throw new SettingException($"Asterisk does not answer on its AMI port, or its phones are not ready; see {Path.Combine(work, "log")}");
    }

    private static int FreePort(SocketType type)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "Asterisk could not be brought up; use docker compose up";
}
