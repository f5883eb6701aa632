using System.Globalization;
using Expand.Server.DoNotCall;
using Expand.Server.Platform;
using Expand.Server.Platform.Pages;
using Microsoft.Extensions.Localization;

namespace Expand.Server.OutgoingCalls.Pages;

/// <summary>Pending calls in words.</summary>
internal static class CallWords
{
    /// <summary>How far off an hour is: <c>dentro de 25 min</c>, <c>hace 3 h</c>.</summary>
    public static string Distance(this IStringLocalizer<PendingText> texts, DateTimeOffset at, DateTimeOffset now)
    {
        var (minutes, to) = (Math.Abs((at - now).TotalMinutes), at > now ? "in" : "ago");
        return minutes switch
        {
            < 1 => texts["distance.now"],
            < 60 => texts["distance.minutes." + to, (int)minutes],
            < 48 * 60 => texts["distance.hours." + to, (int)(minutes / 60)],
            _ => texts["distance.days." + to, (int)(minutes / (24 * 60))],
        };
    }

    /// <summary>Day and hour in the installation's time zone, without seconds.</summary>
    public static string Hour(this LocalTime time, DateTimeOffset at) => time.Format(at)[..16];

    /// <summary>As a browser's field for a day and an hour has it.</summary>
    public static string Field(this LocalTime time, DateTimeOffset at) => time.Hour(at).Replace(' ', 'T');

    /// <summary>Tomorrow at nine, in the installation's time zone.</summary>
    public static DateTimeOffset TomorrowAtNine(this LocalTime time)
    {
        var today = TimeZoneInfo.ConvertTime(time.Now, time.Zone);
        return time.Start(today.AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + " 09:00")!.Value;
    }

    /// <summary>A refusal as a sentence.</summary>
    public static string Told(this IStringLocalizer<PendingText> texts, IStringLocalizer<PageText> shared, Failure failure)
    {
        if (failure.Fields?.FirstOrDefault(f => f.Key is nameof(CheckResult.Listed) or nameof(CheckResult.RegisterExpired)) is { Key: { } result, Value: [var list] })
            return texts["forbidden." + result, list];
        var text = texts["wrong." + failure.Field];
        return failure.Field is null || text.ResourceNotFound ? new FormRefusal(texts, shared).Told(failure) : text;
    }
}

/// <summary>What a dialog does with what was filled in; the dialog stays open while it is refused.</summary>
/// <typeparam name="T">What is filled in.</typeparam>
public sealed class DialogDeed<T>
{
    private readonly Func<T, Task<Failure?>> deed;

    internal DialogDeed(Func<T, Task<Failure?>> deed) => this.deed = deed;

    internal Task<Failure?> DoAsync(T value) => deed(value);
}
