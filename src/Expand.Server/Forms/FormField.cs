using System.Text.Json.Serialization;

namespace Expand.Server.Forms;

/// <summary>What a field of a form takes.</summary>
[JsonConverter(typeof(FormFieldKindConverter))]
public enum FormFieldKind
{
    /// <summary>Any text, of several lines where the agent writes them.</summary>
    [JsonStringEnumMemberName("text")]
    Text,

    /// <summary>A decimal number with a point, such as 12 or -3.50.</summary>
    [JsonStringEnumMemberName("number")]
    Number,

    /// <summary>A day, YYYY-MM-DD.</summary>
    [JsonStringEnumMemberName("date")]
    Date,

    /// <summary>One of the field's options.</summary>
    [JsonStringEnumMemberName("choice")]
    Choice,
}

/// <summary>A field of a form.</summary>
public sealed record FormField
{
    /// <summary>What its values are called in entries.</summary>
    public string? Name { get; init; }

    /// <summary>What the agent reads beside it.</summary>
    public string? Label { get; init; }

    /// <summary>What it takes.</summary>
    public FormFieldKind Kind { get; init; }

    /// <summary>Whether an entry must have a value of it.</summary>
    public bool Required { get; init; }

    /// <summary>Whether an entry may have more than one.</summary>
    public bool Several { get; init; }

    /// <summary>What may be chosen; of a <see cref="FormFieldKind.Choice"/> only.</summary>
    public IReadOnlyList<FormOption>? Options { get; init; }
}

/// <summary>Something that may be chosen in a field.</summary>
public sealed record FormOption
{
    /// <summary>What entries keep.</summary>
    public string? Value { get; init; }

    /// <summary>What the agent reads; absent: the value.</summary>
    public string? Label { get; init; }
}

/// <summary>Kinds are words, never numbers.</summary>
internal sealed class FormFieldKindConverter() : JsonStringEnumConverter<FormFieldKind>(namingPolicy: null, allowIntegerValues: false);
