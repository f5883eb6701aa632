using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Expand.Asterisk.Ami;

/// <summary>Takes of an event what one subscriber wants; the message that is shared by all who want it whole is made by the first.</summary>
internal delegate T? AmiTaking<out T>(scoped in AmiPacket packet, ref AmiMessage? shared)
    where T : class;

/// <summary>What the read loop sees of a subscription, whatever its consumer takes events as.</summary>
internal abstract class AmiSubscription
{
    public abstract bool Wants(string eventName);

    /// <summary>False: the queue is full, the event was dropped.</summary>
    public abstract bool Post(scoped in AmiPacket packet, ref AmiMessage? shared);

    public abstract void PostStatus(AmiNoticeKind kind, string? detail);

    /// <summary>Ends the enumeration once what is queued was read.</summary>
    public abstract void Close();
}

/// <summary>
/// The queue between the read loop and one consumer. Posting never waits: a full queue counts what it drops and tells the consumer
/// at the place where it is missing.
/// </summary>
internal sealed class AmiSubscription<T> : AmiSubscription, IAsyncEnumerable<AmiNotice<T>>
    where T : class
{
    private const int StatusReserve = 256;
    private readonly Lock _gate = new();
    private readonly Queue<AmiNotice<T>> _queue = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly AmiTaking<T> _take;
    private readonly FrozenSet<string>? _names;
    private readonly int _capacity;
    private readonly Action<AmiSubscription> _leave;
    private readonly CancellationToken _ct;
    private readonly CancellationTokenRegistration _cancelled;
    private long _missing;
    private bool _done;
    private int _enumerated;

    public AmiSubscription(AmiTaking<T> take, IReadOnlySet<string>? names, int capacity, Action<AmiSubscription> leave, CancellationToken ct)
    {
        _take = take;
        _names = names?.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _capacity = capacity;
        _leave = leave;
        _ct = ct;
        _cancelled = ct.Register(static me => ((AmiSubscription<T>)me!).Close(), this);
    }

    public override bool Wants(string eventName) => _names is null || _names.Contains(eventName);

    public override bool Post(scoped in AmiPacket packet, ref AmiMessage? shared)
    {
        T? taken;
        try
        {
            taken = _take(packet, ref shared);
        }
#pragma warning disable CA1031 // The mistake of one subscriber may not end the connection of all; the gap tells it that something is missing.
        catch (Exception)
#pragma warning restore CA1031
        {
            lock (_gate)
            {
                if (_done) return true;
                _missing++;
                if (_queue.Count == 0) _wake.Writer.TryWrite(true);
            }

            return false;
        }

        if (taken is null) return true;
        lock (_gate)
        {
            if (_done) return true;
            // Once full, nothing is taken until half is free: one large gap costs the consumer one resynchronisation, many small ones many.
            if (_queue.Count >= _capacity || (_missing > 0 && _queue.Count > _capacity / 2))
            {
                _missing++;
                return false;
            }
            ReportGap();
            Enqueue(new(AmiNoticeKind.Event, taken, 0, null));
            return true;
        }
    }

    /// <summary>
    /// Notices about the connection are never dropped: they take room beyond the capacity. Where a consumer reads nothing while the
    /// connection comes and goes, the oldest give way; the gap before the newest tells it.
    /// </summary>
    public override void PostStatus(AmiNoticeKind kind, string? detail)
    {
        lock (_gate)
        {
            if (_done) return;
            if (_queue.Count >= _capacity + StatusReserve)
            {
                foreach (var old in _queue) _missing += old.Kind == AmiNoticeKind.Event ? 1 : old.Dropped;
                _queue.Clear();
            }
            ReportGap();
            Enqueue(new(kind, null, 0, detail));
        }
    }

    public override void Close()
    {
        lock (_gate) _done = true;
        _leave(this);
        _wake.Writer.TryComplete();
    }

    public IAsyncEnumerator<AmiNotice<T>> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _enumerated, 1) != 0) throw new InvalidOperationException("A subscription is enumerated once.");
        return ReadAsync(cancellationToken).GetAsyncEnumerator(CancellationToken.None);
    }

    private async IAsyncEnumerable<AmiNotice<T>> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(_ct, ct);
        try
        {
            while (true)
            {
                linked.Token.ThrowIfCancellationRequested();
                if (TryTake(out var notice, out var done)) yield return notice;
                else if (done) yield break;
                else if (await _wake.Reader.WaitToReadAsync(linked.Token).ConfigureAwait(false)) _wake.Reader.TryRead(out _);
            }
        }
        finally
        {
            Close();
            await _cancelled.DisposeAsync().ConfigureAwait(false);
        }
    }

    private bool TryTake(out AmiNotice<T> notice, out bool done)
    {
        lock (_gate)
        {
            done = _done;
            if (_queue.TryDequeue(out notice)) return true;
            if (_missing == 0) return false;
            notice = new(AmiNoticeKind.Gap, null, _missing, null);
            _missing = 0;
            return true;
        }
    }

    private void ReportGap()
    {
        if (_missing == 0) return;
        Enqueue(new(AmiNoticeKind.Gap, null, _missing, null));
        _missing = 0;
    }

    private void Enqueue(AmiNotice<T> notice)
    {
        _queue.Enqueue(notice);
        if (_queue.Count == 1) _wake.Writer.TryWrite(true);
    }
}
