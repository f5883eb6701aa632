using System.Globalization;
using System.Net;
using Expand.Phones;

namespace Expand.TestKit;

/// <summary>
/// A real Asterisk of our configuration with real SIP phones, on free ports of loopback and in a folder of its own. Needs no
/// installation and no root: the packages are unpacked by deploy/asterisk/unpack.
/// </summary>
public sealed class AsteriskFixture : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);
    private const int RtpPorts = 2000;
    private readonly AsteriskSetup _setup;
    private AsteriskProcess? _process;

    private AsteriskFixture(AsteriskSetup setup)
    {
        _setup = setup;
        Root = AsteriskRoot.Of(setup.Generation);
        WorkFolder = Directory.CreateTempSubdirectory("expand-asterisk-").FullName;
        AmiPort = FreePorts.Tcp();
        SipPort = FreePorts.Udp();
        Phones = new PhoneBank(new IPEndPoint(IPAddress.Loopback, SipPort)) { Others = PhoneBehaviour.Answers(setup.RingsFor) };
    }

    /// <summary>Which Asterisk it is.</summary>
    public AsteriskGeneration Generation => _setup.Generation;

    /// <summary>Host of AMI and SIP.</summary>
    public string Host { get; } = "127.0.0.1";

    /// <summary>Port of the AMI (TCP).</summary>
    public int AmiPort { get; }

    /// <summary>The account with the least rights that the server needs.</summary>
    public string AmiUser { get; } = "expand";

    /// <summary>Its secret, another at each run.</summary>
    public string AmiSecret { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Port of SIP (UDP).</summary>
    public int SipPort { get; }

    /// <summary>The dialplan context of extensions and originated calls.</summary>
    public string Context { get; } = "internal";

    /// <summary>Folder of the configuration, records and logs of this Asterisk.</summary>
    public string WorkFolder { get; }

    /// <summary>The file with one line a CDR (deploy/asterisk/etc/cdr_custom.conf).</summary>
    public string CdrFile => Path.Combine(WorkFolder, "log", "cdr-custom", "cdr.csv");

    /// <summary>The queue_log file.</summary>
    public string QueueLogFile => Path.Combine(WorkFolder, "log", "queue_log");

    /// <summary>Asterisk's own log.</summary>
    public string LogFile => Path.Combine(WorkFolder, "log", "full");

    /// <summary>The phones of every extension, and of every number outside.</summary>
    public PhoneBank Phones { get; }

    /// <summary>Process id of the Asterisk that runs now, or ran last.</summary>
    public int ProcessId => _process?.Id ?? 0;

    /// <summary>Whether Asterisk runs.</summary>
    public bool IsRunning => _process is { HasExited: false };

    private string Root { get; }

    /// <summary>What a server is told that works with it.</summary>
    /// <param name="amiPort">Where AMI is reached by another way, such as a <see cref="WireTap"/>.</param>
    public Dictionary<string, string?> ServerSettings(int? amiPort = null) => new()
    {
        ["Pbx__Host"] = Host,
        ["Pbx__Port"] = (amiPort ?? AmiPort).ToString(CultureInfo.InvariantCulture),
        ["Pbx__Username"] = AmiUser,
        ["Pbx__Secret"] = AmiSecret,
        ["Pbx__Context"] = Context,
        ["Pbx__CdrFile"] = CdrFile,
        ["Pbx__QueueLogFile"] = QueueLogFile,
    };

    /// <summary>Starts Asterisk and the phones; returns when Asterisk has booted fully and the off-the-hook phone is in its call.</summary>
    /// <exception cref="InvalidOperationException">It is not unpacked, or does not start; the message says which and what to do.</exception>
    public static async Task<AsteriskFixture> StartAsync(AsteriskSetup setup, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(setup);
        if (!AsteriskRoot.Has(setup.Generation)) throw new InvalidOperationException(AsteriskRoot.Missing(setup.Generation));
        try
        {
            return await StartOnceAsync(setup, TimeSpan.FromSeconds(30), ct);
        }
        catch (TimeoutException)
        {
            // A port that was free when it was chosen, and taken when Asterisk came to it: AMI answers, and no phone is heard. Other ports, then.
            return await StartOnceAsync(setup, StartTimeout, ct);
        }
    }

    private static async Task<AsteriskFixture> StartOnceAsync(AsteriskSetup setup, TimeSpan patience, CancellationToken ct)
    {
        var asterisk = new AsteriskFixture(setup);
        try
        {
            await asterisk.RenderAsync(ct);
            await asterisk.StartAgainAsync(ct);
            await asterisk.ApplyPlanAsync(patience, ct);
            return asterisk;
        }
        catch
        {
            await asterisk.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts Asterisk again after <see cref="StopAsync"/> or <see cref="KillAsync"/>: same ports, same files.</summary>
    public async Task StartAgainAsync(CancellationToken ct = default)
    {
        _process?.Dispose();
        _process = AsteriskProcess.Start(Root, WorkFolder);
        await _process.WaitForAmiAsync(AmiPort, AmiUser, AmiSecret, StartTimeout, ct);
    }

    /// <summary>Stops it in order: calls are hung up, their records written.</summary>
    public async Task StopAsync(CancellationToken ct = default)
    {
        if (_process is null) return;
        await _process.StopAsync(ct);
        Phones.ForgetCalls();
    }

    /// <summary>Kills it (SIGKILL): the records of calls that were up are lost, as on a power cut.</summary>
    public async Task KillAsync(CancellationToken ct = default)
    {
        if (_process is null) return;
        await _process.KillAsync(ct);
        Phones.ForgetCalls();
    }

    /// <summary>Stops and starts it.</summary>
    public async Task RestartAsync(CancellationToken ct = default)
    {
        await StopAsync(ct);
        await StartAgainAsync(ct);
    }

    /// <summary>Ends Asterisk and the phones, and removes the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            await process.KillAsync(CancellationToken.None);
            process.Dispose();
        }
        await Phones.DisposeAsync();
        if (Environment.GetEnvironmentVariable("EXPAND_KEEP_ASTERISK") is null) Directory.Delete(WorkFolder, recursive: true);
    }

    private async Task RenderAsync(CancellationToken ct)
    {
        var extensions = Path.Combine(WorkFolder, "extensions.txt");
        var demonstration = await File.ReadAllLinesAsync(AsteriskRoot.Script("extensions.txt"), ct);
        await File.WriteAllLinesAsync(extensions, [.. demonstration, .. _setup.MoreExtensions.Select(e => $"{e.Number} {e.Name}")], ct);
        var rtp = FreePorts.UdpBlock(RtpPorts);
        await AsteriskProcess.RenderAsync(Root, WorkFolder, [
            $"AMI_PORT={AmiPort}", $"AMI_USER={AmiUser}", $"AMI_SECRET={AmiSecret}", $"SIP_PORT={SipPort}",
            $"RTP_START={rtp}", $"RTP_END={rtp + RtpPorts - 1}", $"PHONES=127.0.0.1:{Phones.Port}", $"EXTENSIONS={extensions}", $"AGI={_setup.Agi}",
            string.Create(CultureInfo.InvariantCulture, $"VERBOSE={_setup.Verbosity}")], ct);
        if (_setup.MoreDialplan is { } dialplan)
            await File.WriteAllTextAsync(Path.Combine(WorkFolder, "etc", "extensions_local.conf"), dialplan, ct);
        if (_setup.MoreQueues is { } queues)
            await File.WriteAllTextAsync(Path.Combine(WorkFolder, "etc", "queues_local.conf"), queues, ct);
    }

    private async Task ApplyPlanAsync(TimeSpan patience, CancellationToken ct)
    {
        var plan = _setup.Plan ?? PhonePlan.Parse(["711 busy", "712 never", "713 reject 0.1", "715 offhook *60"]);
        Phones.Apply(plan);
        foreach (var number in plan.Phones.Where(p => p.Value.OffHookWith is not null).Select(p => p.Key))
            await Phones.WaitForAsync(e => e.Number == number && e.Kind == PhoneEventKind.Answered, patience, ct);
    }
}
