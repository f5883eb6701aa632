using System.Runtime.CompilerServices;

namespace Expand.Server.Queues;

/// <summary>
/// The picture's changes for whoever wants them: numbered, each with what was before and after, and resumable. All subscribers read the
/// same history, each at its own pace: nobody slow holds up the facts or another one, and who falls too far behind starts anew with a
/// snapshot.
/// </summary>
internal sealed class LiveEvents(LivePicture picture)
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
            ct.ThrowIfCancellationRequested();
            var next = picture.NextChange();
            var events = picture.EventsAfter(after, Portion);
            if (events.Count == 0) await next.WaitAsync(ct);
            foreach (var one in events)
            {
                after = one.Cursor;
                yield return one;
            }
        }
    }
}
