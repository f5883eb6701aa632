using Expand.Server.Access.Pages;
using Expand.Server.Platform;
using Expand.Server.Platform.Exports;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Expand.Server.Access;

/// <summary>The audit log as a file: what the page Auditoría shows of it, all of it.</summary>
internal static class AuditExport
{
    public static WebApplication MapAccess(this WebApplication app)
    {
        app.MapGet(Auditoria.Address + "/exportar", Export).RequireAuthorization(policy => policy.RequireRole(Roles.Administrator)).ExcludeFromDescription();
        return app;
    }

    private static IResult Export(
        AuditLog log, LocalTime time, IStringLocalizer<AuditText> texts, [FromQuery(Name = "desde")] string? from, [FromQuery(Name = "hasta")] string? to,
        [FromQuery(Name = "quien")] string? actor, [FromQuery(Name = "que")] string? action, [FromQuery(Name = Auditoria.TextParameter)] string? text)
    {
        var asked = new AuditQuery(time, from, to, actor, action, text);
        if (asked.IsFromWrong || asked.IsToWrong) return TypedResults.BadRequest();
        var words = new AuditWords(texts);
        return new TableFile<AuditRow>("auditoria",
            [
                new(texts["at"], row => row.At),
                new(texts["actor"], row => words.Actor(row.Actor)),
                new(texts["address"], row => row.Address),
                new(texts["action"], row => words.Action(row.Action)),
                new(texts["code"], row => row.Action),
                new(texts["subject"], row => row.Subject),
                new(texts["detail"], row => row.Detail),
                new(texts["times"], row => row.Times),
            ], log.ReadAsync(asked.Search));
    }
}
