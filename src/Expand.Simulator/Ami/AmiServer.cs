using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Expand.Simulator.Ami;

/// <summary>The listening socket and its sessions. Knows no action: what arrives is handed to the model.</summary>
internal sealed class AmiServer(string banner, Action<AmiSession, AmiRequest> received, Action<AmiSession> ended) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<AmiSession, Task> sessions = new();
    private Socket? listener;
    private Task accepting = Task.CompletedTask;

    public StallGate Stalled { get; } = new();

    public int Port { get; private set; }

    public void Received(AmiSession session, AmiRequest request) => received(session, request);

    public void Ended(AmiSession session) => ended(session);

    /// <summary>Opens the port.</summary>
    /// <exception cref="SocketException">The port is taken or the address is not ours.</exception>
    public void Listen(IPAddress host, int port)
    {
        var socket = new Socket(host.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (port != 0) socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(host, port));
            socket.Listen(128);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        listener = socket;
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        accepting = AcceptAsync(socket);
    }

    public void AbortAll()
    {
        foreach (var session in sessions.Keys) session.Abort();
    }

    private async Task AcceptAsync(Socket socket)
    {
        var hello = Encoding.ASCII.GetBytes($"Asterisk Call Manager/{banner}\r\n");
        while (true)
        {
            Socket client;
            try
            {
                client = await socket.AcceptAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
            client.NoDelay = true;
            var session = new AmiSession(client, this);
            session.Send(hello);
            sessions[session] = Task.CompletedTask;
            sessions.TryUpdate(session, RunAsync(session), Task.CompletedTask);
        }
    }

    private async Task RunAsync(AmiSession session)
    {
        await Task.Yield();
        await session.RunAsync().ConfigureAwait(false);
        sessions.TryRemove(session, out _);
        session.Dispose();
    }

    /// <summary>Closes the port; sessions are aborted, or closed once what they have queued is written.</summary>
    public async Task CloseAsync(bool abort)
    {
        listener?.Dispose();
        await accepting.ConfigureAwait(false);
        Stalled.Release();
        foreach (var session in sessions.Keys)
        {
            if (abort) session.Abort();
            else session.CloseAfterSending();
        }
        var all = Task.WhenAll(sessions.Values.ToArray());
        if (await Task.WhenAny(all, Task.Delay(TimeSpan.FromSeconds(2))).ConfigureAwait(false) != all) AbortAll();
        await all.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await CloseAsync(abort: true).ConfigureAwait(false);
}

/// <summary>Where the loops of the sessions wait while a test has the PBX hang.</summary>
internal sealed class StallGate
{
    private volatile TaskCompletionSource? reads;
    private volatile TaskCompletionSource? writes;

    public Task ReadsAllowedAsync(CancellationToken ct) => reads?.Task.WaitAsync(ct) ?? Task.CompletedTask;

    public Task WritesAllowedAsync(CancellationToken ct) => writes?.Task.WaitAsync(ct) ?? Task.CompletedTask;

    public void Set(bool stallReads, bool stallWrites)
    {
        reads = Change(reads, stallReads);
        writes = Change(writes, stallWrites);
    }

    public void Release() => Set(false, false);

    private static TaskCompletionSource? Change(TaskCompletionSource? gate, bool closed)
    {
        if (closed) return gate ?? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gate?.TrySetResult();
        return null;
    }
}
