using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Serialization;
using Expand.Server.Platform;

namespace Expand.Server.Dialer;

/// <summary>The words of campaigns on the wire.</summary>
internal static class CampaignWords
{
    private static readonly string[] Modes = ["preview", "progressive", "predictive"];

    public static string Of(DialingMode mode) => Modes[(int)mode];

    public static DialingMode? Mode(string word) => Array.IndexOf(Modes, word) is >= 0 and var index ? (DialingMode)index : null;
}

/// <summary>
/// A campaign that is set up: the members that an answer has (<see cref="CampaignRecord"/>); those that nobody sets are accepted and ignored.
/// </summary>
public sealed record CampaignBody
{
    /// <summary>Its name.</summary>
    [Required]
    public string? Name { get; init; }

    /// <summary>What it is.</summary>
    public string? Description { get; init; }

    /// <summary>The queue that answered calls go to.</summary>
    public string? Queue { get; init; }

    /// <summary>preview, progressive (where it is missing) or predictive.</summary>
    public string? Mode { get; init; }

    /// <summary>The first day.</summary>
    public string? StartDate { get; init; }

    /// <summary>The last day.</summary>
    public string? EndDate { get; init; }

    /// <summary>The zone; the installation's where it is missing.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The hours.</summary>
    public IReadOnlyList<HoursRecord?>? Schedule { get; init; }

    /// <summary>When contacts are called again.</summary>
    public IReadOnlyList<RedialRuleBody?>? RedialRules { get; init; }

    /// <summary>Attempts in all.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>The extension instead of a queue.</summary>
    public string? Extension { get; init; }

    /// <summary>1 to 10; 5 where it is missing.</summary>
    public int? Priority { get; init; }

    /// <summary>Calls at once; 30 where it is missing.</summary>
    public int? MaxCalls { get; init; }

    /// <summary>Seconds; 30 where it is missing.</summary>
    public int? RingTime { get; init; }

    /// <summary>What contacts see.</summary>
    public string? CallerId { get; init; }

    /// <summary>The way out.</summary>
    public string? Trunk { get; init; }

    /// <summary>Percent; 3 where it is missing.</summary>
    public double? AbandonmentCap { get; init; }

    /// <summary>Whether it listens for machines; false where it is missing.</summary>
    public bool? MachineDetection { get; init; }

    /// <summary>Whether it rests on holidays; true where it is missing.</summary>
    public bool? Holidays { get; init; }

    /// <summary>Whether it obeys registers; true where it is missing.</summary>
    public bool? Registers { get; init; }

    /// <summary>Ignored.</summary>
    [JsonIgnore]
    public object? Id { get; init; }

    /// <summary>Ignored.</summary>
    [JsonIgnore]
    public object? State { get; init; }

    /// <summary>Ignored.</summary>
    [JsonIgnore]
    public object? Paused { get; init; }

    /// <summary>Ignored.</summary>
    [JsonIgnore]
    public object? Contacts { get; init; }

    /// <summary>The form, or every word in it that means nothing.</summary>
    internal Result<CampaignForm> ToForm(LocalTime zone)
    {
        var broken = new Dictionary<string, string>();
        DateOnly? Day(string field, string? text)
        {
            if (string.IsNullOrEmpty(text)) return null;
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
            broken[field] = "takes a day, YYYY-MM-DD";
            return null;
        }

        var mode = CampaignWords.Mode(Mode ?? CampaignWords.Of(DialingMode.Progressive));
        if (mode is null) broken["mode"] = "takes preview, progressive or predictive";
        var rules = (RedialRules ?? []).Select(RuleOf).ToList();
        if (rules.Contains(null)) broken["redialrules"] = "takes entries with wait, attempts and an outcome: Busy, NoAnswer, Congestion, Abandoned or AnsweringMachine";
        if (Schedule is { } hours && hours.Any(h => h?.Weekdays is null || h.From is null || h.To is null))
            broken["schedule"] = "takes entries with weekdays, from and to";
        var (start, end) = (Day("startdate", StartDate), Day("enddate", EndDate));
        if (broken.Count > 0) return Failure.Several(broken);
        return new CampaignForm(
            Name ?? "", Description ?? "", Queue ?? "", mode!.Value, start, end, string.IsNullOrEmpty(TimeZone) ? zone.Zone.Id : TimeZone,
            [.. (Schedule ?? []).Select(h => new OperationHours(h!.Weekdays, h.From, h.To))],
            [.. rules.OfType<RedialRule>()], MaxAttempts ?? CampaignForm.DefaultMaxAttempts)
        {
            Calling = Calling(),
        };
    }

    private CampaignCalling Calling()
    {
        var usual = new CampaignCalling();
        return new()
        {
            Extension = Extension ?? "",
            Priority = Priority ?? usual.Priority,
            MaxCalls = MaxCalls ?? usual.MaxCalls,
            RingSeconds = RingTime ?? usual.RingSeconds,
            CallerId = CallerId ?? "",
            Trunk = Trunk ?? "",
            AbandonmentCap = AbandonmentCap ?? usual.AbandonmentCap,
            MachineDetection = MachineDetection ?? usual.MachineDetection,
            Holidays = Holidays ?? usual.Holidays,
            Registers = Registers ?? usual.Registers,
        };
    }

    /// <summary>Null where its outcome is none of the contract's words: a number would be one to <see cref="Enum"/>.</summary>
    private static RedialRule? RuleOf(RedialRuleBody? rule) =>
        rule is { Wait: { } wait, Attempts: { } attempts } && Enum.TryParse<AttemptOutcome>(rule.Outcome, out var outcome) && outcome.ToString() == rule.Outcome
            ? new(outcome, wait, attempts) : null;
}

/// <summary>After an outcome a contact is called again: as a client says it.</summary>
public sealed record RedialRuleBody
{
    /// <summary>The outcome.</summary>
    [Required]
    [System.ComponentModel.Description("Busy, NoAnswer, Congestion, Abandoned or AnsweringMachine.")]
    public string? Outcome { get; init; }

    /// <summary>Seconds.</summary>
    [Required]
    [System.ComponentModel.Description("Seconds to the next attempt.")]
    public int? Wait { get; init; }

    /// <summary>How often.</summary>
    [Required]
    [System.ComponentModel.Description("Attempts that may end so.")]
    public int? Attempts { get; init; }
}

/// <summary>Whether a campaign is held up.</summary>
public sealed record CampaignPausedBody
{
    /// <summary>Whether it is.</summary>
    [Required]
    [System.ComponentModel.Description("true: nobody is called until it goes on; false: it goes on.")]
    public bool? Paused { get; init; }
}

/// <summary>The state that a campaign is to come to.</summary>
public sealed record CampaignStateBody
{
    /// <summary>The state.</summary>
    [Required]
    [AllowedValues("Active", "Finalized", "Stored", ErrorMessage = "takes one of Active, Finalized, Stored")]
    [System.ComponentModel.Description(
        "Active: begins, or goes on after a pause. Finalized: ends; pending contacts are canceled. Stored: puts an ended campaign away.")]
    public string? State { get; init; }
}
