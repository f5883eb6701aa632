using Expand.Server.Lists.Imports;
using Microsoft.Extensions.Localization;

namespace Expand.Server.Lists.Pages;

/// <summary>Why rows of an import are refused, in the visitor's language.</summary>
internal static class RefusedRules
{
    public static string Told(RefusedRow row, IStringLocalizer<ListText> texts) => texts["rule." + row.Rule, row.With ?? ""];
}
