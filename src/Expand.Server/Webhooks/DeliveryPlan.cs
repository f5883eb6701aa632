using Expand.Server.Platform.Outbound;

namespace Expand.Server.Webhooks;

/// <summary>When something is tried again, and when a receiver that fails is left in peace.</summary>
internal static class DeliveryPlan
{
    /// <summary>Failures in a row after which the receiver is left in peace for a while.</summary>
    public const int FailuresBorne = 5;

    /// <summary>What has not arrived after that long is given up, however few attempts a receiver that is down has left for it.</summary>
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromDays(3);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>The longest that a receiver may wish for.</summary>
    private static readonly TimeSpan LongestWish = TimeSpan.FromHours(24);

    /// <summary>The waits after the first attempts; all ten of them take about a day.</summary>
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6), TimeSpan.FromHours(12),
    ];

    /// <summary>What an attempt leads to.</summary>
    /// <param name="answer">How it ended.</param>
    /// <param name="attempts">How many there were of this series, this one included.</param>
    /// <param name="most">How many there may be.</param>
    /// <param name="now">When it ended.</param>
    public static AttemptOutcome After(OutboundAnswer answer, int attempts, int most, DateTimeOffset now)
    {
        if (answer.IsSuccess) return new AttemptOutcome(DeliveryState.Delivered, now);
        if (attempts >= most && answer.Status != StatusCodes.Status410Gone) return new AttemptOutcome(DeliveryState.Dead, now);
        // Up to a fifth more by chance: what failed together is not tried together.
        var wait = Waits[Math.Min(attempts, Waits.Length) - 1] * (1 + (0.2 * Random.Shared.NextDouble()));
        return new AttemptOutcome(DeliveryState.Waiting, now + (Wish(answer) > wait ? Wish(answer) : wait));
    }

    /// <summary>How long nothing is sent to a webhook after a failure; zero: no longer than this delivery's own wait.</summary>
    public static TimeSpan Pause(OutboundAnswer answer, int failures)
    {
        var pause = failures < FailuresBorne ? TimeSpan.Zero : BackOff.After(failures - FailuresBorne + 1, FirstPause, LongestPause);
        // A receiver that is asked too much, or is down for a known time, says so for all that it is sent.
        var asked = answer.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable ? Wish(answer) : TimeSpan.Zero;
        return asked > pause ? asked : pause;
    }

    private static TimeSpan Wish(OutboundAnswer answer) => answer.RetryAfter is not { } wish ? TimeSpan.Zero : wish < LongestWish ? wish : LongestWish;
}
