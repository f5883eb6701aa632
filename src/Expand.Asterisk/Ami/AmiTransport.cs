using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Expand.Asterisk.Ami;

/// <summary>Opens the stream to Asterisk: TCP, and TLS over it where asked for.</summary>
internal static class AmiTransport
{
    public static async Task<Stream> OpenAsync(AmiOptions options, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, ct).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (!options.UseTls) return stream;

            var tls = new SslStream(stream, leaveInnerStreamOpen: false);
            stream = tls;
            await tls.AuthenticateAsClientAsync(TlsOptions(options), ct).ConfigureAwait(false);
            return tls;
        }
        catch
        {
            if (stream is not null) await stream.DisposeAsync().ConfigureAwait(false);
            socket.Dispose();
            throw;
        }
    }

    private static SslClientAuthenticationOptions TlsOptions(AmiOptions options) => new()
    {
        TargetHost = options.TlsServerName ?? options.Host,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        RemoteCertificateValidationCallback = options.TlsValidation
            ?? (options.TlsCertificateSha256 is { } pin ? (_, certificate, _, _) => Matches(certificate, pin) : null),
    };

    private static bool Matches(X509Certificate? certificate, string pin) =>
        certificate is not null && certificate.GetCertHashString(HashAlgorithmName.SHA256)
            .Equals(pin.Replace(":", "", StringComparison.Ordinal).Trim(), StringComparison.OrdinalIgnoreCase);
}
