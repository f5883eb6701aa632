using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Expand.Asterisk.Ami;
using Expand.TestKit;

namespace Expand.Asterisk.Tests;

public sealed class AmiTlsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tls_with_a_pinned_certificate_works()
    {
        await using var asterisk = new FakeAsterisk(options: new() { Tls = true });
        await using var ami = await asterisk.ConnectAsync(ct: Ct);
        Assert.Equal("Pong", (await ami.SendAsync(new AmiAction("Ping"), Ct))["Ping"]);
        var pin = asterisk.Certificate!.GetCertHashString(HashAlgorithmName.SHA256);
        await using var colons = await asterisk.ConnectAsync(
            o => o with { TlsCertificateSha256 = string.Join(':', pin.Chunk(2).Select(p => new string(p))).ToUpperInvariant() }, Ct);
        Assert.Equal(AmiState.Up, colons.State);
    }

    [Fact]
    public async Task An_own_validation_decides()
    {
        await using var asterisk = new FakeAsterisk(options: new() { Tls = true });
        var asked = 0;
        await using var ami = await asterisk.ConnectAsync(o => o with
        {
            TlsCertificateSha256 = null,
            TlsValidation = (_, certificate, _, _) => Interlocked.Increment(ref asked) > 0 && certificate!.Subject == "CN=fake-asterisk",
        }, Ct);
        Assert.Equal(1, asked);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("00")]
    public async Task A_certificate_that_is_not_trusted_gets_no_secret(string? pin)
    {
        await using var asterisk = new FakeAsterisk(options: new() { Tls = true });
        await using var ami = new AmiClient(asterisk.ClientOptions with { TlsCertificateSha256 = pin });
        ami.Start();
        await asterisk.WaitUntilAsync(() => asterisk.Connections >= 3, Ct);
        Assert.Empty(asterisk.ReceivedBytes);
        Assert.NotEqual(AmiState.Up, ami.State);
    }

    [Fact]
    public async Task Nothing_older_than_tls_1_2_is_offered()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var options = new AmiOptions
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)listener.LocalEndpoint).Port,
            Username = "u",
            Secret = "do-not-tell",
            UseTls = true,
            TlsServerName = "pbx.example",
        };
        await using var ami = new AmiClient(options);
        ami.Start();
        using var socket = await listener.AcceptSocketAsync(Ct);
        await using var stream = new NetworkStream(socket);
        var header = new byte[5];
        await stream.ReadExactlyAsync(header, Ct);
        var hello = new byte[BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(3))];
        await stream.ReadExactlyAsync(hello, Ct);

        Assert.Equal(22, header[0]);   // a handshake record
        Assert.Equal(1, hello[0]);     // a ClientHello
        Assert.Equal([0x0303, 0x0304], OfferedVersions(hello).Order());
        Assert.True(hello.AsSpan().IndexOf("pbx.example"u8) > 0);
        Assert.DoesNotContain("do-not-tell", Encoding.Latin1.GetString(hello), StringComparison.Ordinal);
    }

    /// <summary>The supported_versions extension (43) of a ClientHello, RFC 8446 section 4.2.1.</summary>
    private static List<int> OfferedVersions(ReadOnlySpan<byte> hello)
    {
        var at = 4 + 2 + 32;                                                      // handshake header, legacy version, random
        at += 1 + hello[at];                                                      // session id
        at += 2 + BinaryPrimitives.ReadUInt16BigEndian(hello[at..]);              // cipher suites
        at += 1 + hello[at];                                                      // compression methods
        at += 2;                                                                  // length of the extensions
        while (at + 4 <= hello.Length)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(hello[at..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(hello[(at + 2)..]);
            if (type == 43)
            {
                var versions = new List<int>();
                for (var i = at + 5; i < at + 4 + length; i += 2) versions.Add(BinaryPrimitives.ReadUInt16BigEndian(hello[i..]));
                return versions;
            }
            at += 4 + length;
        }
        return [BinaryPrimitives.ReadUInt16BigEndian(hello[4..])];
    }
}
