using System.Globalization;
using Expand.TestKit;

namespace Expand.Benchmarks.Soap;

/// <summary>A server on a PBX on which nothing happens.</summary>
internal sealed class QuietServer : IAsyncDisposable
{
    private readonly FakeAsterisk asterisk = new(action => action.Name switch
    {
        "DeviceStateList" => FakeReply.List("DeviceStateListComplete", ["Event: DeviceStateChange\nDevice: PJSIP/701\nState: NOT_INUSE"]),
        "CoreShowChannels" => FakeReply.List("CoreShowChannelsComplete", []),
        "QueueStatus" => FakeReply.List("QueueStatusComplete", []),
        "Getvar" => FakeReply.Success(("Variable", action["Variable"]!), ("Value", "\"Ana Acosta\" <701>")),
        _ => null,
    });

    private QuietServer()
    {
    }

    public ServerFixture Server { get; private set; } = null!;

    public static async Task<QuietServer> StartAsync(CancellationToken ct, params (string Name, string Value)[] settings)
    {
        var quiet = new QuietServer();
        try
        {
            var all = new Dictionary<string, string?>
            {
                ["Pbx__Host"] = "127.0.0.1",
                ["Pbx__Port"] = quiet.asterisk.Port.ToString(CultureInfo.InvariantCulture),
                ["Pbx__Username"] = quiet.asterisk.Script.Username,
                ["Pbx__Secret"] = quiet.asterisk.Script.Secret,
            };
            foreach (var (name, value) in settings) all[name] = value;
            quiet.Server = await ServerFixture.StartAsync(all, ct: ct);
            return quiet;
        }
        catch
        {
            await quiet.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Server is not null) await Server.DisposeAsync();
        await asterisk.DisposeAsync();
    }
}
