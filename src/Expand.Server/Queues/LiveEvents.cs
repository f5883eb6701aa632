using System.Runtime.CompilerServices;

namespace Expand.Server.Queues;

/// <summary>
/// The picture's changes for whoever wants them: numbered, each with what was before and after, and resumable. All subscribers read the
/// same history, each at its own pace: nobody slow holds up the facts or another one, and who falls too far behind starts anew with a
/// snapshot.
/// </summary>
internal sealed class LiveEvents(LivePicture picture, TimeProvider clock)
{
    /// <summary>Handed over at once, at most.</summary>
    private const int Portion = 256;

    /// <summary>
    /// What follows <paramref name="after"/>, without an end. First comes a <see cref="LiveEventKind.Snapshot"/> where there is no cursor,
    /// or where what follows it is not known any longer: too old, or of another life of the host.
    /// </summary>
    public async IAsyncEnumerable<LiveEvent> SubscribeAsync(LiveCursor? after, [EnumeratorCancellation] CancellationToken ct)
    {
        while (true)
        {
            foreach (var one in await NextAsync(after, Timeout.InfiniteTimeSpan, ct))
            {
                after = one.Cursor;
                yield return one;
            }
        }
    }

    /// <summary>
    /// The next events after the cursor, as they are at hand, a portion at most; waits for the first of them, and where none comes within
    /// <paramref name="patience"/> there are none. Without a cursor, or with one that is not known any longer: a snapshot.
    /// </summary>
    public async Task<IReadOnlyList<LiveEvent>> NextAsync(LiveCursor? after, TimeSpan patience, CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var next = picture.NextChange();
            var events = picture.EventsAfter(after, Portion);
            if (events.Count > 0) return events;
            try
            {
                await next.WaitAsync(patience, clock, ct);
            }
            catch (TimeoutException)
            {
                return [];
            }
        }
    }
}
