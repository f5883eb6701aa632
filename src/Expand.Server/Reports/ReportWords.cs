using System.Globalization;
using Expand.Server.Reports.Pages;
using Microsoft.Extensions.Localization;

namespace Expand.Server.Reports;

/// <summary>How the pages write what reports hold.</summary>
internal static class ReportWords
{
    /// <summary>What stands where there is no number to show.</summary>
    public const string None = "–";

    /// <summary>Hours, minutes and seconds, rounded to the second, halves up.</summary>
    public static string Duration(double? seconds)
    {
        if (seconds is not { } value) return None;
        var whole = (long)Math.Floor(Math.Abs(value) + 0.5);
        var text = whole >= 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{whole / 3600}:{whole / 60 % 60:00}:{whole % 60:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{whole / 60}:{whole % 60:00}");
        return value < 0 ? "-" + text : text;
    }

    public static string Percent(double? percent) => percent is { } value ? value.ToString("0.#", CultureInfo.CurrentCulture) + " %" : None;

    public static string Count(long count) => count.ToString("N0", CultureInfo.CurrentCulture);

    /// <summary>The true seconds between two instants, whatever the clock shows.</summary>
    public static long Seconds(DateTimeOffset from, DateTimeOffset to) => (long)(to - from).TotalSeconds;

    /// <summary>A call's result in the visitor's language, or Asterisk's word where it is none of the known ones.</summary>
    public static string Result(IStringLocalizer<ReportText> texts, string disposition) =>
        texts["result." + disposition] is { ResourceNotFound: false } text ? text : disposition;
}
