using Microsoft.Extensions.Localization;

namespace Expand.Server.Crm.Pages;

/// <summary>Problems of the services in the visitor's language.</summary>
internal static class CrmWords
{
    public static string Problem(IStringLocalizer<CrmText> texts, CrmProblem problem, string detail)
    {
        var text = texts["problem." + problem].Value;
        return detail.Length == 0 || problem is CrmProblem.NotReached or CrmProblem.Broken ? text : $"{text} {detail}";
    }
}
