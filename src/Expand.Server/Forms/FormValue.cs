using System.ComponentModel;

namespace Expand.Server.Forms;

/// <summary>A value of an entry.</summary>
public sealed record FormValue
{
    /// <summary>What the agent read.</summary>
    [Description("What the agent read beside it: the field's label, or the option's that was chosen.")]
    public required string Label { get; init; }

    /// <summary>The value.</summary>
    [Description("The value as text: numbers with a point, dates as YYYY-MM-DD.")]
    public required string Value { get; init; }
}
