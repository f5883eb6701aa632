namespace Expand.TestKit;

/// <summary>Waits, within bounds, for what comes about by itself.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<Task<bool>> holds, string what, TimeSpan patience)
    {
        var end = DateTimeOffset.UtcNow + patience;
        while (!await holds())
        {
            if (DateTimeOffset.UtcNow > end) throw new TimeoutException($"not within {patience}: {what}");
            await Task.Delay(100);
        }
    }

    public static Task TrueAsync(Func<bool> holds, string what, TimeSpan patience) => TrueAsync(() => Task.FromResult(holds()), what, patience);
}
