using Xunit;

namespace Expand.TestKit;

/// <summary>A real Asterisk of one generation with its phones, and the server on it, its AMI connection through a tap.</summary>
public abstract class CallCentre(AsteriskGeneration generation) : IAsyncLifetime
{
    /// <summary>Sources and destinations for many calls at once; what they do, the tests say.</summary>
    public const int MoreExtensions = 400;

    /// <summary>How long phones ring before they answer.</summary>
    protected virtual TimeSpan RingsFor => new AsteriskSetup { Generation = generation }.RingsFor;

    public AsteriskFixture Asterisk { get; private set; } = null!;

    public WireTap Tap { get; private set; } = null!;

    public ServerFixture Server { get; private set; } = null!;

    public SoapCaller Soap { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        Asterisk = await AsteriskFixture.StartAsync(new AsteriskSetup
        {
            Generation = generation,
            RingsFor = RingsFor,
            MoreExtensions = [.. Enumerable.Range(2000, MoreExtensions).Select(n => ($"{n}", $"Interno {n}"))],
        });
        Tap = new WireTap(Asterisk.AmiPort);
        Server = await ServerFixture.StartAsync(Asterisk.ServerSettings(Tap.Port));
        Soap = new SoapCaller(Server.Url, Server.Credentials.AuthorizedKey);
        await Eventually.TrueAsync(async () => await Soap.ExtensionsAsync(CancellationToken.None) > MoreExtensions,
            "the server knows the extensions", TimeSpan.FromSeconds(30));
    }

    /// <summary>A second host of the same installation: the same database, the same PBX, a connection of its own.</summary>
    public Task<ServerFixture> AnotherHostAsync(CancellationToken ct)
    {
        var settings = Asterisk.ServerSettings(Tap.Port);
        settings["ConnectionStrings__Expand"] = Server.ConnectionString;
        return ServerFixture.StartAsync(settings, ct: ct);
    }

    public async ValueTask DisposeAsync()
    {
        Soap?.Dispose();
        if (Server is not null) await Server.DisposeAsync();
        if (Tap is not null) await Tap.DisposeAsync();
        if (Asterisk is not null) await Asterisk.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class CallCentre16() : CallCentre(AsteriskGeneration.Asterisk16);

public sealed class CallCentre22() : CallCentre(AsteriskGeneration.Asterisk22);
