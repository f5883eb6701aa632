using System.Diagnostics;
using Xunit;

namespace Expand.EndToEnd.Ui;

/// <summary>Bounded waits for what the browser does not show.</summary>
internal static class Waiting
{
    /// <summary>Asks until it is so; returns how long that took, and fails after <paramref name="atMost"/>.</summary>
    public static async Task<TimeSpan> UntilAsync(Func<Task<bool>> isSo, TimeSpan atMost)
    {
        var watch = Stopwatch.StartNew();
        while (!await isSo())
        {
            Assert.True(watch.Elapsed < atMost, $"not within {atMost}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return watch.Elapsed;
    }
}
