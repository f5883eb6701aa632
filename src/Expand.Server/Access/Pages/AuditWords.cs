using Microsoft.Extensions.Localization;

namespace Expand.Server.Access.Pages;

/// <summary>The audit log's codes in the visitor's words; what has no words is shown as it is.</summary>
internal sealed class AuditWords(IStringLocalizer<AuditText> texts)
{
    private const int Shown = 160;

    /// <summary>What was done.</summary>
    public string Action(string action)
    {
        var text = texts["action." + action];
        return text.ResourceNotFound ? action : text.Value;
    }

    /// <summary>Who did it: of a refused credential nobody knows.</summary>
    public string Actor(string actor) => actor switch
    {
        "-" => texts["actor.nobody"],
        "system" => texts["actor.system"],
        _ => actor,
    };

    /// <summary>A detail as far as a line of a table shows it.</summary>
    public static string? Short(string? detail) => detail is { Length: > Shown } ? detail[..Shown] + "…" : detail;
}
