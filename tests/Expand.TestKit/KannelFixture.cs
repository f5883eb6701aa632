using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Expand.TestKit;

/// <summary>A message as Kannel's SMSC got it.</summary>
/// <param name="Sender">From whom.</param>
/// <param name="Receiver">To whom.</param>
/// <param name="Kind"><c>text</c>, <c>data</c>, <c>ucs-2</c> or <c>udh</c> (a part of a longer one).</param>
/// <param name="Data">The rest of the line.</param>
public sealed record SmscMessage(string Sender, string Receiver, string Kind, string Data);

/// <summary>
/// A real Kannel (bearerbox and smsbox) with its fake SMSC, on free ports of loopback and in a folder of its own. Needs the packages kannel and
/// kannel-extras, and no root.
/// </summary>
public sealed class KannelFixture : IAsyncDisposable
{
    private const string Bearerbox = "/usr/sbin/bearerbox";
    private const string Smsbox = "/usr/sbin/smsbox";
    private const string FakeSmsc = "/usr/lib/kannel/test/fakesmsc";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private readonly string folder = Directory.CreateTempSubdirectory("expand-kannel-").FullName;
    private readonly int admin = FreePorts.Tcp();
    private readonly int boxes = FreePorts.Tcp();
    private readonly int smsc = FreePorts.Tcp();
    private readonly List<Process> processes = [];
    private readonly List<SmscMessage> received = [];
    private readonly StringBuilder output = new();

    private KannelFixture()
    {
    }

    /// <summary>The port of its HTTP interface.</summary>
    public int Port { get; } = FreePorts.Tcp();

    /// <summary>The address of its HTTP interface.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/cgi-bin/sendsms");

    /// <summary>The user there.</summary>
    public string User { get; } = "expand";

    /// <summary>The user's password, another one at each run.</summary>
    public string Password { get; } = Guid.NewGuid().ToString("N");

    /// <summary>What the SMSC got, by its own account.</summary>
    public IReadOnlyList<SmscMessage> Received
    {
        get
        {
            lock (received) return [.. received];
        }
    }

    /// <summary>What the programs wrote.</summary>
    public string Output
    {
        get
        {
            lock (output) return output.ToString();
        }
    }

    /// <summary>Starts all of it; returns when messages are taken.</summary>
    /// <param name="perSecond">Messages a second that the SMSC takes.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="InvalidOperationException">It is not installed, or does not start; the message says which.</exception>
    public static async Task<KannelFixture> StartAsync(int perSecond, CancellationToken ct = default)
    {
        foreach (var program in (string[])[Bearerbox, Smsbox, FakeSmsc])
        {
            if (!File.Exists(program)) throw new InvalidOperationException($"{program} is missing: install the packages kannel and kannel-extras");
        }

        var kannel = new KannelFixture();
        try
        {
            await kannel.StartAllAsync(perSecond, ct);
            return kannel;
        }
        catch
        {
            await kannel.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // The one that was started last first: smsbox ends by itself where its bearerbox goes, and complains.
        foreach (var process in Enumerable.Reverse(processes))
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(folder, recursive: true);
    }

    private async Task StartAllAsync(int perSecond, CancellationToken ct)
    {
        var file = Path.Combine(folder, "kannel.conf");
        await File.WriteAllTextAsync(file, Configuration(perSecond), ct);
        Start(Bearerbox, ["-v", "1", file], null);
        await ListensAsync(boxes, ct);
        await ListensAsync(smsc, ct);
        Start(Smsbox, ["-v", "1", file], null);
        await ListensAsync(Port, ct);
        Start(FakeSmsc, ["-H", "127.0.0.1", "-r", $"{smsc}", "-m", "0", "1 2 text x"], Note);
        await ConnectedAsync(ct);
    }

    /// <summary>Kannel reads groups that are set apart by empty lines. What smsbox cannot report at once it repeats for two minutes.</summary>
    private string Configuration(int perSecond) => string.Create(CultureInfo.InvariantCulture,
        $"""
        group = core
        admin-port = {admin}
        admin-interface = 127.0.0.1
        admin-password = {Password}
        smsbox-port = {boxes}
        smsbox-interface = 127.0.0.1
        box-allow-ip = 127.0.0.1
        dlr-storage = internal

        group = smsc
        smsc = fake
        smsc-id = fake
        port = {smsc}
        connect-allow-ip = 127.0.0.1
        throughput = {perSecond}

        group = smsbox
        bearerbox-host = 127.0.0.1
        bearerbox-port = {boxes}
        sendsms-port = {Port}
        http-request-retry = 240
        http-queue-delay = 1

        group = sendsms-user
        username = {User}
        password = {Password}
        default-sender = 1000
        concatenation = true
        max-messages = 10

        group = sms-service
        keyword = default
        text = ""
        max-messages = 0

        """);

    private void Start(string program, string[] arguments, Action<string>? line)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder },
        };
        process.OutputDataReceived += (_, e) => Wrote(e.Data, line);
        process.ErrorDataReceived += (_, e) => Wrote(e.Data, line);
        process.Start();
        processes.Add(process);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private void Wrote(string? text, Action<string>? line)
    {
        if (text is null) return;
        lock (output) output.AppendLine(text);
        line?.Invoke(text);
    }

    /// <summary>The SMSC's own line: <c>… Got message 7: &lt;1000 099123456 text hola&gt;</c></summary>
    private void Note(string line)
    {
        var begin = line.IndexOf("Got message ", StringComparison.Ordinal);
        if (begin < 0 || line.IndexOf(": <", begin, StringComparison.Ordinal) is var from && from < 0) return;
        var words = line[(from + 3)..].TrimEnd('>').Split(' ', 4);
        if (words.Length < 4) return;
        lock (received) received.Add(new SmscMessage(words[0], words[1], words[2], words[3]));
    }

    private async Task ListensAsync(int port, CancellationToken ct)
    {
        var end = DateTimeOffset.UtcNow + StartTimeout;
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, ct);
                return;
            }
            catch (SocketException) when (DateTimeOffset.UtcNow < end && processes.TrueForAll(p => !p.HasExited))
            {
                await Task.Delay(50, ct);
            }
            catch (SocketException)
            {
                throw new InvalidOperationException($"Kannel does not listen on port {port}:\n{Output}");
            }
        }
    }

    /// <summary>Until the bearerbox says that the SMSC is there.</summary>
    private async Task ConnectedAsync(CancellationToken ct)
    {
        using var http = new HttpClient();
        var end = DateTimeOffset.UtcNow + StartTimeout;
        while (DateTimeOffset.UtcNow < end)
        {
            var status = await http.GetStringAsync(new Uri($"http://127.0.0.1:{admin}/status.txt?password={Password}"), ct);
            if (status.Contains("(online", StringComparison.Ordinal)) return;
            await Task.Delay(100, ct);
        }

        throw new InvalidOperationException($"Kannel's SMSC is not connected:\n{Output}");
    }
}
