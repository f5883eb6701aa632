using Microsoft.Extensions.Localization;

namespace Expand.Server.Access.Pages;

/// <summary>The audit log's codes in the visitor's words; what has no words is shown as it is.</summary>
internal sealed class AuditWords(IStringLocalizer<AuditText> texts)
{
    private const int Shown = 160;

    /// <summary>What was done; of a kind that has no words, the kind that it belongs to (<c>installation.demo.forms</c>: <c>installation.demo</c>).</summary>
    public string Action(string action)
    {
        for (var kind = action; kind.Contains('.', StringComparison.Ordinal); kind = kind[..kind.LastIndexOf('.')])
        {
            var text = texts["action." + kind];
            if (!text.ResourceNotFound) return text.Value;
        }

        return action;
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
