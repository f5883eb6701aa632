using Expand.Server.Platform.Rest;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Localization;
using MudBlazor;
using MudBlazor.Services;

namespace Expand.Server.Ui;

/// <summary>The web UI's shell: layout, theme, texts, sign-in; the pages themselves stand in their rooms.</summary>
internal static class UiModule
{
    /// <summary>Languages of the pages, the first one by default.</summary>
    public static readonly string[] Languages = ["es", "en"];

    public static IServiceCollection AddUi(this IServiceCollection services)
    {
        services.AddLocalization();
        services.Configure<RequestLocalizationOptions>(options =>
        {
            options.SetDefaultCulture(Languages[0]).AddSupportedCultures(Languages).AddSupportedUICultures(Languages);
            options.RequestCultureProviders =
                [new CookieRequestCultureProvider { CookieName = UiCookies.Language }, new AcceptLanguageHeaderRequestCultureProvider()];
        });
        services.AddAntiforgery(options => options.Cookie.Name = "expand.form");
        services.ConfigureApplicationCookie(cookie =>
        {
            cookie.Cookie.Name = "expand.session";
            cookie.ExpireTimeSpan = TimeSpan.FromHours(12);
            cookie.LoginPath = UiDoors.SignIn;
            cookie.AccessDeniedPath = UiDoors.NoAccess;
            cookie.ReturnUrlParameter = UiDoors.ReturnUrl;
        });
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, SessionCheck>();
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices(mud => mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomCenter);
        PromptKeys.Register(services);
        services.AddTransient<MudLocalizer, MudTexts>();
        services.AddSingleton<Wallboard.Wall>().AddSingleton<Guide.GuideFacts>();
        return services;
    }

    public static WebApplication MapUi(this WebApplication app)
    {
        app.UseWhen(context => UiDoors.IsPage(context.Request.Path), pages =>
        {
            pages.UseRequestLocalization();
            pages.Use(PageHeaders.AddAsync);
            pages.UseExceptionHandler(UiDoors.Error, createScopeForErrors: true);
            pages.Use(UiDoors.ForgiveStaleFormAsync);
            pages.UseWhen(context => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method),
                reads => reads.UseStatusCodePagesWithReExecute(UiDoors.NotFound, createScopeForStatusCodePages: true));
        });
        // By name and here, and not at the front by themselves: the error pages above find their own route anew.
        app.UseRouting();
        // The session's cookie is nothing to the REST API: its routes name their own scheme, and each request would be asked twice who it is. The host, which
        // looks for the middleware by this name, would put another one in front of everything else.
        ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true;
        app.UseWhen(http => !http.Request.Path.StartsWithSegments(RestRoutes.Root), others => others.UseAuthentication());
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapUiDoors();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options =>
            // Said by PageHeaders, with the rest of the policy.
            options.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }
}
