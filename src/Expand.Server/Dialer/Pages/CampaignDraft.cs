using System.Globalization;
using Expand.Server.Platform;

namespace Expand.Server.Dialer.Pages;

/// <summary>A campaign's set-up while it is filled in. Public because components are.</summary>
public sealed class CampaignDraft
{
    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";

    /// <summary>What it is.</summary>
    public string Description { get; set; } = "";

    /// <summary>Whether answered calls go to an extension, and not to a queue.</summary>
    public bool ToExtension { get; set; }

    /// <summary>The queue.</summary>
    public string Queue { get; set; } = "";

    /// <summary>The extension.</summary>
    public string Extension { get; set; } = "";

    /// <summary>Who dials.</summary>
    public DialingMode Mode { get; set; } = DialingMode.Progressive;

    /// <summary>The first day, YYYY-MM-DD.</summary>
    public string StartDate { get; set; } = "";

    /// <summary>The last day.</summary>
    public string EndDate { get; set; } = "";

    /// <summary>The zone's IANA name.</summary>
    public string TimeZone { get; set; } = "";

    /// <summary>Weekdays and hours.</summary>
    public IList<HoursDraft> Hours { get; } = [];

    /// <summary>What follows each outcome.</summary>
    public IReadOnlyList<RuleDraft> Rules { get; init; } = [];

    /// <summary>Attempts in all.</summary>
    public string MaxAttempts { get; set; } = "";

    /// <summary>Whose agents first.</summary>
    public string Priority { get; set; } = "";

    /// <summary>Calls at once.</summary>
    public string MaxCalls { get; set; } = "";

    /// <summary>Seconds of ringing.</summary>
    public string RingSeconds { get; set; } = "";

    /// <summary>What contacts see.</summary>
    public string CallerId { get; set; } = "";

    /// <summary>The way out.</summary>
    public string Trunk { get; set; } = "";

    /// <summary>Percent.</summary>
    public string AbandonmentCap { get; set; } = "";

    /// <summary>Whether it listens for machines.</summary>
    public bool MachineDetection { get; set; }

    /// <summary>Whether it rests on holidays.</summary>
    public bool Holidays { get; set; } = true;

    /// <summary>Whether it obeys registers.</summary>
    public bool Registers { get; set; } = true;

    internal static CampaignDraft Of(CampaignForm form)
    {
        var calling = form.Calling;
        var draft = new CampaignDraft
        {
            Name = form.Name,
            Description = form.Description,
            ToExtension = calling.Extension.Length > 0,
            Queue = form.Queue,
            Extension = calling.Extension,
            Mode = form.Mode,
            StartDate = Day(form.StartDate),
            EndDate = Day(form.EndDate),
            TimeZone = form.TimeZone,
            Rules = [.. DialerWords.Redialled.Select(outcome => RuleDraft.Of(outcome, form.RedialRules.FirstOrDefault(r => r.Outcome == outcome)))],
            MaxAttempts = Text(form.MaxAttempts),
            Priority = Text(calling.Priority),
            MaxCalls = Text(calling.MaxCalls),
            RingSeconds = Text(calling.RingSeconds),
            CallerId = calling.CallerId,
            Trunk = calling.Trunk,
            AbandonmentCap = calling.AbandonmentCap.ToString("0.##", CultureInfo.CurrentCulture),
            MachineDetection = calling.MachineDetection,
            Holidays = calling.Holidays,
            Registers = calling.Registers,
        };
        foreach (var hours in form.Schedule) draft.Hours.Add(HoursDraft.Of(hours));
        return draft;
    }

    /// <summary>What a new campaign begins with: the usual week and redialling, which may be changed.</summary>
    internal static CampaignDraft New(string zone) => Of(new CampaignForm(
        "", "", "", DialingMode.Progressive, null, null, zone, [new(["mon", "tue", "wed", "thu", "fri"], "09:00", "18:00")],
        [new(AttemptOutcome.Busy, 600, 3), new(AttemptOutcome.NoAnswer, 7200, 3), new(AttemptOutcome.Congestion, 3600, 2), new(AttemptOutcome.Abandoned, 3600, 2), new(AttemptOutcome.AnsweringMachine, 14400, 2)],
        CampaignForm.DefaultMaxAttempts));

    /// <summary>The form, or what in it is no number or no day.</summary>
    internal Result<CampaignForm> ToForm()
    {
        var broken = new Dictionary<string, string>();
        int Whole(string field, string text)
        {
            if (int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
            broken[field] = "takes a number";
            return 0;
        }

        DateOnly? DayOf(string field, string text)
        {
            if (text.Length == 0) return null;
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
            broken[field] = "takes a day";
            return null;
        }

        var rules = new List<RedialRule>();
        foreach (var rule in Rules.Where(r => r.IsOn))
        {
            if (rule.ToRule() is { } known) rules.Add(known);
            else broken["redialrules"] = "takes numbers";
        }

        // A comma or a point, whatever the visitor's language has.
        var cap = double.TryParse(AbandonmentCap.Trim().Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) ? percent : -1;
        var form = new CampaignForm(
            Name, Description, ToExtension ? "" : Queue, Mode, DayOf("startdate", StartDate), DayOf("enddate", EndDate), TimeZone.Trim(), [.. Hours.Select(h => h.ToHours())], rules,
            Whole("maxattempts", MaxAttempts))
        {
            Calling = new()
            {
                Extension = ToExtension ? Extension : "",
                Priority = Whole("priority", Priority),
                MaxCalls = Whole("maxcalls", MaxCalls),
                RingSeconds = Whole("ringtime", RingSeconds),
                CallerId = CallerId,
                Trunk = Trunk,
                AbandonmentCap = cap,
                MachineDetection = MachineDetection,
                Holidays = Holidays,
                Registers = Registers,
            },
        };
        if (broken.Count == 0) return form;
        // The other rules that it breaks are told of at once, not after these.
        foreach (var (field, rules_) in form.Checked().Failure?.Fields ?? new Dictionary<string, string[]>()) broken.TryAdd(field, rules_[0]);
        return Failure.Several(broken);
    }

    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Hours on some weekdays while they are filled in.</summary>
public sealed class HoursDraft
{
    /// <summary>Monday to Sunday.</summary>
    public IList<bool> Days { get; } = [false, false, false, false, false, false, false];

    /// <summary>From when, HH:MM.</summary>
    public string From { get; set; } = "09:00";

    /// <summary>Until when; 00:00 is the day's end.</summary>
    public string To { get; set; } = "18:00";

    internal static HoursDraft Of(OperationHours hours)
    {
        var draft = new HoursDraft { From = hours.From, To = hours.To == "24:00" ? "00:00" : hours.To };
        for (var day = 0; day < 7; day++) draft.Days[day] = hours.Weekdays.Contains(CampaignForm.Weekdays[day]);
        return draft;
    }

    internal HoursDraft Copy() => Of(ToHours());

    internal OperationHours ToHours() => new([.. CampaignForm.Weekdays.Where((_, day) => Days[day])], From, To == "00:00" ? "24:00" : To);
}

/// <summary>What follows an outcome, while it is filled in.</summary>
public sealed class RuleDraft
{
    internal static readonly int[] Units = [1, 60, 3600, 86400];

    /// <summary>Whether the contact is called again.</summary>
    public bool IsOn { get; set; }

    /// <summary>How many of <see cref="Unit"/> to wait.</summary>
    public string Wait { get; set; } = "";

    /// <summary>Seconds.</summary>
    public int Unit { get; set; } = 60;

    /// <summary>Attempts that may end so.</summary>
    public string Attempts { get; set; } = "";

    internal AttemptOutcome Outcome { get; private init; }

    internal static RuleDraft Of(AttemptOutcome outcome, RedialRule? rule)
    {
        if (rule is null) return new() { Outcome = outcome, Wait = "30", Attempts = "2" };
        var unit = Units.Last(u => rule.Wait % u == 0);
        if (rule.Wait == 0) unit = 60;
        return new()
        {
            Outcome = outcome,
            IsOn = true,
            Unit = unit,
            Wait = (rule.Wait / unit).ToString(CultureInfo.InvariantCulture),
            Attempts = rule.Attempts.ToString(CultureInfo.InvariantCulture),
        };
    }

    /// <summary>Null where its numbers are none.</summary>
    internal RedialRule? ToRule() =>
        int.TryParse(Wait.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var wait) && wait <= CampaignForm.LongestWait
        && int.TryParse(Attempts.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var attempts)
            ? new(Outcome, (int)Math.Min((long)wait * Unit, int.MaxValue), attempts) : null;
}
