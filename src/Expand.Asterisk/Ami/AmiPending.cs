namespace Expand.Asterisk.Ami;

/// <summary>An action on its way: waits in the write queue, then for its response, then, for a list, for the event that ends it.</summary>
internal sealed class AmiPending(string actionId, byte[] bytes, string? completeEvent)
{
    private const int Queued = 0;
    private const int Written = 1;
    private const int Abandoned = 2;

    private readonly TaskCompletionSource<AmiList> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<AmiMessage> _items = [];
    private AmiMessage? _response;
    private AmiMessage? _complete;
    private int _state = Queued;
    private int _parts;

    public string ActionId { get; } = actionId;

    public byte[] Bytes { get; } = bytes;

    public bool IsList => completeEvent is not null;

    public Task<AmiList> Result => _source.Task;

    /// <summary>How many parts of the answer have come: a list that still grows is not late.</summary>
    public int Parts => Volatile.Read(ref _parts);

    /// <summary>The writer asks; false: its sender gave up before a byte was written, so none will be.</summary>
    public bool TryBeginWrite() => Interlocked.CompareExchange(ref _state, Written, Queued) == Queued;

    /// <summary>The sender gives up.</summary>
    public void Abandon() => Interlocked.CompareExchange(ref _state, Abandoned, Queued);

    /// <summary>The connection is lost. What was not yet written is abandoned first, so that "was not sent" stays true.</summary>
    public void Fail(string reason)
    {
        Abandon();
        _source.TrySetException(new AmiConnectionLostException(reason, mayHaveBeenSent: Volatile.Read(ref _state) == Written));
        _ = _source.Task.Exception;   // observed: its sender may have given up
    }

    /// <summary>A response or list event with this ActionID; only the read loop calls it.</summary>
    public void Take(AmiMessage message)
    {
        if (message.Kind == AmiMessageKind.Response) _response ??= message;
        else if (message.Name.Equals(completeEvent, StringComparison.OrdinalIgnoreCase)) _complete = message;
        else _items.Add(message);
        Interlocked.Increment(ref _parts);

        if (_response is null) return;
        if (!IsList || !_response.IsSuccess) _source.TrySetResult(new(_response, [], null));
        else if (_complete is not null) _source.TrySetResult(new(_response, _items, _complete));
    }
}
