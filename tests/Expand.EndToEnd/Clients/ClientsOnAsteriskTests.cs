using Expand.TestKit;
using Xunit;

namespace Expand.EndToEnd.Clients;

/// <summary>A real Asterisk and the server on it, whose agent is made as an administrator makes one: by the command line, while it serves.</summary>
public abstract class ClientCentre(AsteriskGeneration generation) : CallCentre(generation)
{
    /// <summary>Long enough for a client of any speed to see it.</summary>
    protected override TimeSpan RingsFor => TimeSpan.FromSeconds(1);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Server.CommandAsync(["users", "add", "hpereyra", "--name", "Héctor Pereyra", "--email", "hpereyra@example.com", "--agent", "108"]);
        await Server.CommandAsync(["pauses", "add", "3", "Baño"]);
        foreach (var (queue, description) in new[] { ("q_ventas", "Ventas"), ("q_soporte", "Soporte") })
        {
            await Server.CommandAsync(["queues", "name", queue, description]);
            await Server.CommandAsync(["queues", "link", queue, "hpereyra"]);
        }

        // Every host sees a change within two seconds.
        await Eventually.TrueAsync(async () => (await Soap.XmlAsync("statusQueues", CancellationToken.None)).Descendants("qagent").Count(a => a.Value == "108") == 2,
            "the server knows the agent", TimeSpan.FromSeconds(20));
    }
}

public sealed class ClientCentre16() : ClientCentre(AsteriskGeneration.Asterisk16);

public sealed class ClientCentre22() : ClientCentre(AsteriskGeneration.Asterisk22);

/// <summary>The same on a real Asterisk, whose phones ring and answer by SIP.</summary>
public abstract class ClientsOnAsteriskTests(ClientCentre centre) : ClientTests
{
    protected override string Url => centre.Server.Url;

    protected override string Key => centre.Server.Credentials.AuthorizedKey;
}

[Trait(EachAsterisk.Trait, EachAsterisk.Asterisk16)]
public sealed class ClientsOnAsterisk16(ClientCentre16 centre) : ClientsOnAsteriskTests(centre), IClassFixture<ClientCentre16>;

[Trait(EachAsterisk.Trait, EachAsterisk.Asterisk22)]
public sealed class ClientsOnAsterisk22(ClientCentre22 centre) : ClientsOnAsteriskTests(centre), IClassFixture<ClientCentre22>;
