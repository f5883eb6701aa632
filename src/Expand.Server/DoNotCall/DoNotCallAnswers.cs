using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Serialization;
using Expand.Server.Platform;
using Expand.Server.Platform.Rest;

namespace Expand.Server.DoNotCall;

/// <summary>A list as the API tells it.</summary>
public sealed record NumberListAnswer
{
    /// <summary>Its id.</summary>
    [Description("The list's id.")]
    public required int Id { get; init; }

    /// <summary>Its name.</summary>
    [Description("What people call it.")]
    public required string Name { get; init; }

    /// <summary>Its kind.</summary>
    [Description("installation: counts for every call; campaign: for one campaign's; registry: a dated register that comes as whole editions.")]
    public required string Kind { get; init; }

    /// <summary>The campaign.</summary>
    [Description("The campaign that it is of; null of any other kind.")]
    public required int? Campaign { get; init; }

    /// <summary>Whether it counts.</summary>
    [JsonPropertyName("in_force"), Description("Whether checks look at it.")]
    public required bool InForce { get; init; }

    /// <summary>How many numbers.</summary>
    [Description("How many numbers it has.")]
    public required long Numbers { get; init; }

    /// <summary>The edition's date.</summary>
    [JsonPropertyName("issued_on"), Description("The date of the register's edition; null where it has none.")]
    public required string? IssuedOn { get; init; }

    /// <summary>The edition's end.</summary>
    [JsonPropertyName("valid_until"), Description("The last day that the edition may be called by; null where it has none.")]
    public required string? ValidUntil { get; init; }

    /// <summary>Whether it has expired.</summary>
    [Description("Whether that day is over: while it is in force nobody may be called but who is exempt.")]
    public required bool Expired { get; init; }

    internal static NumberListAnswer Of(NumberList list, DateOnly today) => new()
    {
        Id = list.Id,
        Name = list.Name,
        Kind = Word(list.Kind),
        Campaign = list.CampaignId,
        InForce = list.IsInForce,
        Numbers = list.Numbers,
        IssuedOn = Day(list.IssuedOn),
        ValidUntil = Day(list.ValidUntil),
        Expired = list.ValidUntil < today,
    };

    internal static string Word(NumberListKind kind) => kind switch
    {
        NumberListKind.Installation => "installation",
        NumberListKind.Campaign => "campaign",
        _ => "registry",
    };

    internal static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>What is said of a number that is put on a list.</summary>
public sealed record ListedNumberBody
{
    /// <summary>A note.</summary>
    [StringLength(ListedNumber.NoteLength), PlainText, Description("Why it is there, for people. Absent or empty: what stands there stays.")]
    public string? Note { get; init; }

    /// <summary>Accepted and ignored: clients send back what they read.</summary>
    [JsonIgnore]
    public object? Id { get; init; }
}

/// <summary>A number put on a list, or taken off it.</summary>
public sealed record ListedNumberAnswer
{
    /// <summary>The number.</summary>
    [Description("The number as it is compared: digits, without the installation's country and the prefix of national calls.")]
    public required string Number { get; init; }

    /// <summary>The list.</summary>
    [Description("The list's id.")]
    public required int List { get; init; }

    /// <summary>Whether the list has it.</summary>
    [Description("Whether the list has it now.")]
    public required bool Listed { get; init; }

    /// <summary>Whether that is new.</summary>
    [Description("Whether this request changed that; false where it was so already.")]
    public required bool Changed { get; init; }
}

/// <summary>What is known of a number.</summary>
public sealed record KnownNumberAnswer
{
    /// <summary>The number.</summary>
    [Description("The number as it is compared: digits, without the installation's country and the prefix of national calls.")]
    public required string Number { get; init; }

    /// <summary>Whether it may be called.</summary>
    [JsonPropertyName("may_be_called"), Description("Whether it may be called now.")]
    public required bool MayBeCalled { get; init; }

    /// <summary>Why.</summary>
    [Description("clear: no list has it; exempt: one has it and it may be called all the same; listed; register-expired: a register in force has expired, so nobody knows.")]
    public required string Result { get; init; }

    /// <summary>The list that decides.</summary>
    [Description("The list that has it, or the register that has expired; null where it is clear.")]
    public required string? List { get; init; }

    /// <summary>The exemption's reason.</summary>
    [Description("The reason by which it may be called although a list has it; else null.")]
    public required string? Reason { get; init; }

    /// <summary>Every list that has it.</summary>
    [Description("Every list that has it, also those out of force and those of other campaigns.")]
    public required IReadOnlyList<NumberListAnswer> Lists { get; init; }

    internal static KnownNumberAnswer Of(KnownNumber known, DateOnly today) => new()
    {
        Number = known.Number,
        MayBeCalled = known.Result is CheckResult.Clear or CheckResult.Exempt,
        Result = Word(known.Result),
        List = known.List,
        Reason = known.Reason,
        Lists = [.. known.Lists.Select(l => NumberListAnswer.Of(l.List, today))],
    };

    internal static string Word(CheckResult result) => result switch
    {
        CheckResult.Clear => "clear",
        CheckResult.Exempt => "exempt",
        CheckResult.Listed => "listed",
        _ => "register-expired",
    };
}
