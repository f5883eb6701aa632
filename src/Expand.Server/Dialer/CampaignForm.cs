using System.Text.RegularExpressions;
using Expand.Server.Platform;

namespace Expand.Server.Dialer;

/// <summary>What somebody says of a campaign. While it is Incomplete everything but its name may be missing.</summary>
internal sealed partial record CampaignForm(
    string Name, string Description, string Queue, DialingMode Mode, DateOnly? StartDate, DateOnly? EndDate, string TimeZone,
    IReadOnlyList<OperationHours> Schedule, IReadOnlyList<RedialRule> RedialRules, int MaxAttempts)
{
    public const int DefaultPriority = 5;
    public const int MostPriority = 10;
    public const int DefaultMaxCalls = 30;
    public const int MostCalls = 1000;
    public const int DefaultRingSeconds = 30;
    public const double DefaultAbandonmentCap = 3;
    public const double MostAbandonment = 20;

    public const int NameLength = 200;
    public const int DescriptionLength = 1000;
    public const int MaxHours = 50;
    public const int MostAttempts = 100;
    public const int LongestWait = 7 * 24 * 3600;

    /// <summary>Attempts in all where nothing else is said.</summary>
    public const int DefaultMaxAttempts = 5;

    /// <summary>Weekdays as the contract writes them, in order.</summary>
    public static readonly IReadOnlyList<string> Weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>How the calls are made.</summary>
    public CampaignCalling Calling { get; init; } = new();

    /// <summary>A campaign as a form: what a change begins with.</summary>
    public static CampaignForm Of(Campaign c) =>
        new(c.Name, c.Description, c.Queue, c.Mode, c.StartDate, c.EndDate, c.TimeZone, c.Schedule, c.RedialRules, c.MaxAttempts)
        {
            Calling = CampaignCalling.Of(c),
        };

    /// <summary>The form as it is kept, or every rule that it breaks.</summary>
    public Result<CampaignForm> Checked()
    {
        var form = this with
        {
            Name = Name.Trim(),
            Description = Description.Trim(),
            Calling = Calling with { CallerId = Calling.CallerId.Trim(), Extension = Calling.Extension.Trim() },
            Schedule = [.. Schedule.Select(h => h with { Weekdays = [.. Weekdays.Where(h.Weekdays.Contains)] })],
        };
        var broken = new Dictionary<string, string>();
        if (form.Name.Length is 0 or > NameLength || !PlainText.Holds(form.Name))
            broken["name"] = $"takes 1 to {NameLength} characters, none of them a control character";
        if (form.Description.Length > DescriptionLength || !PlainText.Holds(form.Description, lines: true))
            broken["description"] = $"takes {DescriptionLength} characters at most, none of them a control character";
        if (EndDate < StartDate) broken["enddate"] = "may not be before startdate";
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _)) broken["timezone"] = "takes an IANA name such as America/Montevideo";
        if (Schedule.Count > MaxHours || !Schedule.All(AreHours))
            broken["schedule"] = $"takes {MaxHours} entries at most, each with weekdays ({string.Join(", ", Weekdays)}), and from before to as HH:MM";
        if (RedialRules.DistinctBy(r => r.Outcome).Count() < RedialRules.Count || !RedialRules.All(IsRule))
            broken["redialrules"] = $"takes one entry for an outcome but Answer, with wait from 0 to {LongestWait} and attempts from 1 to {MostAttempts}";
        form.Calling.Check(form, broken);
        if (MaxAttempts is < 1 or > MostAttempts) broken["maxattempts"] = $"takes a number from 1 to {MostAttempts}";
        return broken.Count > 0 ? Failure.Several(broken) : form;
    }

    private static bool AreHours(OperationHours hours) =>
        hours.Weekdays.Count > 0 && hours.Weekdays.All(Weekdays.Contains) && hours.Weekdays.Distinct().Count() == hours.Weekdays.Count
        && Hour().IsMatch(hours.From) && (Hour().IsMatch(hours.To) || hours.To == "24:00") && string.CompareOrdinal(hours.From, hours.To) < 0;

    private static bool IsRule(RedialRule rule) =>
        Enum.IsDefined(rule.Outcome) && rule.Outcome != AttemptOutcome.Answer
        && rule.Wait is >= 0 and <= LongestWait && rule.Attempts is >= 1 and <= MostAttempts;

    [GeneratedRegex(@"\A(?:[01][0-9]|2[0-3]):[0-5][0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hour();
}
