using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Expand.Asterisk.Ami;

/// <summary>
/// A client of one Asterisk's manager interface that keeps itself connected. Actions are sent at most once; events go to
/// subscribers in order with the news of the connection; the read loop never waits for a consumer. Thread-safe.
/// </summary>
public sealed class AmiClient : IAsyncDisposable
{
    private static readonly TimeSpan LogoffTimeout = TimeSpan.FromSeconds(1);
    private readonly AmiOptions _options;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly AmiHub _hub;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _up = NewUp();
    private TaskCompletionSource _booted = NewUp();
    private AmiConnection? _connection;
    private Task? _loop;
    private volatile AmiState _state;
    private bool _probed;
    private volatile bool _disposed;
    private long _upSince;
    private long _ups;
    private long _eventsReceived;

    /// <summary>Makes a client; nothing connects before <see cref="Start"/>.</summary>
    /// <param name="options">Address, user and limits.</param>
    /// <param name="log">Where connections and losses are reported; never a secret.</param>
    /// <param name="time">The clock; the system's when null.</param>
    /// <exception cref="ArgumentException">An option is impossible.</exception>
    public AmiClient(AmiOptions options, ILogger<AmiClient>? log = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_options, _log, _time) = (options, log ?? NullLogger<AmiClient>.Instance, time ?? TimeProvider.System);
        _hub = new AmiHub(options.EventCapacity);
    }

    /// <summary>Where the client stands.</summary>
    public AmiState State => _state;

    /// <summary>First line of the last connection, such as "Asterisk Call Manager/11.0.0"; null before there was one.</summary>
    public string? Banner => _connection?.Banner;

    /// <summary>Since when the connection is up; null while it is not.</summary>
    public DateTimeOffset? UpSince => _state == AmiState.Up ? new DateTimeOffset(Interlocked.Read(ref _upSince), TimeSpan.Zero) : null;

    /// <summary>When the last bytes came from Asterisk; null before the first.</summary>
    public DateTimeOffset? LastHeard => _connection?.LastHeard;

    /// <summary>Events received since the start, whether anybody wanted them or not; list items are not counted.</summary>
    public long EventsReceived => Interlocked.Read(ref _eventsReceived);

    /// <summary>Wanted events that were dropped because a subscriber's queue was full, over all subscribers.</summary>
    public long EventsDropped => _hub.Dropped;

    /// <summary>How often the connection came up again after the first time.</summary>
    public long Reconnects => Math.Max(0, Interlocked.Read(ref _ups) - 1);

    /// <summary>Uniform in [0, 1): the jitter of the back-off.</summary>
    internal Func<double> Chance { get; init; } = Random.Shared.NextDouble;

    /// <summary>Starts connecting and reconnecting, and returns at once. Does nothing when running; starts anew after the authentication failed.</summary>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public void Start()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_loop is { IsCompleted: false } && _state != AmiState.AuthenticationFailed) return;
            if (_up.Task.IsCompleted) _up = NewUp();
            _state = AmiState.Connecting;
            var before = _loop ?? Task.CompletedTask;
            _loop = Task.Run(() => RunAsync(before, _stop.Token), CancellationToken.None);
        }
    }

    /// <summary>Waits until the connection is up: signed in and Asterisk fully booted.</summary>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="AmiAuthenticationException">The authentication failed twice in a row; the client has stopped.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public Task WaitUntilUpAsync(CancellationToken ct)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _up.Task.WaitAsync(ct);
        }
    }

    /// <summary>Sends an action, once, and returns Asterisk's response, an Error as well.</summary>
    /// <param name="action">The action; the client adds its ActionID.</param>
    /// <param name="ct">Ends the wait. What was written cannot be recalled; what was not yet written never will be.</param>
    /// <exception cref="AmiConnectionLostException">Not up, or lost before the response; see <see cref="AmiConnectionLostException.MayHaveBeenSent"/>.</exception>
    /// <exception cref="TimeoutException">No response within <see cref="AmiOptions.ActionTimeout"/>.</exception>
    public async Task<AmiMessage> SendAsync(AmiAction action, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        return (await UpConnection().SendAsync(action, null, ct).ConfigureAwait(false)).Response;
    }

    /// <summary>Sends an action that answers with a list, and collects the events with its ActionID up to the one that ends it.</summary>
    /// <param name="action">The action, such as CoreShowChannels.</param>
    /// <param name="completeEvent">Name of the event that ends its list, such as CoreShowChannelsComplete.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>An Error response comes with no items.</returns>
    /// <exception cref="AmiConnectionLostException">Not up, or lost before the end.</exception>
    /// <exception cref="TimeoutException">Nothing of the answer came for <see cref="AmiOptions.ActionTimeout"/>.</exception>
    public Task<AmiList> SendListAsync(AmiAction action, string completeEvent, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        ArgumentException.ThrowIfNullOrEmpty(completeEvent);
        return UpConnection().SendAsync(action, completeEvent, ct);
    }

    /// <summary>
    /// Subscribes to events, from this call on: what arrives before the enumeration starts is queued. Connected, Lost and Gap come in
    /// order with the events; a subscriber that joins while up is told Connected first. Enumerate once, and to the end or with a
    /// token: a subscription that is neither enumerated nor cancelled keeps its queue until the client is disposed of.
    /// </summary>
    /// <param name="eventNames">Events wanted; null: all. Others are not even decoded.</param>
    /// <param name="capacity">Events that may wait unread; <see cref="AmiOptions.EventCapacity"/> when null.</param>
    /// <param name="ct">Ends the subscription; its enumeration then throws <see cref="OperationCanceledException"/>.</param>
    /// <returns>Ends without an exception when the client is disposed of.</returns>
    public IAsyncEnumerable<AmiNotice<AmiMessage>> Subscribe(IReadOnlySet<string>? eventNames = null, int? capacity = null, CancellationToken ct = default)
    {
        if (capacity is { } some) ArgumentOutOfRangeException.ThrowIfLessThan(some, 1, nameof(capacity));
        return _hub.Subscribe(static (scoped in packet, ref shared) => shared ??= packet.ToMessage(), eventNames, capacity, ct);
    }

    /// <summary>The same for a subscriber who wants a few fields of each event: they are read in the receive buffer, and no event is copied.</summary>
    /// <typeparam name="T">What is made of an event.</typeparam>
    /// <param name="read">Makes it, on the read loop; it may not wait.</param>
    /// <param name="eventNames">Events wanted; null: all. Others are not even decoded.</param>
    /// <param name="capacity">Events that may wait unread; <see cref="AmiOptions.EventCapacity"/> when null.</param>
    /// <param name="ct">Ends the subscription; its enumeration then throws <see cref="OperationCanceledException"/>.</param>
    /// <returns>Ends without an exception when the client is disposed of.</returns>
    public IAsyncEnumerable<AmiNotice<T>> Subscribe<T>(
        AmiEventReader<T> read, IReadOnlySet<string>? eventNames = null, int? capacity = null, CancellationToken ct = default)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(read);
        if (capacity is { } some) ArgumentOutOfRangeException.ThrowIfLessThan(some, 1, nameof(capacity));
        return _hub.Subscribe<T>((scoped in packet, ref _) => read(packet), eventNames, capacity, ct);
    }

    /// <summary>Signs off (best effort, at most a second), closes the connection, fails what is pending and ends the subscriptions.</summary>
    public async ValueTask DisposeAsync()
    {
        Task? loop;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            loop = _loop;
        }
        if (_state == AmiState.Up && _connection is { } connection)
        {
            using var bound = new CancellationTokenSource(LogoffTimeout);   // the system's clock: a test's may stand still
            try
            {
                await connection.SendAsync(new AmiAction("Logoff"), null, bound.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or TimeoutException or IOException)
            {
                // Best effort: the socket is closed next.
            }
        }
        await _stop.CancelAsync().ConfigureAwait(false);
        if (loop is not null) await loop.ConfigureAwait(false);
        lock (_gate)
        {
            _state = AmiState.Stopped;
            Refuse(_up, new ObjectDisposedException(nameof(AmiClient)));
        }
        _hub.Close();
        _stop.Dispose();
    }

    private static TaskCompletionSource NewUp() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void Refuse(TaskCompletionSource source, Exception reason)
    {
        source.TrySetException(reason);
        _ = source.Task.Exception;   // observed: nobody may be waiting
    }

    private AmiConnection UpConnection()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _state == AmiState.Up && _connection is { } connection
            ? connection
            : throw new AmiConnectionLostException($"The AMI connection is not up ({_state}).", mayHaveBeenSent: false);
    }

    private async Task RunAsync(Task before, CancellationToken ct)
    {
        await before.ConfigureAwait(false);
        int failures = 0, refusals = 0;
        while (!ct.IsCancellationRequested)
        {
            _state = AmiState.Connecting;
            var started = Interlocked.Read(ref _ups);
            string reason;
            try
            {
                reason = await ConnectOnceAsync(() => refusals = 0, ct).ConfigureAwait(false);
            }
            catch (AmiAuthenticationException e)
            {
                if (++refusals >= 2)
                {
                    StopForAuthentication(e);
                    return;
                }
                reason = e.Message;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)   // whatever it is, the client must go on trying
            {
                if (e is not (IOException or TimeoutException or System.Net.Sockets.SocketException or System.Security.Authentication.AuthenticationException))
                    _log.Unexpected(e, _options);
                reason = e.Message;
            }

            // A connection that held for a while starts the back-off anew; one that flaps does not.
            var held = Interlocked.Read(ref _ups) > started
                && _time.GetUtcNow().UtcTicks - Interlocked.Read(ref _upSince) >= _options.ReconnectMax.Ticks;
            failures = held ? 1 : failures + 1;
            if (_disposed || ct.IsCancellationRequested) return;   // a log-off ends the connection before the token does
            var delay = AmiBackOff.Delay(failures, _options.ReconnectMin, _options.ReconnectMax, Chance());
            _state = AmiState.WaitingToReconnect;
            _log.Retrying(_options, reason, failures, delay);
            try
            {
                await Task.Delay(delay, _time, ct).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>One connection, from its start to its end; returns why it ended.</summary>
    private async Task<string> ConnectOnceAsync(Action accepted, CancellationToken ct)
    {
        var booted = _booted = NewUp();
        var connection = await AmiConnection.OpenAsync(_options, _time, OnEvent, ct).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        _connection = connection;
        try
        {
            var login = (await connection.SendAsync(AmiAction.Login(_options), null, ct).ConfigureAwait(false)).Response;
            if (!login.IsSuccess) throw new AmiAuthenticationException(login.MessageText ?? "Authentication failed");
            accepted();
            connection.StartKeepAlive();

            using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
            await Task.WhenAny(booted.Task, connection.Lost, Task.Delay(_options.BootedTimeout, _time, enough.Token)).ConfigureAwait(false);
            await enough.CancelAsync().ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
            if (!booted.Task.IsCompleted && !connection.Lost.IsCompleted)
            {
                await connection.SendAsync(new AmiAction("Ping"), null, ct).ConfigureAwait(false);
                GoUp(connection, probed: true);
            }
            return await connection.Lost.WaitAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            await connection.DisposeAsync().ConfigureAwait(false);   // first: no event may follow the Lost
            GoDown(connection.Lost.IsCompleted ? await connection.Lost.ConfigureAwait(false) : "closed");
        }
    }

    private void OnEvent(scoped in AmiPacket packet)
    {
        Interlocked.Increment(ref _eventsReceived);
        if (packet.Name == "FullyBooted" && _connection is { } connection) GoUp(connection, probed: false);
        _hub.Publish(packet);
    }

    private void GoUp(AmiConnection connection, bool probed)
    {
        lock (_gate)
        {
            if (_disposed || connection.Lost.IsCompleted) return;
            if (_state == AmiState.Up && (probed || !_probed)) return;
            // Booted only now, after a probe had taken it as up: a second Connected makes the consumers read the state again.
            _probed = probed;
            if (_state != AmiState.Up)
            {
                Interlocked.Exchange(ref _upSince, _time.GetUtcNow().UtcTicks);
                Interlocked.Increment(ref _ups);
            }
            _state = AmiState.Up;
            _hub.Connected(connection.Banner);
            _booted.TrySetResult();
            _up.TrySetResult();
        }
        if (probed) _log.NotSeenBooted(_options);
        _log.Up(_options, connection.Banner);
    }

    private void GoDown(string reason)
    {
        lock (_gate)
        {
            _probed = false;
            if (_state != AmiState.Up || _disposed) return;
            _state = AmiState.Connecting;
            _hub.Lost(reason);
            _up = NewUp();
        }
        _log.Lost(_options, reason);
    }

    private void StopForAuthentication(AmiAuthenticationException reason)
    {
        lock (_gate)
        {
            _state = AmiState.AuthenticationFailed;
            _hub.AuthenticationFailed(reason.Message);
            Refuse(_up, reason);
        }
        _log.AuthenticationFailed(_options, reason.Message);
    }
}
