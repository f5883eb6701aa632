using System.Text.RegularExpressions;
using Expand.Server.Access;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI")]
public sealed class AccountPageTests(UiWorld world)
{
    [Fact]
    public async Task A_second_factor_turned_on_in_the_browser_is_asked_for_when_signing_in_and_can_be_turned_off()
    {
        var (name, password) = await world.AddUserAsync("supervisor");
        await using var visitor = await world.VisitAsync();
        await visitor.TrySignInAsync(name, password, "/cuenta");
        await visitor.Page.GetByText("Activar el segundo factor").ClickAsync();
        var key = Regex.Replace(await visitor.Page.Locator("[data-test=factor-key]").InnerTextAsync(), "\\s", "");
        Assert.True(await visitor.Page.GetByAltText("Código QR").EvaluateAsync<bool>("image => image.complete && image.naturalWidth > 0"));
        var confirmed = Step();
        await visitor.Page.Locator("#code").FillAsync(TotpCode.Of(key, confirmed));
        await visitor.Page.Locator("#current").FillAsync(password);
        await SubmitAsync(visitor);
        var codes = await visitor.Page.Locator("[data-test=recovery-codes] li").AllInnerTextsAsync();
        Assert.Equal(10, codes.Count);
        await visitor.Page.GetByText("Ya los guardé").ClickAsync();
        // This session goes on.
        await Expect(visitor.Page.GetByText("Está activado: al entrar")).ToBeVisibleAsync();

        await using var another = await world.VisitAsync();
        await another.TrySignInAsync(name, password, "/entrar?returnUrl=/cuenta");
        await Expect(another.Page).ToHaveURLAsync(new Regex("/entrar/codigo\\?returnUrl="));
        await CodeAsync(another, TotpCode.Of(key, confirmed));
        await Expect(another.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("ya se usó");
        await CodeAsync(another, TotpCode.Of(key, confirmed + 1));
        await Expect(another.Page).ToHaveURLAsync(another.Server.Url + "/cuenta");

        await another.Page.GetByText("Desactivar el segundo factor").ClickAsync();
        await another.Page.Locator("#current").FillAsync("no es esta");
        await SubmitAsync(another);
        await Expect(another.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("No es la contraseña de esta cuenta.");
        await another.Page.Locator("#current").FillAsync(password);
        await SubmitAsync(another);
        await Expect(another.Page.GetByText("El segundo factor está desactivado.")).ToBeVisibleAsync();
        Assert.Equal(1, await world.AuditedAsync("second-factor.off", $"user {await world.UserIdAsync(name)} "));
    }

    [Fact]
    public async Task The_own_password_is_changed_and_this_session_goes_on()
    {
        var (name, password) = await world.AddUserAsync("agent");
        await using var visitor = await world.VisitAsync();
        await visitor.TrySignInAsync(name, password, "/cuenta");
        await visitor.Page.GetByText("Cambiar la contraseña").ClickAsync();
        await visitor.Page.Locator("#current").FillAsync(password);
        await visitor.Page.Locator("#password").FillAsync("una bastante larga");
        await visitor.Page.Locator("#again").FillAsync("otra bastante larga");
        await SubmitAsync(visitor);
        await Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Las dos no son iguales.");
        await visitor.Page.Locator("#current").FillAsync(password);
        await visitor.Page.Locator("#password").FillAsync("una bastante larga");
        await visitor.Page.Locator("#again").FillAsync("una bastante larga");
        await SubmitAsync(visitor);
        await Expect(visitor.Page.GetByText("Su contraseña está cambiada.")).ToBeVisibleAsync();
        await using var another = await world.VisitAsync();
        await another.TrySignInAsync(name, "una bastante larga", "/cuenta");
        await Expect(another.Page.GetByRole(AriaRole.Heading, new() { Name = "Mi cuenta" })).ToBeVisibleAsync();
        Assert.Empty(visitor.Complaints);
    }

    private static long Step() => DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30;

    private static async Task CodeAsync(Visitor visitor, string code)
    {
        await visitor.Page.Locator("#code").FillAsync(code);
        await SubmitAsync(visitor);
    }

    private static Task SubmitAsync(Visitor visitor) => visitor.Page.Locator("form.x-card button[type=submit]").ClickAsync();
}
