using System.Globalization;
using Expand.TestKit;

namespace Expand.Benchmarks.Soap;

/// <summary>A server with a call that talks and goes on: asked for over SOAP, connected by what a scripted Asterisk says of it.</summary>
internal sealed class TalkingCall : IAsyncDisposable
{
    private const string Leg = "5.1";
    private string? channel;

    private TalkingCall() => Asterisk = new FakeAsterisk(Answer);

    public FakeAsterisk Asterisk { get; }

    public ServerFixture Server { get; private set; } = null!;

    /// <summary>Its originatedID.</summary>
    public string Job { get; private set; } = "";

    public static async Task<TalkingCall> StartAsync(CancellationToken ct)
    {
        var call = new TalkingCall();
        try
        {
            await call.ConnectAsync(ct);
            return call;
        }
        catch
        {
            await call.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Server is not null) await Server.DisposeAsync();
        await Asterisk.DisposeAsync();
    }

    private async Task ConnectAsync(CancellationToken ct)
    {
        Server = await ServerFixture.StartAsync(new Dictionary<string, string?>
        {
            ["Pbx__Host"] = "127.0.0.1",
            ["Pbx__Port"] = Asterisk.Port.ToString(CultureInfo.InvariantCulture),
            ["Pbx__Username"] = Asterisk.Script.Username,
            ["Pbx__Secret"] = Asterisk.Script.Secret,
        }, ct: ct);
        using var soap = new SoapCaller(Server.Url, Server.Credentials.AuthorizedKey);
        Job = await soap.OriginateAsync("701", "702", ct);
        var id = (await Asterisk.WaitForAsync("Originate", ct: ct))["ChannelId"]!;
        channel = id;
        await Asterisk.SendAsync(
            $"Event: Newchannel\nChannel: PJSIP/701-1\nUniqueid: {id}\nLinkedid: {id}\n\n"
            + $"Event: DialBegin\nDestUniqueid: {id}\nDestLinkedid: {id}\n\nEvent: DialEnd\nDestUniqueid: {id}\nDestLinkedid: {id}\nDialStatus: ANSWER\n\n"
            + $"Event: OriginateResponse\nResponse: Success\nReason: 4\nUniqueid: {id}\n\n"
            + $"Event: Newchannel\nChannel: PJSIP/702-1\nUniqueid: {Leg}\nLinkedid: {id}\n\n"
            + $"Event: DialBegin\nUniqueid: {id}\nLinkedid: {id}\nDestUniqueid: {Leg}\nDestLinkedid: {id}\n\n"
            + $"Event: DialEnd\nUniqueid: {id}\nLinkedid: {id}\nDestUniqueid: {Leg}\nDestLinkedid: {id}\nDialStatus: ANSWER\n\n");
        await soap.FollowAsync(Job, TimeSpan.FromSeconds(20), ct, 2);
    }

    private FakeReply? Answer(FakeAction action) => action.Name switch
    {
        "DeviceStateList" => FakeReply.List("DeviceStateListComplete",
            ["Event: DeviceStateChange\nDevice: PJSIP/701\nState: NOT_INUSE", "Event: DeviceStateChange\nDevice: PJSIP/702\nState: NOT_INUSE"]),
        "CoreShowChannels" when channel is { } id => FakeReply.List("CoreShowChannelsComplete",
        [
            $"Event: CoreShowChannel\nUniqueid: {id}\nLinkedid: {id}\nChannel: PJSIP/701-1\nChannelState: 6\nBridgeId: b",
            $"Event: CoreShowChannel\nUniqueid: {Leg}\nLinkedid: {id}\nChannel: PJSIP/702-1\nChannelState: 6\nBridgeId: b",
        ]),
        "CoreShowChannels" => FakeReply.List("CoreShowChannelsComplete", []),
        "Getvar" => FakeReply.Success(("Variable", action["Variable"]!), ("Value", "\"Ana Acosta\" <701>")),
        "QueueStatus" => FakeReply.List("QueueStatusComplete", []),
        "Originate" => FakeReply.Success(("Message", "Originate successfully queued")),
        _ => null,
    };
}
