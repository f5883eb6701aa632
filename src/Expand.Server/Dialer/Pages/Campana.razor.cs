using System.Globalization;

namespace Expand.Server.Dialer.Pages;

/// <summary>Supervisión / Campañas / a campaign: what it does at this moment, and what came of it today.</summary>
public partial class Campana
{
    private const int LastAttempts = 12;
    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(10);

    private IReadOnlyList<AttemptRow> last = [];
    private IReadOnlySet<string> known = new HashSet<string>();
    private IReadOnlyList<HourCount> hours = [];
    private IReadOnlyList<AttemptCount> counts = [];
    private DateTimeOffset countedAt;

    [Microsoft.AspNetCore.Components.Inject]
    private Expand.Server.Cdr.CallRecords Records { get; set; } = null!;

    private long Total => counts.Where(c => c.Outcome is not null).Sum(c => c.Count);

    private IEnumerable<(AttemptOutcome Outcome, long Count)> Outcomes => counts.Where(c => c.Outcome is not null)
        .GroupBy(c => c.Outcome!.Value).Select(g => (g.Key, g.Sum(c => c.Count))).OrderByDescending(o => o.Item2).ThenBy(o => o.Key);

    private protected override async Task LoadMoreAsync(CancellationToken ct)
    {
        var now = Clock.GetUtcNow();
        last = (await Attempts.PageAsync(new AttemptFilter(Id, DateTimeOffset.UnixEpoch, now.AddDays(1)), new(LastAttempts), ct)).Rows;
        known = await Records.KnownAsync([.. last.Select(a => a.ChannelId)], ct);
        // A day's attempts may be many: they are not counted anew with every look.
        if (now - countedAt < CountEvery) return;
        var today = Time.Format(now)[..10];
        var (from, to) = (Time.Start(today)!.Value, Time.End(today)!.Value.AddSeconds(1));
        var starts = new List<DateTimeOffset>();
        for (var at = from; at < to; at = at.AddHours(1)) starts.Add(at);
        counts = await Attempts.CountsAsync(new AttemptFilter(Id, from, to), starts, ct);
        hours = [.. starts.Select(HourOf)];
        countedAt = now;
    }

    private HourCount HourOf(DateTimeOffset at, int part)
    {
        var local = TimeZoneInfo.ConvertTime(at, Time.Zone);
        var here = counts.Where(c => c.Part == part).ToList();
        var answered = here.Where(c => c.Outcome == AttemptOutcome.Answer).Sum(c => c.Count);
        return new HourCount(local.ToString("%H", CultureInfo.InvariantCulture), local.ToString("HH:mm", CultureInfo.InvariantCulture), answered, here.Sum(c => c.Count) - answered);
    }

    private IEnumerable<(bool IsDone, string Text, string Href)> Todo(CampaignView view)
    {
        var (lacks, setup) = (view.Campaign.Lacks, CampaignAddresses.Of(Id, "configuracion"));
        foreach (var field in new[] { "queue", "startdate", "enddate", "schedule" }) yield return (!lacks.Contains(field), Texts["todo." + field], setup);
        yield return (view.Contacts > 0, view.Contacts > 0 ? Texts["todo.contacts.done", DialerWords.Count(view.Contacts)] : Texts["todo.contacts"], CampaignAddresses.Of(Id, "importar"));
    }

    /// <summary>Numbers of the moment; what the engine does not tell now is a dash, so that nothing moves.</summary>
    private IEnumerable<(string Name, string Value, string Note)> Figures(CampaignView view, CampaignPace? pace)
    {
        var now = view.Fresh is not null ? pace : null;
        string Of(int? count) => count is { } number ? DialerWords.Count(number) : DialerWords.None;
        yield return (Texts["figure.under-way"], Of(now?.UnderWay), Texts["figure.under-way.note", view.Campaign.MaxCalls]);
        yield return (Texts["figure.talking"], Of(now?.Talking), "");
        yield return (Texts["figure.free"], Of(now?.FreeAgents), "");
        yield return (Texts["figure.due"], Of(now?.Due), Texts["figure.due.note"]);
        yield return (Texts["figure.answer-rate"], DialerWords.Percent(now?.AnswerRate), Texts["figure.answer-rate.note"]);
        yield return (Texts["figure.pace"], now?.Pace is { } value ? value.ToString("0.0", CultureInfo.CurrentCulture) : DialerWords.None, Texts["figure.pace.note"]);
    }

    private string Width(long count) => string.Create(CultureInfo.InvariantCulture, $"width:{100.0 * count / Outcomes.Max(o => o.Count):0.##}%");
}
