using Expand.Server.Access;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Expand.Server.Ui;

/// <summary>The web UI's addresses that are not a room's page.</summary>
internal static class UiDoors
{
    public const string SignIn = "/entrar";
    public const string SignOut = "/salir";
    public const string NoAccess = "/sin-acceso";
    public const string NotFound = "/no-encontrada";
    public const string Error = "/error";
    public const string Language = "/idioma";
    public const string Keys = "/configuracion/sistema/claves";

    /// <summary>Name of the query parameter that says where to go on after signing in.</summary>
    public const string ReturnUrl = "returnUrl";

    private static readonly PathString[] NotPages = ["/apiws", "/expandweb3", "/healthz", "/metrics"];

    /// <summary>Whether a request is the browser's, and not a program's.</summary>
    public static bool IsPage(PathString path) => !Array.Exists(NotPages, other => path.StartsWithSegments(other));

    /// <summary>The address where it leads to this host, else the start page: nobody is sent elsewhere by a link to the sign-in page.</summary>
    public static string Local(string? url) => RedirectHttpResult.IsLocalUrl(url) && !url!.StartsWith('~') ? url : "/";

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
            || (http.Request.Path != SignIn && http.Request.Path != SignOut)) return;
        http.Response.Clear();
        http.Response.Redirect("/");
    }

    private static RedirectHttpResult Start(HttpContext http) =>
        TypedResults.LocalRedirect(http.User.IsInRole(Roles.Administrator) ? Keys : NoAccess);

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
