using Expand.Simulator.Engine;
using Expand.Simulator.Files;
using Expand.Simulator.Queues;

namespace Expand.Simulator.Calls;

/// <summary>The state of the simulated Asterisk: channels, phones, queues and files. Lives on the loop.</summary>
internal sealed class Pbx
{
    private readonly Dictionary<string, SimChannel> byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, SimChannel> byUniqueId = new(StringComparer.Ordinal);
    private long uniqueCounter;
    private uint sipCounter;
    private uint localCounter;
    private long sequence;

    public Pbx(SimulatorOptions options, SimulatorLoop loop)
    {
        (Options, Loop, World) = (options, loop, options.World);
        Random = new Random(options.Seed);
        Events = new PbxEvents(this);
        Cdr = new CdrFile(options.CdrFile);
        QueueLog = new QueueLogFile(options.QueueLogFile, loop);
        Devices = new DeviceStates(this);
        Phones = new PhoneBook(this);
        Queues = new QueueRoom(this);
        Dialplan = new DialplanRunner(this);
        Started = loop.Now;
    }

    public SimulatorOptions Options { get; }
    public SimulatorWorld World { get; }
    public SimulatorLoop Loop { get; }
    public Random Random { get; }
    public PbxEvents Events { get; }
    public CdrFile Cdr { get; }
    public QueueLogFile QueueLog { get; }
    public DeviceStates Devices { get; }
    public PhoneBook Phones { get; }
    public QueueRoom Queues { get; }
    public DialplanRunner Dialplan { get; }
    public DateTimeOffset Started { get; set; }
    public DateTimeOffset Reloaded { get; set; }
    public bool Booted { get; set; }
    public long ProcessedCalls { get; private set; }

    /// <summary>Who hears events; set by the host.</summary>
    public Action<EventClass, byte[]> Broadcast { get; set; } = (_, _) => { };

    /// <summary>False while nobody listens: then no event is encoded.</summary>
    public Func<bool> HasListeners { get; set; } = () => false;

    public DateTimeOffset Now => Loop.Now;

    public IEnumerable<SimChannel> Channels => byUniqueId.Values;

    public int ChannelCount => byUniqueId.Count;

    public SimTimer After(TimeSpan delay, Action action) => Loop.After(delay, action);

    /// <summary>A channel by name or uniqueid, as the AMI actions take it.</summary>
    public SimChannel? Find(string nameOrId) => byName.GetValueOrDefault(nameOrId) ?? byUniqueId.GetValueOrDefault(nameOrId);

    public bool HasUniqueId(string id) => byUniqueId.ContainsKey(id);

    public string NextUniqueId() => $"{Text.Number(Text.Seconds(Now))}.{Text.Number(uniqueCounter++)}";

    public string NextLocalName() => $"{localCounter++:x8}";

    /// <summary>Makes a channel of an endpoint and announces it.</summary>
    public SimChannel NewPhoneChannel(SimPhone phone, string uniqueId, string? linkedId, string context, string exten, ChannelState state)
    {
        var channel = new SimChannel
        {
            Name = $"PJSIP/{phone.Extension.Number}-{sipCounter++:x8}",
            UniqueId = uniqueId,
            LinkedId = linkedId ?? uniqueId,
            Device = phone.Device,
            Phone = phone,
            Context = context,
            Exten = exten,
            State = state,
            Created = Now,
            CallerNum = phone.IsTrunk ? "" : phone.Extension.Number,
            CallerName = phone.IsTrunk ? "" : phone.Extension.Name,
        };
        phone.Channels.Add(channel);
        return channel;
    }

    public void Add(SimChannel channel)
    {
        byName[channel.Name] = channel;
        byUniqueId[channel.UniqueId] = channel;
        Events.NewChannel(channel);
    }

    /// <summary>Every channel uses up one sequence number, also the called leg whose own record is never written.</summary>
    public long NextSequence() => sequence++;

    /// <summary>Begins the records of a channel that is party A.</summary>
    public CallRecord OpenRecord(SimChannel channel, DateTimeOffset? start = null)
    {
        channel.Records ??= new CallRecords();
        var record = new CallRecord
        {
            Sequence = NextSequence(),
            Start = start ?? Now,
            Answer = channel.State == ChannelState.Up ? start ?? Now : null,
            Destination = channel.Exten,
            DestinationContext = channel.Context,
            App = channel.App,
            AppData = channel.AppData,
        };
        channel.Records.Chain.Add(record);
        return record;
    }

    /// <summary>The channel runs an application of the dialplan: events, lists and its CDR show it from now on.</summary>
    public void RunApp(SimChannel channel, string app, string data, bool inRecord = true)
    {
        (channel.App, channel.AppData) = (app, data);
        if (channel.Records is null || !inRecord) return;
        var record = channel.Records.Open ?? OpenRecord(channel);
        (record.App, record.AppData) = (app, data);
        (record.Destination, record.DestinationContext) = (channel.Exten, channel.Context);
    }

    public void Answer(SimChannel channel)
    {
        if (channel.State == ChannelState.Up) return;
        channel.State = ChannelState.Up;
        channel.Answered = Now;
        Events.NewState(channel);
        if (channel.Records?.Open is { } record) record.Answer ??= Now;
        if (channel.Phone is { } phone) Devices.Changed(phone);
        if (channel.LocalPeer is { } peer && channel.Name.EndsWith(";2", StringComparison.Ordinal)) (peer.Part as OriginateCall)?.Answered(peer);
    }

    /// <summary>The last step of every channel: Hangup event, records, device state.</summary>
    public void End(SimChannel channel, int cause, int? techCause = null)
    {
        if (channel.Gone) return;
        channel.Gone = true;
        (channel.Cause, channel.TechCause) = (cause, techCause);
        channel.CancelPhoneTimers();
        channel.Part = null;
        channel.Recording?.Close(Now);
        channel.Recording = null;
        byName.Remove(channel.Name);
        byUniqueId.Remove(channel.UniqueId);
        Events.Hangup(channel);
        WriteRecords(channel);
        if (channel.Phone is { } phone)
        {
            phone.Channels.Remove(channel);
            Devices.Changed(phone);
        }
        if (channel.Records is not null) ProcessedCalls++;
        foreach (var listener in channel.Listeners.ToList()) listener.Part?.HangupAsked(listener, Causes.Normal, HangupBy.Pbx);
        foreach (var listener in channel.HeardBy) SpyCall.TargetGone(this, listener, channel);
        // The other half of a Local channel follows.
        if (channel.LocalPeer is { Gone: false } peer) peer.Part?.HangupAsked(peer, Causes.Normal, HangupBy.Phone);
    }

    private void WriteRecords(SimChannel channel)
    {
        if (channel.Records is null || channel.Variables.GetValueOrDefault("CDR_PROP(disable)") == "1") return;
        foreach (var record in channel.Records.Chain)
        {
            record.End ??= Now;
            record.Disposition ??= record.Answer is null ? "NO ANSWER" : "ANSWERED";
            Cdr.Write(channel, record);
            if (Options.CdrEvents && HasListeners())
                Broadcast(EventClass.Cdr, CdrFile.Event(Events.Encoder, Now, channel, record));
        }
    }

    /// <summary>Every channel is gone and no file hears of it: the process was killed.</summary>
    public void Vanish()
    {
        Loop.ForgetTimers();
        byName.Clear();
        byUniqueId.Clear();
        Phones.Clear();
        Queues.ForgetCalls();
        Cdr.Dispose();
        QueueLog.Dispose();
        Booted = false;
    }

    /// <summary>A start of Asterisk: counters at zero, files open, members back. The uniqueid counter goes on, so that two
    /// starts within one second give no id twice.</summary>
    public void Boot()
    {
        (sequence, sipCounter, localCounter) = (0, 0, 0);
        Started = Reloaded = Now;
        Cdr.Open();
        QueueLog.Open();
        QueueLog.Write("NONE", "NONE", "NONE", "QUEUESTART", "");
        Phones.Boot();
        if (Options.BootTime > TimeSpan.Zero) After(Options.BootTime, LoadModules);
        else LoadModules();
    }

    private void LoadModules()
    {
        Queues.Boot();
        Booted = true;
        Events.FullyBooted(toAll: true);
    }
}
