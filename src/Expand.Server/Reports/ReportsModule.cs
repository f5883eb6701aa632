using Expand.Server.Access;
using Microsoft.Extensions.Primitives;

namespace Expand.Server.Reports;

/// <summary>What supervisors ask of what was written down: pages and files, with the numbers of the SOAP reports.</summary>
internal static class ReportsModule
{
    public static IServiceCollection AddReports(this IServiceCollection services)
    {
        services.AddLocalization();
        return services.AddSingleton<ReportNames>().AddSingleton<AgentReport>().AddSingleton<ReportFiles>();
    }

    /// <summary>The files, beside their pages and with the same query.</summary>
    public static WebApplication MapReports(this WebApplication app)
    {
        var reports = app.MapGroup("/informes").RequireAuthorization(policy => policy.RequireRole(Roles.Supervisor)).ExcludeFromDescription();
        reports.MapGet("/servicio/exportar", (HttpContext http, ReportFiles files) => files.Service(Asked(http), http.RequestAborted));
        reports.MapGet("/colas/exportar", (HttpContext http, ReportFiles files) => files.Activities(Asked(http), http.RequestAborted));
        reports.MapGet("/agentes/exportar", (HttpContext http, ReportFiles files) => files.Agents(Asked(http), http.RequestAborted));
        reports.MapGet("/sesiones/exportar", (HttpContext http, ReportFiles files) => files.Sessions(Asked(http), http.RequestAborted));
        reports.MapGet("/llamadas/exportar", (HttpContext http, ReportFiles files) => files.Calls(Asked(http), http.RequestAborted));
        reports.MapGet("/grabaciones/exportar", (HttpContext http, ReportFiles files) => files.Recordings(Asked(http), http.RequestAborted));
        return app;
    }

    private static ReportFilter Asked(HttpContext http) => ReportFilter.Read((IEnumerable<KeyValuePair<string, StringValues>>)http.Request.Query);
}
