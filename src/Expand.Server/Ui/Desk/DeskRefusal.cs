using Expand.Server.Platform;
using Microsoft.Extensions.Localization;

namespace Expand.Server.Ui.Desk;

/// <summary>What an agent reads of a refusal by <see cref="Agents.AgentPresence"/>.</summary>
internal static class DeskRefusal
{
    /// <summary>The refusal in the visitor's language; null where there is none.</summary>
    public static string? Told(IStringLocalizer<DeskText> texts, Failure? failure)
    {
        if (failure is null) return null;
        var own = texts["refused." + failure.Field];
        return own.ResourceNotFound ? texts["refused"] : own;
    }
}
