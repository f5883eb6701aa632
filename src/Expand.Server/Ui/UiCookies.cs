using Microsoft.AspNetCore.Localization;

namespace Expand.Server.Ui;

/// <summary>What a browser is asked to remember of a visitor's choices; neither says who the visitor is.</summary>
internal static class UiCookies
{
    /// <summary>The language, in the form of <see cref="CookieRequestCultureProvider"/>.</summary>
    public const string Language = "expand.language";

    /// <summary><c>dark</c> or <c>light</c>; missing: as the system is set. Written by <c>expand.js</c>.</summary>
    public const string Theme = "expand.theme";

    /// <summary>True or false where the visitor has chosen, else null.</summary>
    public static bool? Dark(HttpContext http) => http.Request.Cookies[Theme] switch
    {
        "dark" => true,
        "light" => false,
        _ => null,
    };

    public static void SetLanguage(HttpContext http, string language) =>
        http.Response.Cookies.Append(Language, CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(language)), new CookieOptions
        {
            MaxAge = TimeSpan.FromDays(365),
            SameSite = SameSiteMode.Lax,
            HttpOnly = true,
            IsEssential = true,
            Secure = http.Request.IsHttps,
        });
}
