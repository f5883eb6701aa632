using Expand.Server.Access;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Expand.Server.Ui;

/// <summary>The web UI's addresses that are not a room's page.</summary>
internal static class UiDoors
{
    public const string SignIn = "/entrar";
    public const string SignInCode = "/entrar/codigo";
    public const string SignOut = "/salir";
    public const string NoAccess = "/sin-acceso";
    public const string NotFound = "/no-encontrada";
    public const string Error = "/error";
    public const string Language = "/idioma";
    public const string Account = "/cuenta";
    public const string OwnPassword = "/cuenta/contrasena";
    public const string SecondFactor = "/cuenta/segundo-factor";
    public const string SecondFactorOff = "/cuenta/segundo-factor/desactivar";
    public const string RecoveryCodes = "/cuenta/codigos";

    // The pages, by whose they are. A page's own file says the same address once more: a route is a constant of its room.
    public const string Guide = "/inicio";
    public const string Keys = "/configuracion/sistema/claves";
    public const string Users = "/configuracion/sistema/usuarios";
    public const string Credentials = "/configuracion/sistema/credenciales";
    public const string Pbx = "/configuracion/sistema/pbx";
    public const string AuditLog = "/configuracion/sistema/auditoria";
    public const string Inspector = "/configuracion/sistema/inspector";
    public const string Queues = "/configuracion/colas";
    public const string PauseReasons = "/configuracion/pausas";
    public const string Lists = "/configuracion/listas";
    public const string Forms = "/administracion/ajustes/formularios";
    public const string CdrCustom = "/administracion/ajustes/cdrcustom";
    public const string Wallboard = "/supervision/tablero";
    public const string PendingCalls = "/supervision/llamadas-pendientes";
    public const string CallReport = "/informes/llamadas";
    public const string QueueReport = "/informes/colas";
    public const string AgentReport = "/informes/agentes";
    public const string SessionReport = "/informes/sesiones";
    public const string ServiceReport = "/informes/servicio";
    public const string Recordings = "/informes/grabaciones";
    public const string Sms = "/supervision/sms";
    public const string Campaigns = "/supervision/campanas";
    public const string DoNotCall = "/supervision/no-llamar";
    public const string DialerSettings = "/configuracion/sistema/marcador";
    public const string SmsSettings = "/configuracion/sistema/sms";
    public const string RecordingSettings = "/configuracion/sistema/grabaciones";
    public const string CrmServices = "/configuracion/sistema/webservices";
    public const string Webhooks = "/configuracion/sistema/webhooks";
    public const string Desk = "/agente";

    /// <summary>Name of the query parameter that says where to go on after signing in.</summary>
    public const string ReturnUrl = "returnUrl";

    private static readonly PathString[] NotPages = ["/apiws", "/expandweb3", "/healthz", "/metrics"];

    /// <summary>The pages and doors with forms over plain HTTP.</summary>
    private static readonly PathString[] FormPages = [SignIn, SignOut, Account];

    /// <summary>Whether a request is the browser's, and not a program's.</summary>
    public static bool IsPage(PathString path) => !Array.Exists(NotPages, other => path.StartsWithSegments(other));

    /// <summary>The address where it leads to this host, else the start page: nobody is sent elsewhere by a link to the sign-in page.</summary>
    public static string Local(string? url) => RedirectHttpResult.IsLocalUrl(url) && !url!.StartsWith('~') ? url : "/";

    /// <summary>The address, with where to go on after signing in.</summary>
    public static string WithReturn(string page, string? returnUrl) =>
        string.IsNullOrEmpty(returnUrl) ? page : $"{page}?{ReturnUrl}={Uri.EscapeDataString(returnUrl)}";

    public static void MapUiDoors(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", Start).RequireAuthorization();
        routes.MapGet(Language, ChangeLanguage);
        routes.MapPost(SignOut, SignOutAsync);
    }

    /// <summary>
    /// A form from before another sign-in in the same browser is refused (400) for its antiforgery token. Nothing was done; its sender goes
    /// on from the start, and not from an empty page.
    /// </summary>
    public static async Task ForgiveStaleFormAsync(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (http.Response is not { StatusCode: StatusCodes.Status400BadRequest, HasStarted: false } || !HttpMethods.IsPost(http.Request.Method)
            || !Array.Exists(FormPages, form => http.Request.Path.StartsWithSegments(form))) return;
        http.Response.Clear();
        http.Response.Redirect("/");
    }

    /// <summary>Everybody begins where their day does.</summary>
    private static RedirectHttpResult Start(HttpContext http) => TypedResults.LocalRedirect(
        http.User.IsInRole(Roles.Administrator) ? Guide
        : http.User.IsInRole(Roles.Supervisor) ? Wallboard
        : http.User.IsInRole(Roles.Agent) ? Desk : NoAccess);

    private static RedirectHttpResult ChangeLanguage(HttpContext http, string? language, string? returnUrl)
    {
        if (UiModule.Languages.Contains(language)) UiCookies.SetLanguage(http, language!);
        return TypedResults.LocalRedirect(Local(returnUrl));
    }

    /// <summary>The form parameter makes the antiforgery token a must: no other site signs anybody out.</summary>
    private static async Task<RedirectHttpResult> SignOutAsync(SignInManager<User> signIns, [FromForm] string? returnUrl)
    {
        await signIns.SignOutAsync();
        return TypedResults.LocalRedirect(Local(returnUrl ?? SignIn));
    }
}
