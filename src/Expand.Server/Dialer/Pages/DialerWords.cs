using System.Globalization;
using Expand.Dialing.Pacing;
using Expand.Server.Platform;
using Microsoft.Extensions.Localization;

namespace Expand.Server.Dialer.Pages;

/// <summary>How pages and files say what the dialer knows.</summary>
internal static class DialerWords
{
    public const string None = "–";

    /// <summary>The outcomes after which a contact may be called again, in the order in which they are shown.</summary>
    public static readonly AttemptOutcome[] Redialled =
        [AttemptOutcome.Busy, AttemptOutcome.NoAnswer, AttemptOutcome.Congestion, AttemptOutcome.Abandoned, AttemptOutcome.AnsweringMachine];

    public static string Count(long count) => count.ToString("N0", CultureInfo.CurrentCulture);

    /// <summary>A part of 1 as a percentage.</summary>
    public static string Percent(double? part) => part is { } value ? (100 * value).ToString("0.#", CultureInfo.CurrentCulture) + " %" : None;

    /// <summary>Minutes and seconds, or hours; a dash where there is none.</summary>
    public static string Duration(double? seconds)
    {
        if (seconds is not { } value) return None;
        var whole = TimeSpan.FromSeconds(Math.Round(value));
        return whole.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)whole.TotalHours}:{whole.Minutes:00}:{whole.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{whole.Minutes}:{whole.Seconds:00}");
    }

    public static string Outcome(IStringLocalizer<CampaignText> texts, AttemptRow row) =>
        row.Outcome is { } outcome ? texts["outcome." + outcome] : row.SettledAt is null ? texts[row.AnsweredAt is null ? "attempt.open" : "attempt.talking"] : texts["attempt.none"];

    /// <summary>A line of a contact's log.</summary>
    public static string Transition(IStringLocalizer<CampaignText> texts, string transition)
    {
        var text = texts[(transition.StartsWith('_') ? "log." : "outcome.") + transition];
        return text.ResourceNotFound ? transition : text;
    }

    public static string State(IStringLocalizer<CampaignText> texts, Campaign campaign) =>
        campaign is { State: CampaignState.Active, Paused: true } ? texts["state.paused"] : texts["state." + campaign.State];

    /// <summary>Where its answered calls go.</summary>
    public static string Target(IStringLocalizer<CampaignText> texts, Campaign campaign, Func<string, string> queueName) =>
        campaign.Extension.Length > 0 ? texts["target.extension", campaign.Extension]
        : campaign.Queue.Length > 0 ? texts["target.queue", queueName(campaign.Queue)] : texts["target.none"];

    /// <summary>What a campaign does now, in a sentence.</summary>
    public static string Doing(IStringLocalizer<CampaignText> texts, CampaignView view, LocalTime time)
    {
        var campaign = view.Campaign;
        if (campaign.State == CampaignState.Incomplete) return campaign.Lacks.Count > 0 ? texts["doing.lacks"] : view.Contacts == 0 ? texts["doing.empty"] : texts["doing.ready"];
        if (campaign.State != CampaignState.Active) return texts["doing." + campaign.State];
        if (campaign.Paused) return texts["doing.paused"];
        if (!view.IsDialerOn) return texts["doing.off"];
        if (view.Pace is not { } pace) return texts["doing.never"];
        if (view.Fresh is null) return texts["doing.silent", Day(texts, pace.At, view.Now, time)];
        return pace switch
        {
            { Reason: PlanReason.Closed, OpensAt: { } opens } => texts["reason.Closed.until", Day(texts, opens, view.Now, time)],
            { Reason: PlanReason.MaxCalls } => texts["reason.MaxCalls", campaign.MaxCalls],
            _ => texts["reason." + pace.Reason],
        };
    }

    /// <summary>An instant as people say it: "hoy 18:00", "el lunes 9:00", "el 3/8 9:00".</summary>
    public static string Day(IStringLocalizer<CampaignText> texts, DateTimeOffset at, DateTimeOffset now, LocalTime time)
    {
        var (then, today) = (TimeZoneInfo.ConvertTime(at, time.Zone), TimeZoneInfo.ConvertTime(now, time.Zone));
        var clock = then.ToString("H:mm", CultureInfo.InvariantCulture);
        return (then.Date - today.Date).Days switch
        {
            0 => texts["day.today", clock],
            1 => texts["day.tomorrow", clock],
            -1 => texts["day.yesterday", clock],
            > 0 and < 7 => texts["day.weekday", then.ToString("dddd", CultureInfo.CurrentCulture), clock],
            _ => texts["day.date", then.ToString("d/M", CultureInfo.InvariantCulture), clock],
        };
    }
}
