using System.ComponentModel.DataAnnotations;

namespace Expand.Server.Platform.Rest;

/// <summary>A text as <see cref="PlainText"/> has it.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class PlainTextAttribute : ValidationAttribute
{
    /// <summary>Makes the rule.</summary>
    public PlainTextAttribute() : base(PlainText.Rule)
    {
    }

    /// <inheritdoc />
    public override bool IsValid(object? value) => value is not string text || PlainText.Holds(text);
}
