using System.Globalization;
using Expand.Server.Platform;

namespace Expand.Server.Reports;

/// <summary>A part of a period: an hour, a day or a month of the installation, or what of it lies in the period.</summary>
/// <param name="At">When it begins.</param>
/// <param name="Until">Its last second.</param>
/// <param name="Label">In short, for a chart.</param>
/// <param name="Name">In full.</param>
internal sealed record PeriodPart(DateTimeOffset At, DateTimeOffset Until, string Label, string Name);

/// <summary>The time that a report is about: whole seconds, both ends belong to it. Days are those of the installation, of 23 or 25 hours where its clock is changed.</summary>
internal sealed record ReportPeriod(DateTimeOffset From, DateTimeOffset To)
{
    public const string Today = "hoy";
    public const string Yesterday = "ayer";
    public const string Week = "7dias";
    public const string Month = "30dias";

    /// <summary>Days of a period at most.</summary>
    public const int MostDays = 3660;

    public static readonly string[] Names = [Today, Yesterday, Week, Month];

    private const string Date = "yyyy-MM-dd";

    public static Result<ReportPeriod> Of(ReportFilter filter, LocalTime time)
    {
        var today = DateTime.ParseExact(time.Format(time.Now)[..10], Date, CultureInfo.InvariantCulture);
        var name = filter.Period.Length == 0 && filter.From.Length == 0 && filter.To.Length == 0 ? Today : filter.Period;
        switch (name)
        {
            case Today:
                return Days(today, today, time);
            case Yesterday:
                return Days(today.AddDays(-1), today.AddDays(-1), time);
            case Week:
                return Days(today.AddDays(-6), today, time);
            case Month:
                return Days(today.AddDays(-29), today, time);
            case "":
                break;
            default:
                return Failure.Invalid("periodo", "the period is one of " + string.Join(", ", Names));
        }

        if (time.Start(filter.From) is not { } from) return Failure.Invalid("desde", "the beginning must be a date YYYY-MM-DD or YYYY-MM-DD HH:MM");
        if (time.End(WholeMinute(filter.To.Trim())) is not { } to) return Failure.Invalid("hasta", "the end must be a date YYYY-MM-DD or YYYY-MM-DD HH:MM");
        if (from > to) return Failure.Invalid("orden", "the end must not come before the beginning");
        return to - from > TimeSpan.FromDays(MostDays) ? Failure.Invalid("largo", $"a period has {MostDays} days at most") : new ReportPeriod(from, to);
    }

    /// <summary>The whole days of the installation.</summary>
    private static ReportPeriod Days(DateTime first, DateTime last, LocalTime time) => new(
        time.Start(first.ToString(Date, CultureInfo.InvariantCulture))!.Value, time.End(last.ToString(Date, CultureInfo.InvariantCulture))!.Value);

    /// <summary>A browser's fields have no seconds: to 10:59 is to the end of that minute.</summary>
    private static string WholeMinute(string text) => text.Length == "yyyy-MM-dd HH:mm".Length ? text + ":59" : text;

    /// <summary>
    /// The period cut: by hours where it has two days at most, by days up to three months, else by months. Every part begins where the
    /// installation's clock says so; the hour that a change of the clock repeats is two parts.
    /// </summary>
    public IReadOnlyList<PeriodPart> Parts(LocalTime time)
    {
        var (unit, label, name) = (To - From) switch
        {
            var span when span <= TimeSpan.FromHours(50) => ("hour", "HH:mm", "yyyy-MM-dd HH:mm"),
            var span when span <= TimeSpan.FromDays(93) => ("day", "dd/MM", Date),
            _ => ("month", "MM/yyyy", "yyyy-MM"),
        };
        var starts = new List<DateTimeOffset> { From };
        for (var next = Next(From, unit, time); next <= To; next = Next(next, unit, time)) starts.Add(next);
        return
        [
            .. starts.Select((at, i) =>
            {
                var local = TimeZoneInfo.ConvertTime(at, time.Zone);
                return new PeriodPart(
                    at, i == starts.Count - 1 ? To : starts[i + 1].AddSeconds(-1), local.ToString(label, CultureInfo.InvariantCulture), local.ToString(name, CultureInfo.InvariantCulture));
            }),
        ];
    }

    private static DateTimeOffset Next(DateTimeOffset at, string unit, LocalTime time)
    {
        var local = TimeZoneInfo.ConvertTime(at, time.Zone).DateTime;
        // Hours pass one by one whatever the clock shows; days and months begin at their first instant.
        if (unit == "hour") return at.AddHours(1).AddMinutes(-local.Minute).AddSeconds(-local.Second);
        var day = unit == "day" ? local.Date.AddDays(1) : new DateTime(local.Year, local.Month, 1).AddMonths(1);
        return time.Start(day.ToString(Date, CultureInfo.InvariantCulture))!.Value;
    }
}
