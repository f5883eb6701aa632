using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Expand.Server.Dialer;

/// <summary>A campaign as it is answered.</summary>
public sealed record CampaignRecord
{
    /// <summary>Its id.</summary>
    [Description("The campaign's id.")]
    public required int Id { get; init; }

    /// <summary>Its name.</summary>
    [Description("The campaign's name.")]
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    [Description("What the campaign is; may be empty.")]
    public required string Description { get; init; }

    /// <summary>Its state.</summary>
    [Description("Incomplete (being set up), Active, Finalized (ended) or Stored (put away).")]
    public required string State { get; init; }

    /// <summary>Whether it is held up.</summary>
    [Description("true while an active campaign is held up; answered only then.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Paused { get; init; }

    /// <summary>The queue.</summary>
    [Description("The queue that answered calls go to; empty while none is set.")]
    public required string Queue { get; init; }

    /// <summary>Who dials.</summary>
    [Description("preview, progressive or predictive.")]
    public required string Mode { get; init; }

    /// <summary>The first day.</summary>
    [Description("The first day of operation, YYYY-MM-DD; empty while none is set.")]
    public required string StartDate { get; init; }

    /// <summary>The last day.</summary>
    [Description("The last day of operation, YYYY-MM-DD; empty while none is set.")]
    public required string EndDate { get; init; }

    /// <summary>The zone.</summary>
    [Description("The time zone of dates and hours, an IANA name.")]
    public required string TimeZone { get; init; }

    /// <summary>The hours.</summary>
    [Description("Weekdays and hours of operation.")]
    public required IReadOnlyList<HoursRecord> Schedule { get; init; }

    /// <summary>When contacts are called again.</summary>
    [Description("After which outcomes a contact is called again; an outcome without a rule is not redialled.")]
    public required IReadOnlyList<RedialRuleRecord> RedialRules { get; init; }

    /// <summary>Attempts in all.</summary>
    [Description("Attempts to reach a contact, in all.")]
    public required int MaxAttempts { get; init; }

    /// <summary>The extension instead of a queue.</summary>
    [Description("The extension that answered calls go to instead of a queue. Answered only where it is set.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Extension { get; init; }

    /// <summary>Whose agents first.</summary>
    [Description("1 to 10; of campaigns that share agents those of a higher one come first. Answered only where it is not 5.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Priority { get; init; }

    /// <summary>Calls at once.</summary>
    [Description("Calls at once at most, those that are talked on included. Answered only where it is not 30.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxCalls { get; init; }

    /// <summary>Seconds.</summary>
    [Description("Seconds that a contact's phone rings at most. Answered only where it is not 30.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RingTime { get; init; }

    /// <summary>What contacts see.</summary>
    [Description("The number that contacts see as the caller; otherwise the installation's. Answered only where it is set.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CallerId { get; init; }

    /// <summary>The way out.</summary>
    [Description("The name of the trunk that its calls go out by; otherwise the installation's first. Answered only where it is set.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Trunk { get; init; }

    /// <summary>Percent.</summary>
    [Description("Of a hundred contacts who answer, how many may find no agent, over a rolling hour (or what the installation has set). Answered only where it is not 3.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AbandonmentCap { get; init; }

    /// <summary>Whether it listens for machines.</summary>
    [Description("Whether answering machines are told from people. Answered only where it is true.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? MachineDetection { get; init; }

    /// <summary>Whether it rests on holidays.</summary>
    [Description("Whether nobody is called on the installation's public holidays. Answered only where it is false.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Holidays { get; init; }

    /// <summary>Whether it obeys registers.</summary>
    [Description("Whether nobody is called whom a register of numbers that are not to be called has, and nobody at all by one that has expired. Answered only where it is false.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Registers { get; init; }

    /// <summary>Its contacts.</summary>
    [Description("How many contacts are in each state.")]
    public required ContactCountsRecord Contacts { get; init; }

    internal static CampaignRecord Of(CountedCampaign counted)
    {
        var campaign = counted.Campaign;
        return new()
        {
            Id = campaign.Id,
            Name = campaign.Name,
            Description = campaign.Description,
            State = campaign.State.ToString(),
            Paused = campaign.Paused,
            Queue = campaign.Queue,
            Mode = CampaignWords.Of(campaign.Mode),
            StartDate = Day(campaign.StartDate),
            EndDate = Day(campaign.EndDate),
            TimeZone = campaign.TimeZone,
            Schedule = [.. campaign.Schedule.Select(h => new HoursRecord { Weekdays = h.Weekdays, From = h.From, To = h.To })],
            RedialRules = [.. campaign.RedialRules.Select(r => new RedialRuleRecord { Outcome = r.Outcome.ToString(), Wait = r.Wait, Attempts = r.Attempts })],
            MaxAttempts = campaign.MaxAttempts,
            Extension = Unless("", campaign.Extension),
            Priority = Unless(CampaignForm.DefaultPriority, campaign.Priority),
            MaxCalls = Unless(CampaignForm.DefaultMaxCalls, campaign.MaxCalls),
            RingTime = Unless(CampaignForm.DefaultRingSeconds, campaign.RingSeconds),
            CallerId = Unless("", campaign.CallerId),
            Trunk = Unless("", campaign.Trunk),
            AbandonmentCap = Unless(CampaignForm.DefaultAbandonmentCap, campaign.AbandonmentCap),
            MachineDetection = campaign.MachineDetection ? true : null,
            Holidays = campaign.Holidays ? null : false,
            Registers = campaign.Registers ? null : false,
            Contacts = new() { Pending = counted.Pending, Completed = counted.Completed, Rejected = counted.Rejected, Canceled = counted.Canceled },
        };
    }

    /// <summary>What is as it usually is is not answered: clients find what the contract prints.</summary>
    private static T? Unless<T>(T usual, T value)
        where T : struct => value.Equals(usual) ? null : value;

    private static string? Unless(string usual, string value) => value == usual ? null : value;

    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
}

/// <summary>Hours of operation.</summary>
public sealed record HoursRecord
{
    /// <summary>The days.</summary>
    [Description("mon, tue, wed, thu, fri, sat, sun.")]
    public IReadOnlyList<string> Weekdays { get; init; } = [];

    /// <summary>From when.</summary>
    [Description("HH:MM.")]
    public string From { get; init; } = "";

    /// <summary>Until when.</summary>
    [Description("HH:MM, after from; 24:00 is the day's end.")]
    public string To { get; init; } = "";
}

/// <summary>After an outcome a contact is called again.</summary>
public sealed record RedialRuleRecord
{
    /// <summary>The outcome.</summary>
    [Description("Busy, NoAnswer, Congestion, Abandoned or AnsweringMachine.")]
    public string Outcome { get; init; } = "";

    /// <summary>Seconds.</summary>
    [Description("Seconds to the next attempt.")]
    public int Wait { get; init; }

    /// <summary>How often.</summary>
    [Description("Attempts that may end so.")]
    public int Attempts { get; init; }
}

/// <summary>How many contacts are in each state.</summary>
public sealed record ContactCountsRecord
{
    /// <summary>To be called.</summary>
    [JsonPropertyName("Pending")]
    public required long Pending { get; init; }

    /// <summary>Talked to an agent.</summary>
    [JsonPropertyName("Completed")]
    public required long Completed { get; init; }

    /// <summary>Every attempt is spent.</summary>
    [JsonPropertyName("Rejected")]
    public required long Rejected { get; init; }

    /// <summary>Disabled, or the campaign ended.</summary>
    [JsonPropertyName("Canceled")]
    public required long Canceled { get; init; }
}
