using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Exports;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Expand.Server.OutgoingCalls.Pages;

/// <summary>The pending calls of a supervisor's search as a file.</summary>
internal static class PendingExport
{
    public const string Path = "/supervision/llamadas-pendientes/exportar";

    public static void MapPendingExport(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Path, Export).RequireAuthorization(policy => policy.RequireRole(Roles.Supervisor)).ExcludeFromDescription();

    private static TableFile<OutgoingCall> Export(
        HttpContext http, PendingCalls calls, CallChoices choices, LocalTime time, [FromServices] IStringLocalizer<PendingText> texts) =>
        new(texts["file"], Columns(choices, texts, time.Now), calls.InOrder(PendingSearch.Of(http.Request.Query).Filter(time)));

    private static TableColumn<OutgoingCall>[] Columns(CallChoices choices, IStringLocalizer<PendingText> texts, DateTimeOffset now) =>
    [
        new("Id", c => c.Id),
        new(texts["hour"], c => c.CallDate),
        new(texts["state"], c => texts["status." + c.Status].Value),
        new(texts["queue"], c => c.Queue),
        new(texts["queue.name"], c => choices.QueueName(c.Queue)),
        new(texts["agent.username"], c => c.Agent),
        new(texts["agent"], c => c.Agent.Length > 0 ? choices.AgentName(c.Agent) : ""),
        new(texts["contact"], c => c.Contact),
        new(texts["subject"], c => c.Subject),
        new(texts["numbers"], c => string.Join(", ", c.Phones)),
        new(texts["expires"], c => c.ExpiresAt),
        new(texts["holder"], c => choices.HolderName(c, now)),
        new(texts["state.since"], c => c.StatusAt),
        new(texts["created"], c => c.CreatedAt),
    ];
}
