using Expand.EndToEnd.Calls;
using Xunit;

namespace Expand.EndToEnd.Clients;

/// <summary>The same on a real Asterisk, whose phones ring and answer by SIP.</summary>
public abstract class ClientsOnAsteriskTests(CallCentre centre) : ClientTests
{
    protected override string Url => centre.Server.Url;

    protected override string Key => centre.Server.Credentials.AuthorizedKey;
}

public sealed class ClientsOnAsterisk16(CallCentre16 centre) : ClientsOnAsteriskTests(centre), IClassFixture<CallCentre16>;

public sealed class ClientsOnAsterisk22(CallCentre22 centre) : ClientsOnAsteriskTests(centre), IClassFixture<CallCentre22>;
