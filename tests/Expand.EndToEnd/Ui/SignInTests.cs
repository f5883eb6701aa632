using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI")]
public sealed class SignInTests(UiWorld world)
{
    private const string Refused = "El usuario o la contraseña no son correctos.";
    private const string Locked = "Demasiados intentos fallidos. Espere cinco minutos y vuelva a probar.";

    [Fact]
    public async Task A_page_asks_who_is_there_and_is_shown_after_signing_in()
    {
        await using var visitor = await world.VisitAsync();
        await visitor.Page.GotoAsync(Visitor.KeysPage);
        await Expect(visitor.Page).ToHaveURLAsync(new Regex("/entrar\\?returnUrl="));
        await visitor.OpenKeysAsync();
        await Waiting.UntilAsync(async () => await world.AuditedAsync("signin.accepted", visitor.Server.Credentials.AdminUser) > 0, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_wrong_password_and_a_wrong_name_are_told_alike_and_audited()
    {
        var (name, _) = await world.AddUserAsync("agent");
        await using var visitor = await world.VisitAsync();
        await visitor.TrySignInAsync(name, "no es esta");
        await Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync(Refused);
        await visitor.TrySignInAsync("nadie-" + name, "no es esta");
        await Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync(Refused);
        await Waiting.UntilAsync(async () => await world.AuditedAsync("signin.refused", name) == 1, TimeSpan.FromSeconds(10));
        await Waiting.UntilAsync(async () => await world.AuditedAsync("signin.refused", "nadie-" + name) == 1, TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_fifth_failure_locks_a_name_out_whether_somebody_has_it_or_not(bool exists)
    {
        var (name, password) = exists ? await world.AddUserAsync("agent") : ("nadie-" + Guid.NewGuid().ToString("N"), "x");
        await using var visitor = await world.VisitAsync();
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            await visitor.TrySignInAsync(name, "no es esta");
            await Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync(attempt < 5 ? Refused : Locked);
        }

        await visitor.TrySignInAsync(name, password);
        await Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync(Locked);
    }

    [Theory]
    [InlineData("https://example.org/")]
    [InlineData("//example.org")]
    [InlineData("/\\example.org")]
    [InlineData("~//example.org")]
    public async Task A_return_address_on_another_host_is_not_followed(string address)
    {
        await using var visitor = await world.VisitAsync();
        var admin = visitor.Server.Credentials;
        await visitor.TrySignInAsync(admin.AdminUser, admin.AdminPassword, "/entrar?returnUrl=" + Uri.EscapeDataString(address));
        await Expect(visitor.Page).ToHaveURLAsync(visitor.Server.Url + "/inicio");
        Assert.All(visitor.Requests, request => Assert.DoesNotContain("example.org", new Uri(request).Host, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        await using var visitor = await world.VisitAsync();
        await visitor.OpenKeysAsync();
        await visitor.Button("Su cuenta").ClickAsync();
        await visitor.Page.GetByText("Salir", new() { Exact = true }).ClickAsync();
        await Expect(visitor.Page).ToHaveURLAsync(new Regex("/entrar"));
        await visitor.Page.GotoAsync(Visitor.KeysPage);
        await Expect(visitor.Page).ToHaveURLAsync(new Regex("/entrar"));
    }

    [Fact]
    public async Task A_form_without_the_antiforgery_token_does_nothing_and_leads_back_to_the_start()
    {
        await using var visitor = await world.VisitAsync();
        var admin = visitor.Server.Credentials;
        var given = $"_handler=sign-in&Given.Username={admin.AdminUser}&Given.Password={admin.AdminPassword}";
        var signIn = await visitor.Page.APIRequest.PostAsync("/entrar", new() { DataString = given, Headers = Form, MaxRedirects = 0 });
        Assert.Equal((302, "/"), (signIn.Status, signIn.Headers["location"]));
        Assert.DoesNotContain(await visitor.Page.Context.CookiesAsync(), cookie => cookie.Name == "expand.session");

        await visitor.OpenKeysAsync();
        var signOut = await visitor.Page.APIRequest.PostAsync("/salir", new() { DataString = "returnUrl=/", Headers = Form, MaxRedirects = 0 });
        Assert.Equal((302, "/"), (signOut.Status, signOut.Headers["location"]));
        Assert.Contains(await visitor.Page.Context.CookiesAsync(), cookie => cookie.Name == "expand.session");
    }

    [Fact]
    public async Task Another_profile_is_told_that_the_page_is_not_for_it()
    {
        var (name, password) = await world.AddUserAsync("supervisor");
        await using var visitor = await world.VisitAsync();
        await visitor.TrySignInAsync(name, password, Visitor.KeysPage);
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Sin acceso" })).ToBeVisibleAsync();
        Assert.DoesNotContain("Nueva clave", await visitor.Page.ContentAsync(), StringComparison.Ordinal);
        await visitor.Page.GotoAsync("/");
        await Expect(visitor.Page).ToHaveURLAsync(visitor.Server.Url + "/supervision/tablero");
    }

    private static Dictionary<string, string> Form => new() { ["Content-Type"] = "application/x-www-form-urlencoded" };
}
