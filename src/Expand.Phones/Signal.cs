namespace Expand.Phones;

/// <summary>Lets tasks wait until a condition over changing state is met, without polling.</summary>
internal sealed class Signal
{
    private volatile TaskCompletionSource _next = New();

    /// <summary>Something changed.</summary>
    public void Pulse() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    /// <summary>Returns the first value that <paramref name="look"/> finds.</summary>
    /// <exception cref="TimeoutException">It found none in time; <paramref name="what"/> says what was waited for.</exception>
    public async Task<T> UntilAsync<T>(Func<T?> look, TimeSpan timeout, Func<string> what, CancellationToken ct) where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        try
        {
            while (true)
            {
                // taken before looking: a change in between is not missed
                var next = _next.Task;
                if (look() is { } found) return found;
                await next.WaitAsync(limit.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"{what()} within {timeout.TotalSeconds} s");
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
