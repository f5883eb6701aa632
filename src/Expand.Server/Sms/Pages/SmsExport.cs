using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Exports;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Expand.Server.Sms.Pages;

/// <summary>The messages of a search as a file: a line for each recipient.</summary>
internal static class SmsExport
{
    public const string Path = "/supervision/sms/exportar";

    public static void MapSmsExport(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Path, Export).RequireAuthorization(policy => policy.RequireRole(Roles.Supervisor)).ExcludeFromDescription();

    private static TableFile<SmsExported> Export(HttpContext http, SmsHistory history, LocalTime time, [FromServices] IStringLocalizer<MessageText> texts) =>
        new("sms", Columns(texts), history.Export(SmsSearch.Of(http.Request.Query).Filter(time)));

    private static TableColumn<SmsExported>[] Columns(IStringLocalizer<MessageText> texts) =>
    [
        new("Id", x => x.Message.Id),
        new(texts["created"], x => x.Message.CreatedAt),
        new(texts["by"], x => x.Message.CreatedBy),
        new(texts["number"], x => x.Recipient.Number),
        new(texts["state"], x => texts["state." + x.Recipient.State].Value),
        new(texts["reason"], x => texts.Reason(x.Recipient)),
        new(texts["attempts"], x => x.Recipient.Attempts),
        new(texts["sent.at"], x => x.Recipient.AcceptedAt),
        new(texts["delivered.at"], x => x.Recipient.DeliveredAt),
        new(texts["segments"], x => x.Message.Segments),
        new(texts["text"], x => x.Message.Text),
    ];
}
