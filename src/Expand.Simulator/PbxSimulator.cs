using Expand.Simulator.Ami;
using Expand.Simulator.Calls;
using Expand.Simulator.Engine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Expand.Simulator;

/// <summary>A PBX of virtual phones, queues, agents and callers that speaks AMI and writes Asterisk's own CDR and queue_log files.
/// Hosted in-process; safe to use from any thread.</summary>
public sealed class PbxSimulator : IAsyncDisposable
{
    private readonly SimulatorOptions options;
    private readonly ILogger log;
    private readonly SimulatorLoop loop;
    private readonly Pbx pbx;
    private readonly AmiDesk desk;
    private readonly CallerStream callers;
    private readonly AgentLife agents;
    private AmiServer server;
    private bool down;

    private PbxSimulator(SimulatorOptions options, TimeProvider time, ILogger log)
    {
        (this.options, this.log) = (options, log);
        loop = new SimulatorLoop(time, options.Speed, log);
        pbx = new Pbx(options, loop);
        desk = new AmiDesk(pbx, log);
        callers = new CallerStream(pbx);
        agents = new AgentLife(pbx, callers);
        server = NewServer();
    }

    /// <summary>The TCP port on which AMI listens.</summary>
    public int AmiPort { get; private set; }

    /// <summary>Simulated time.</summary>
    public DateTimeOffset Now => loop.Now;

    /// <summary>Starts a PBX: opens its files, listens on AMI and lets its callers come.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="time">The clock; null takes the system's.</param>
    /// <param name="logger">Where its own faults are logged.</param>
    /// <param name="ct">Gives up the start.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken.</exception>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    public static async Task<PbxSimulator> StartAsync(
        SimulatorOptions options, TimeProvider? time = null, ILogger? logger = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Speed);
        var simulator = new PbxSimulator(options, time ?? TimeProvider.System, logger ?? NullLogger.Instance);
        try
        {
            await simulator.BootAsync(options.AmiPort).WaitAsync(ct).ConfigureAwait(false);
            return simulator;
        }
        catch
        {
            await simulator.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    internal static string Banner(int generation) => generation >= 22 ? "11.0.0" : "5.0.4";

    /// <summary>Waits until everything that is due by now has happened; for tests under a fake clock.</summary>
    public Task SettleAsync() => loop.AskAsync(() => true);

    /// <summary>Number of channels that exist now.</summary>
    public Task<int> CountChannelsAsync() => loop.AskAsync(() => pbx.ChannelCount);

    /// <summary>Resets every AMI connection; the PBX goes on.</summary>
    public void DropConnections() => server.AbortAll();

    /// <summary>Hangs the AMI side, or lets it go on: nothing is read and nothing is written, the connections stay open, the
    /// calls and the files go on.</summary>
    public void Stall(bool stalled) => server.Stalled.Set(stalled, stalled);

    /// <summary>Stops reading actions, or goes on; events are still sent.</summary>
    public void StallReads(bool stalled) => server.Stalled.Set(stalled, false);

    /// <summary>Answers every login with "Authentication failed", or stops doing so.</summary>
    public Task RefuseLoginsAsync(bool refuse) => DoAsync(() => desk.RefusesLogins = refuse);

    /// <summary>Kills the PBX: connections are reset, every channel is gone without a CDR, the files are closed and the port
    /// refuses connections until <see cref="RestartAsync"/>.</summary>
    public async Task CrashAsync()
    {
        if (down) return;
        down = true;
        log.Crashed();
        await DoAsync(() =>
        {
            pbx.Vanish();
            desk.ForgetAll();
        }).ConfigureAwait(false);
        await server.CloseAsync(abort: true).ConfigureAwait(false);
    }

    /// <summary>Starts the PBX again on the same port after <see cref="CrashAsync"/> or, when it runs, stops it in good order
    /// first: Shutdown is announced, calls end with their records.</summary>
    public async Task RestartAsync()
    {
        if (!down) await StopAsync().ConfigureAwait(false);
        server = NewServer();
        await BootAsync(AmiPort).ConfigureAwait(false);
    }

    /// <summary>Stops the PBX in good order and leaves it stopped until <see cref="RestartAsync"/>.</summary>
    public async Task StopAsync()
    {
        if (down) return;
        down = true;
        await DoAsync(() =>
        {
            pbx.Events.Shutdown();
            foreach (var channel in pbx.Channels.ToList())
                if (!channel.Gone) channel.Part?.HangupAsked(channel, Causes.Normal, HangupBy.Pbx);
            foreach (var channel in pbx.Channels.ToList()) pbx.End(channel, Causes.Normal);
            pbx.Vanish();
            desk.ForgetAll();
        }).ConfigureAwait(false);
        await server.CloseAsync(abort: false).ConfigureAwait(false);
    }

    /// <summary>Renames the CDR file and queue_log to name.0 and begins new ones, as log rotation does.</summary>
    public Task RotateLogsAsync() => DoAsync(() =>
    {
        pbx.Cdr.Rotate();
        pbx.QueueLog.Rotate();
        pbx.QueueLog.Write("NONE", "NONE", "NONE", "CONFIGRELOAD", "");
    });

    /// <summary>Adds or changes an extension and reloads (event Reload).</summary>
    public Task AddExtensionAsync(SimulatorExtension extension) => DoAsync(() =>
    {
        pbx.Phones.Put(extension);
        pbx.Events.Reload("res_pjsip.so");
    });

    /// <summary>Removes an extension and reloads (event Reload). False when there is none of that number.</summary>
    public Task<bool> RemoveExtensionAsync(string number) => loop.AskAsync(() =>
    {
        var removed = pbx.Phones.Remove(number);
        pbx.Events.Reload("res_pjsip.so");
        return removed;
    });

    /// <summary>Changes what a phone does from its next call on; its device state follows at once.</summary>
    /// <returns>False when there is no such extension.</returns>
    public Task<bool> SetBehaviourAsync(string number, ExtensionBehaviour behaviour) => loop.AskAsync(() =>
    {
        if (pbx.Phones.Find(number) is not { } phone) return false;
        phone.Extension = phone.Extension with { Behaviour = behaviour };
        pbx.Devices.Changed(phone);
        return true;
    });

    /// <summary>An agent logs in to a queue at the phone (AddQueueMember in the dialplan).</summary>
    /// <returns>Null when done, else why not, in Asterisk's words.</returns>
    public Task<string?> LoginAgentAsync(string agent, string extension, string queue) =>
        loop.AskAsync(() => pbx.Queues.Add(queue, $"PJSIP/{extension}", agent, 0, false, "", pbx.NextUniqueId()));

    /// <summary>An agent logs out of a queue at the phone.</summary>
    /// <returns>Null when done, else why not, in Asterisk's words.</returns>
    public Task<string?> LogoutAgentAsync(string extension, string queue) =>
        loop.AskAsync(() => pbx.Queues.Remove(queue, $"PJSIP/{extension}", pbx.NextUniqueId()));

    /// <summary>An agent pauses or resumes at the phone, in one queue or (null) in all.</summary>
    /// <returns>False when the extension is a member of none.</returns>
    public Task<bool> PauseAgentAsync(string extension, bool paused, string reason = "", string? queue = null) =>
        loop.AskAsync(() => pbx.Queues.Pause(queue, $"PJSIP/{extension}", paused, reason));

    /// <summary>Somebody calls: from a phone when <paramref name="from"/> is an extension, else from outside through the trunk.</summary>
    /// <param name="from">The caller's number.</param>
    /// <param name="to">The extension, queue or outside number called.</param>
    /// <param name="name">The caller's name, for calls from outside.</param>
    /// <param name="patience">The caller gives up after this long without an answer; null never does.</param>
    /// <param name="hangsUpAfter">The caller hangs up this long after dialling, whatever happened.</param>
    /// <returns>The uniqueid of the caller's channel, or null when the call could not begin.</returns>
    public Task<string?> PlaceCallAsync(string from, string to, string name = "", TimeSpan? patience = null, TimeSpan? hangsUpAfter = null) =>
        loop.AskAsync(() => callers.Place(from, name, to, patience, hangsUpAfter));

    /// <summary>A phone hangs up all its calls. The number of channels that ended.</summary>
    public Task<int> HangUpPhoneAsync(string extension) => loop.AskAsync(() =>
    {
        var channels = pbx.Phones.Find(extension)?.Channels.ToList() ?? [];
        foreach (var channel in channels) channel.Part?.HangupAsked(channel, Causes.Normal, HangupBy.Phone);
        return channels.Count;
    });

    /// <summary>A phone sends the caller it talks with on to another extension (REFER) and is free.</summary>
    /// <returns>False when it is not the called party of a talk, or the extension leads nowhere.</returns>
    public Task<bool> TransferAsync(string extension, string to) => loop.AskAsync(() =>
        pbx.Phones.Find(extension)?.Channels.FirstOrDefault(c => c.Bridge is not null) is { } channel
        && channel.Part?.Transfer(channel, options.World.Context, to, HangupBy.Phone) == true);

    /// <summary>Stops in good order (see <see cref="StopAsync"/>) and frees everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await loop.DisposeAsync().ConfigureAwait(false);
        pbx.Cdr.Dispose();
        pbx.QueueLog.Dispose();
    }

    private AmiServer NewServer() => new(Banner(options.Generation),
        (session, request) => loop.Post(() => desk.Received(session, request)),
        session => loop.Post(() => desk.Ended(session)));

    private async Task BootAsync(int port)
    {
        await DoAsync(() =>
        {
            pbx.Boot();
            callers.Start();
            agents.Start();
        }).ConfigureAwait(false);
        server.Listen(options.Host, port);
        AmiPort = server.Port;
        down = false;
        log.Started(options.Generation, AmiPort);
    }

    private Task<bool> DoAsync(Action action) => loop.AskAsync(() =>
    {
        action();
        return true;
    });
}
