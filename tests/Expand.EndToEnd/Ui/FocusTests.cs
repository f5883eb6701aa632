using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

/// <summary>Pages read anew every second or two: whoever goes through a table with the keyboard stays where they are.</summary>
[Collection("web UI")]
public sealed class FocusTests(UiWorld world)
{
    [Theory]
    [InlineData("/configuracion/colas")]
    [InlineData("/configuracion/listas")]
    [InlineData("/administracion/ajustes/formularios")]
    [InlineData("/supervision/llamadas-pendientes")]
    public async Task The_focus_stays_in_a_table_that_is_read_anew(string path)
    {
        await using var admin = await world.VisitAsync();
        await admin.TrySignInAsync(admin.Server.Credentials.AdminUser, admin.Server.Credentials.AdminPassword, path);
        var button = admin.Page.Locator("main tbody .x-actions").GetByRole(AriaRole.Button).First;
        // The page begins at its heading; the rows may be there before that.
        await Expect(admin.Page.Locator("h1")).ToBeFocusedAsync();
        await button.FocusAsync();
        await admin.Page.WaitForTimeoutAsync(2_600);
        // Now, not once it may be: asked once.
        Assert.Equal("", await button.EvaluateAsync<string>("button => button === document.activeElement ? '' : document.activeElement.outerHTML.slice(0, 300)"));
    }
}
