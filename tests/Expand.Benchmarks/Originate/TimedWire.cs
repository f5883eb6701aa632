using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Expand.Benchmarks.Originate;

/// <summary>The wire between the server and Asterisk, which notes when each Originate and its answer pass.</summary>
internal sealed partial class TimedWire : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, (string Action, long At)> asked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> answered = new(StringComparer.Ordinal);
    private readonly List<TcpClient> clients = [];
    private readonly Task passing;

    /// <summary>Passes everything on to that port of loopback.</summary>
    public TimedWire(int target)
    {
        listener.Start();
        passing = PassAsync(target);
    }

    /// <summary>Where the server connects.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The stopwatch when the Originate of the job with that number had come from the server, and when Asterisk's answer had.</summary>
    public (long Asked, long Answered) Of(long job)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $".{job}");
        var (action, at) = asked.Single(a => a.Key.EndsWith(suffix, StringComparison.Ordinal)).Value;
        return (at, answered[action]);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        foreach (var client in clients) client.Dispose();
        await passing;
        listener.Dispose();
    }

    private async Task PassAsync(int target)
    {
        try
        {
            using var server = await listener.AcceptTcpClientAsync();
            using var asterisk = new TcpClient();
            await asterisk.ConnectAsync(IPAddress.Loopback, target);
            server.NoDelay = asterisk.NoDelay = true;
            clients.AddRange([server, asterisk]);
            await Task.WhenAny(
                CopyAsync(server.GetStream(), asterisk.GetStream(), NoteAction), CopyAsync(asterisk.GetStream(), server.GetStream(), NoteAnswer));
        }
        catch (Exception ended) when (ended is IOException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    /// <summary>What has come is passed on before it is looked at.</summary>
    private static async Task CopyAsync(NetworkStream from, NetworkStream to, Action<string, long> note)
    {
        var buffer = new byte[64 * 1024];
        var message = new StringBuilder();
        int read;
        while ((read = await from.ReadAsync(buffer)) > 0)
        {
            var at = Stopwatch.GetTimestamp();
            await to.WriteAsync(buffer.AsMemory(0, read));
            message.Append(Encoding.Latin1.GetString(buffer, 0, read));
            var text = message.ToString();
            var end = text.LastIndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0) continue;
            message.Clear().Append(text.AsSpan(end + 4));
            foreach (var one in text[..end].Split("\r\n\r\n")) note(one, at);
        }
    }

    private void NoteAction(string message, long at)
    {
        if (!message.StartsWith("Action: Originate", StringComparison.Ordinal)) return;
        asked[Channel().Match(message).Groups[1].Value] = (ActionId().Match(message).Groups[1].Value, at);
    }

    private void NoteAnswer(string message, long at)
    {
        if (message.StartsWith("Response: ", StringComparison.Ordinal)) answered[ActionId().Match(message).Groups[1].Value] = at;
    }

    [GeneratedRegex("^ChannelId: ([0-9.]+)", RegexOptions.Multiline)]
    private static partial Regex Channel();

    [GeneratedRegex("^ActionID: ([^\r]+)", RegexOptions.Multiline)]
    private static partial Regex ActionId();
}
