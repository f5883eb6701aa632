using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Expand.TestKit;

/// <summary>One client of the fake. Reads lines as Asterisk does: a bare LF ends one, a blank one ends the action.</summary>
internal sealed class FakeAsteriskConnection(FakeAsterisk server, Socket socket, int number) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly List<KeyValuePair<string, string>> _headers = [];
    private readonly List<byte> _line = [];
    private Stream? _stream;

    public static byte[] Wire(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));

    public async Task RunAsync(CancellationToken ct)
    {
        var delayed = new List<Task>();
        try
        {
            _stream = await OpenAsync(ct);
            if (server.Script.Banner is { } banner) await SendAsync(Encoding.UTF8.GetBytes(banner + "\r\n"));
            var buffer = new byte[16 * 1024];
            while (true)
            {
                var count = await _stream.ReadAsync(buffer, ct);
                while (server.Stall) await Task.Delay(10, ct);
                if (count == 0) break;
                server.Record(buffer.AsSpan(0, count));
                for (var i = 0; i < count; i++)
                {
                    if (Take(buffer[i]) is { } action) await AnswerAsync(server.Decide(action), action, delayed, ct);
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or AuthenticationException)
        {
            // The client, or the test, ended it.
        }
        await Task.WhenAll(delayed);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_stream is null) return;
        try
        {
            await _writing.WaitAsync();
            try
            {
                await _stream.WriteAsync(bytes);
            }
            finally
            {
                _writing.Release();
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // Gone meanwhile.
        }
    }

    public void Close() => socket.Dispose();

    public void Dispose()
    {
        Close();
        _writing.Dispose();
    }

    private async Task<Stream> OpenAsync(CancellationToken ct)
    {
        var plain = new NetworkStream(socket, ownsSocket: true);
        if (server.Certificate is null) return plain;
        var tls = new SslStream(plain, leaveInnerStreamOpen: false);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = server.Certificate }, ct);
        return tls;
    }

    private FakeAction? Take(byte b)
    {
        if (b != (byte)'\n')
        {
            _line.Add(b);
            return null;
        }
        var line = Encoding.UTF8.GetString(_line.ToArray()).TrimEnd('\r');
        _line.Clear();
        if (line.Length > 0)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            _headers.Add(colon < 0 ? new(line, "") : new(line[..colon], line[(colon + 1)..].TrimStart(' ')));
            return null;
        }
        if (_headers.Count == 0) return null;
        var action = new FakeAction("", null, [.. _headers], number);
        _headers.Clear();
        return action with { Name = action["Action"] ?? "", ActionId = action["ActionID"] };
    }

    private async Task AnswerAsync(FakeReply reply, FakeAction action, List<Task> delayed, CancellationToken ct)
    {
        if (reply.Delay > TimeSpan.Zero)
        {
            delayed.Add(LaterAsync());
            return;
        }
        if (reply.Text is { } text) await SendAsync(Wire(text.Replace("{id}", action.ActionId, StringComparison.Ordinal)));
        if (reply.Close) Close();

        async Task LaterAsync()
        {
            try
            {
                await Task.Delay(reply.Delay, ct);
                await AnswerAsync(reply with { Delay = TimeSpan.Zero }, action, delayed, ct);
            }
            catch (OperationCanceledException)
            {
                // The fake is disposed of.
            }
        }
    }
}
