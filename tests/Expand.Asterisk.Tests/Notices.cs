using Expand.Asterisk.Ami;

namespace Expand.Asterisk.Tests;

internal static class Notices
{
    /// <summary>The first so many notices, or fewer where the stream ends; fails after 15 seconds.</summary>
    public static async Task<List<AmiNotice<AmiMessage>>> TakeAsync(this IAsyncEnumerable<AmiNotice<AmiMessage>> notices, int count, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(TimeSpan.FromSeconds(15));
        var taken = new List<AmiNotice<AmiMessage>>();
        await foreach (var notice in notices.WithCancellation(patience.Token))
        {
            taken.Add(notice);
            if (taken.Count == count) break;
        }
        return taken;
    }

    /// <summary>Waits for a condition that nothing announces.</summary>
    public static async Task UntilAsync(Func<bool> condition, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(TimeSpan.FromSeconds(15));
        while (!condition()) await Task.Delay(5, patience.Token);
    }
}
