using System.Runtime.CompilerServices;

namespace Expand.Server.Tests.Host;

/// <summary>Waits, within a bound, for what happens by itself.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static Task TrueAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string? what = null) =>
        TrueAsync(() => Task.FromResult(condition()), what);

    public static async Task TrueAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string? what = null)
    {
        var end = TimeProvider.System.GetTimestamp() + (long)(Patience.TotalSeconds * TimeProvider.System.TimestampFrequency);
        while (!await condition())
        {
            if (TimeProvider.System.GetTimestamp() > end) Assert.Fail($"This did not become true: {what}");
            await Task.Delay(15, TestContext.Current.CancellationToken);
        }
    }

    public static async Task EqualAsync<T>(T expected, Func<Task<T>> actual)
    {
        var last = default(T);
        var end = TimeProvider.System.GetTimestamp() + (long)(Patience.TotalSeconds * TimeProvider.System.TimestampFrequency);
        while (TimeProvider.System.GetTimestamp() < end)
        {
            last = await actual();
            if (EqualityComparer<T>.Default.Equals(last, expected)) return;
            await Task.Delay(15, TestContext.Current.CancellationToken);
        }

        Assert.Equal(expected, last);
    }
}
