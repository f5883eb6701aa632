using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Expand.Server.Platform.Rest;

namespace Expand.Server.Lists;

/// <summary>A list as the API tells it.</summary>
public sealed record ListAnswer
{
    /// <summary>What people call it.</summary>
    [Description("What people call the list.")]
    public required string Alias { get; init; }

    /// <summary>What it is for.</summary>
    [Description("What the list is for.")]
    public required string Description { get; init; }

    /// <summary>Its id.</summary>
    [Description("The list's id; may stand for its name in addresses.")]
    public required int Id { get; init; }

    /// <summary>Its name in addresses.</summary>
    [Description("The list's name in addresses, in any case.")]
    public required string Name { get; init; }

    /// <summary>Its kind.</summary>
    [Description("simple or range.")]
    public required string Type { get; init; }
}

/// <summary>An element of a simple list as the API tells it.</summary>
public sealed record ElementAnswer
{
    /// <summary>Its id.</summary>
    [Description("The element's id; it stays where the key changes.")]
    public required long Id { get; init; }

    /// <summary>Its key.</summary>
    [Description("The key, unique in its list.")]
    public required string Key { get; init; }

    /// <summary>Its value.</summary>
    [Description("The key's value.")]
    public required string Value { get; init; }
}

/// <summary>An element to add to a simple list.</summary>
public sealed record ElementRequest
{
    /// <summary>Accepted and ignored: clients send back what they read.</summary>
    [JsonIgnore]
    public object? Id { get; init; }

    /// <summary>The key.</summary>
    [Description("1 to 200 characters, no control characters, neither . nor ..; compared character by character.")]
    [Required, StringLength(ListElement.KeyLength, MinimumLength = 1), PlainText]
    public string? Key { get; init; }

    /// <summary>The value.</summary>
    [Description("Up to 4000 characters, no control characters; may be empty.")]
    [Required(AllowEmptyStrings = true), StringLength(ListElement.ValueLength), PlainText]
    public string? Value { get; init; }
}

/// <summary>A change of an element of a simple list.</summary>
public sealed record ElementChange
{
    /// <summary>Accepted and ignored: clients send back what they read.</summary>
    [JsonIgnore]
    public object? Id { get; init; }

    /// <summary>Another key; null: it stays.</summary>
    [Description("Another key for the element; where it is missing the key stays.")]
    [StringLength(ListElement.KeyLength, MinimumLength = 1), PlainText]
    public string? Key { get; init; }

    /// <summary>The new value.</summary>
    [Description("The new value: up to 4000 characters, no control characters; may be empty.")]
    [Required(AllowEmptyStrings = true), StringLength(ListElement.ValueLength), PlainText]
    public string? Value { get; init; }
}

/// <summary>An element of a range list as the API tells it.</summary>
public sealed record RangeAnswer
{
    /// <summary>Its id.</summary>
    [Description("The element's id; it stays where the range changes.")]
    public required long Id { get; init; }

    /// <summary>The first key.</summary>
    [Description("The first key that it holds: digits, leading zeros count.")]
    public required string From { get; init; }

    /// <summary>The last key.</summary>
    [Description("The last key that it holds, of as many digits as from.")]
    public required string To { get; init; }

    /// <summary>The value of all of them.</summary>
    [Description("The value of every key from the one to the other.")]
    public required string Value { get; init; }
}

/// <summary>An element to add to a range list.</summary>
public sealed record RangeRequest
{
    /// <summary>What from and to are.</summary>
    internal const string Digits = "[0-9]{1,18}";

    /// <summary>What from and to are, in words.</summary>
    internal const string DigitsRule = "takes 1 to 18 digits";

    /// <summary>Accepted and ignored: clients send back what they read.</summary>
    [JsonIgnore]
    public object? Id { get; init; }

    /// <summary>The first key.</summary>
    [Description("The first key: 1 to 18 digits, leading zeros count.")]
    [Required, RegularExpression(Digits, ErrorMessage = DigitsRule)]
    public string? From { get; init; }

    /// <summary>The last key.</summary>
    [Description("The last key: as many digits as from, and not less.")]
    [Required, RegularExpression(Digits, ErrorMessage = DigitsRule)]
    public string? To { get; init; }

    /// <summary>The value.</summary>
    [Description("Up to 4000 characters, no control characters; may be empty.")]
    [Required(AllowEmptyStrings = true), StringLength(ListElement.ValueLength), PlainText]
    public string? Value { get; init; }
}

/// <summary>A change of an element of a range list.</summary>
public sealed record RangeChange
{
    /// <summary>Accepted and ignored: clients send back what they read.</summary>
    [JsonIgnore]
    public object? Id { get; init; }

    /// <summary>Another first key; null: it stays.</summary>
    [Description("Another first key; where it is missing it stays.")]
    [RegularExpression(RangeRequest.Digits, ErrorMessage = RangeRequest.DigitsRule)]
    public string? From { get; init; }

    /// <summary>Another last key; null: it stays.</summary>
    [Description("Another last key; where it is missing it stays.")]
    [RegularExpression(RangeRequest.Digits, ErrorMessage = RangeRequest.DigitsRule)]
    public string? To { get; init; }

    /// <summary>The new value.</summary>
    [Description("The new value: up to 4000 characters, no control characters; may be empty.")]
    [Required(AllowEmptyStrings = true), StringLength(ListElement.ValueLength), PlainText]
    public string? Value { get; init; }
}
