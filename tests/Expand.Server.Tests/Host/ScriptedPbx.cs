using System.Collections.Concurrent;
using Expand.Server.Pbx;
using Expand.TestKit;

namespace Expand.Server.Tests.Host;

/// <summary>A fake Asterisk that knows some devices and channels; what else happens the test sends as events.</summary>
internal sealed class ScriptedPbx : IAsyncDisposable
{
    public ScriptedPbx(params string[] extensions)
    {
        foreach (var extension in extensions) Devices["PJSIP/" + extension] = "NOT_INUSE";
        Asterisk = new FakeAsterisk(Answer);
    }

    public FakeAsterisk Asterisk { get; }

    /// <summary>Device to state.</summary>
    public ConcurrentDictionary<string, string> Devices { get; } = new();

    /// <summary>Uniqueid to the rest of its CoreShowChannel event.</summary>
    public ConcurrentDictionary<string, string> Channels { get; } = new();

    /// <summary>Queues that it has; while there is none, every command about a member succeeds and changes nothing.</summary>
    public HashSet<string> Queues { get; } = [];

    /// <summary>Members of its queues; commands about them change them and are told as events. Lock it where a host runs.</summary>
    public List<PbxMember> Members { get; } = [];

    /// <summary>Callers who wait; how long they do is told by the real clock. Lock <see cref="Members"/> where a host runs.</summary>
    public List<PbxCaller> Waiting { get; } = [];

    /// <summary>Answers DeviceStateList; null: with the devices.</summary>
    public Func<FakeAction, FakeReply?> OnDevices { get; set; } = _ => null;

    public Func<FakeAction, FakeReply?> OnOriginate { get; set; } = _ => null;

    /// <summary>Answers QueueAdd, QueueRemove and QueuePause; null: as Asterisk would, with the event that follows.</summary>
    public Func<FakeAction, FakeReply?> OnMember { get; set; } = _ => null;

    public Func<FakeAction, FakeReply?> OnHangup { get; set; } = _ => null;

    public IEnumerable<FakeAction> Originates => Asterisk.Received.Where(a => a.Name == "Originate");

    public IEnumerable<FakeAction> Hangups => Asterisk.Received.Where(a => a.Name == "Hangup");

    /// <summary>Commands about members, in order.</summary>
    public IEnumerable<FakeAction> MemberCommands => Asterisk.Received.Where(a => a.Name is "QueueAdd" or "QueueRemove" or "QueuePause");

    public void Channel(string id, string linked, int state, string bridge = "") =>
        Channels[id] = $"Linkedid: {linked}\nChannel: PJSIP/x-{id}\nChannelState: {state}\nBridgeId: {bridge}\n";

    /// <summary>The Originate of the newest job; its ChannelId.</summary>
    public async Task<string> NextOriginateAsync(int count = 1) => (await Asterisk.WaitForAsync("Originate", count))["ChannelId"]!;

    public Task NewchannelAsync(string id, string? linked = null) =>
        Asterisk.SendAsync($"Event: Newchannel\nChannel: PJSIP/x-{id}\nUniqueid: {id}\nLinkedid: {linked ?? id}\n\n");

    public Task DialBeginAsync(string job, string leg) =>
        Asterisk.SendAsync($"Event: DialBegin\nUniqueid: {job}\nLinkedid: {job}\nDestUniqueid: {leg}\nDestLinkedid: {job}\n\n");

    public Task DialEndAsync(string job, string leg, string result) =>
        Asterisk.SendAsync($"Event: DialEnd\nUniqueid: {job}\nLinkedid: {job}\nDestUniqueid: {leg}\nDestLinkedid: {job}\nDialStatus: {result}\n\n");

    public Task SourceAnswersAsync(string job) => Asterisk.SendAsync(
        $"Event: DialBegin\nDestUniqueid: {job}\nDestLinkedid: {job}\n\nEvent: DialEnd\nDestUniqueid: {job}\nDestLinkedid: {job}\nDialStatus: ANSWER\n\n"
        + $"Event: OriginateResponse\nResponse: Success\nReason: 4\nUniqueid: {job}\n\n");

    public Task OriginateFailsAsync(string job, int reason) =>
        Asterisk.SendAsync($"Event: OriginateResponse\nResponse: Failure\nReason: {reason}\nUniqueid: {job}\n\n");

    public Task HangupAsync(string id, string linked, int cause) =>
        Asterisk.SendAsync($"Event: Hangup\nChannel: PJSIP/x-{id}\nUniqueid: {id}\nLinkedid: {linked}\nCause: {cause}\n\n");

    public Task DeviceAsync(string device, string state)
    {
        Devices[device] = state;
        return Asterisk.SendAsync($"Event: DeviceStateChange\nDevice: {device}\nState: {state}\n\n");
    }

    /// <summary>From ringing to both sides connected.</summary>
    public async Task ConnectAsync(string job, string leg)
    {
        await NewchannelAsync(job);
        await SourceAnswersAsync(job);
        await NewchannelAsync(leg, job);
        await DialBeginAsync(job, leg);
        await DialEndAsync(job, leg, "ANSWER");
    }

    public ValueTask DisposeAsync() => Asterisk.DisposeAsync();

    private FakeReply? Answer(FakeAction action) => action.Name switch
    {
        "DeviceStateList" => OnDevices(action) ?? FakeReply.List("DeviceStateListComplete",
            [.. Devices.Select(d => $"Event: DeviceStateChange\nDevice: {d.Key}\nState: {d.Value}")]),
        "CoreShowChannels" => FakeReply.List("CoreShowChannelsComplete",
            [.. Channels.Select(c => $"Event: CoreShowChannel\nUniqueid: {c.Key}\n{c.Value}")]),
        "Getvar" => FakeReply.Success(("Variable", action["Variable"]!), ("Value", "\"Ana Acosta\" <701>")),
        "Originate" => OnOriginate(action) ?? FakeReply.Success(("Message", "Originate successfully queued")),
        "Hangup" => OnHangup(action) ?? FakeReply.Success(("Message", "Channel Hungup")),
        "QueueStatus" => new ScriptedQueues(this).Status(),
        "QueueAdd" or "QueueRemove" or "QueuePause" => OnMember(action) ?? new ScriptedQueues(this).Change(action),
        _ => null,
    };
}
