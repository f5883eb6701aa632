namespace Expand.Asterisk.Ami;

/// <summary>Gives what happens to the subscribers: events from the read loop without a lock, the connection's news in order with them.</summary>
internal sealed class AmiHub(int defaultCapacity)
{
    private readonly Lock _gate = new();
    private volatile AmiSubscription[] _everybody = [];
    private volatile AmiSubscription[] _listening = [];   // empty while not up: events before Connected or after Lost reach nobody
    private string? _banner;
    private bool _up;
    private bool _closed;
    private long _dropped;

    public long Dropped => Interlocked.Read(ref _dropped);

    public AmiSubscription<T> Subscribe<T>(AmiTaking<T> take, IReadOnlySet<string>? names, int? capacity, CancellationToken ct)
        where T : class
    {
        var subscription = new AmiSubscription<T>(take, names, capacity ?? defaultCapacity, Leave, ct);
        lock (_gate)
        {
            if (!_closed && !ct.IsCancellationRequested)
            {
                if (_up) subscription.PostStatus(AmiNoticeKind.Connected, _banner);
                _everybody = [.. _everybody, subscription];
                if (_up) _listening = _everybody;
                return subscription;
            }
        }
        subscription.Close();
        return subscription;
    }

    /// <summary>Decides by name before anything is decoded; one message is shared by all who want it whole.</summary>
    public void Publish(scoped in AmiPacket packet)
    {
        AmiMessage? shared = null;
        foreach (var subscription in _listening)
        {
            if (!subscription.Wants(packet.Name)) continue;
            if (!subscription.Post(packet, ref shared)) Interlocked.Increment(ref _dropped);
        }
    }

    public void Connected(string banner)
    {
        lock (_gate)
        {
            (_up, _banner) = (true, banner);
            Tell(AmiNoticeKind.Connected, banner);
            _listening = _everybody;
        }
    }

    public void Lost(string reason)
    {
        lock (_gate)
        {
            _up = false;
            _listening = [];
            Tell(AmiNoticeKind.Lost, reason);
        }
    }

    public void AuthenticationFailed(string reason)
    {
        lock (_gate) Tell(AmiNoticeKind.AuthenticationFailed, reason);
    }

    public void Close()
    {
        AmiSubscription[] all;
        lock (_gate)
        {
            (_closed, _up) = (true, false);
            all = _everybody;
        }
        foreach (var subscription in all) subscription.Close();
    }

    private void Tell(AmiNoticeKind kind, string detail)
    {
        foreach (var subscription in _everybody) subscription.PostStatus(kind, detail);
    }

    private void Leave(AmiSubscription subscription)
    {
        lock (_gate)
        {
            _everybody = [.. _everybody.Where(s => s != subscription)];
            _listening = _up ? _everybody : [];
        }
    }
}
