using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Expand.Simulator.Tests;

/// <summary>A packet as it came: header names and values in order.</summary>
public sealed record Packet(IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    public string this[string name] => Headers.FirstOrDefault(h => h.Key == name).Value ?? "";

    public bool Has(string name) => Headers.Any(h => h.Key == name);

    public string Event => this["Event"];

    public override string ToString() => string.Join(" / ", Headers.Select(h => $"{h.Key}: {h.Value}"));

    public static Packet Parse(IEnumerable<string> lines) => new([.. lines.Select(line =>
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return new KeyValuePair<string, string>(line[..colon], line[(colon + 1)..].TrimStart());
    })]);
}

/// <summary>The smallest AMI client: raw lines, so that what is tested is the wire and not our own client.</summary>
public sealed class AmiTestClient : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly TcpClient tcp = new();
    private readonly Channel<Packet> packets = Channel.CreateUnbounded<Packet>();
    private Task reading = Task.CompletedTask;
    private int actions;

    public string Banner { get; private set; } = "";

    /// <summary>Every packet received so far, responses too.</summary>
    public List<Packet> Received { get; } = [];

    public static async Task<AmiTestClient> ConnectAsync(PbxSimulator pbx, bool login = true)
    {
        var client = new AmiTestClient();
        await client.tcp.ConnectAsync("127.0.0.1", pbx.AmiPort, TestContext.Current.CancellationToken);
        var reader = new StreamReader(client.tcp.GetStream(), Encoding.UTF8);
        client.Banner = await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Limit) ?? "";
        client.reading = client.ReadAsync(reader);
        if (login)
        {
            var answer = await client.AskAsync("Login", ("Username", "expand"), ("Secret", "secret"));
            Assert.Equal("Success", answer["Response"]);
            await client.WaitForAsync(p => p.Event == "FullyBooted");
        }
        return client;
    }

    /// <summary>Sends an action and waits for its response.</summary>
    public async Task<Packet> AskAsync(string action, params (string Name, string Value)[] headers)
    {
        var id = headers.FirstOrDefault(h => h.Name == "ActionID").Value ?? $"t{++actions}";
        await SendRawAsync($"Action: {action}\r\nActionID: {id}\r\n"
            + string.Concat(headers.Where(h => h.Name != "ActionID").Select(h => $"{h.Name}: {h.Value}\r\n")) + "\r\n");
        return await WaitForAsync(p => p.Has("Response") && !p.Has("Event") && p["ActionID"] == id);
    }

    public Task SendRawAsync(string text) => tcp.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

    /// <summary>Waits for the next packet that matches; what comes before is kept in <see cref="Received"/>.</summary>
    public async Task<Packet> WaitForAsync(Func<Packet, bool> matches)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            while (true)
            {
                var packet = await packets.Reader.ReadAsync(limit.Token);
                Received.Add(packet);
                if (matches(packet)) return packet;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            throw new TimeoutException("not seen; received:\n" + string.Join("\n", Received), e);
        }
    }

    /// <summary>A ping: everything that was queued for this session before it has been received after it.</summary>
    public Task CatchUpAsync() => AskAsync("Ping");

    public async Task<bool> IsClosedAsync()
    {
        await reading.WaitAsync(Limit);
        return true;
    }

    private async Task ReadAsync(StreamReader reader)
    {
        try
        {
            var lines = new List<string>();
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.Length > 0) lines.Add(line);
                else if (lines.Count > 0)
                {
                    packets.Writer.TryWrite(Packet.Parse(lines));
                    lines.Clear();
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Closed.
        }
        packets.Writer.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        tcp.Dispose();
        await reading;
    }
}
