using Expand.Server.Platform;
using Microsoft.Extensions.Localization;

namespace Expand.Server.Forms.Pages;

/// <summary>What is wrong with a field of a definition, in the visitor's language, and which part of the field is at fault.</summary>
/// <param name="Part"><c>name</c>, <c>label</c> or <c>options</c>.</param>
/// <param name="Text">The rule.</param>
public sealed record FieldWrong(string Part, string Text)
{
    /// <summary>What a refusal says of the field at that place; null where it says nothing.</summary>
    internal static FieldWrong? At(Failure? failure, int place, IStringLocalizer<FormText> texts)
    {
        if (failure?.Fields?.GetValueOrDefault($"fields[{place}]") is not [var rule, ..]) return null;
        return rule switch
        {
            FieldFault.Name => new("name", texts["fault.name"]),
            FieldFault.OptionTwice => new("options", texts["fault.option.twice"]),
            _ when FieldFault.IsNameTwice(rule) => new("name", texts["fault.name.twice"]),
            _ when rule == FieldFault.Label => new("label", texts["fault.label"]),
            _ when rule == FieldFault.Options => new("options", texts["fault.options"]),
            _ when rule == FieldFault.Option => new("options", texts["fault.option"]),
            _ => new("label", rule),
        };
    }
}
