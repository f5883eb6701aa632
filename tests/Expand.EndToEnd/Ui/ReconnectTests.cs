using Expand.Server.Access;
using Expand.TestKit;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI")]
public sealed class ReconnectTests(UiWorld world)
{
    /// <summary>A browser whose connections can be broken: those that there are, and while it lasts those that it tries anew.</summary>
    private const string Breakable =
        """
        window.sockets = [];
        const Real = WebSocket;
        window.WebSocket = class extends Real { constructor(...args) { super(...args); window.sockets.push(this); } };
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_whose_connection_breaks_says_so_and_goes_on_by_itself()
    {
        var (name, password) = await world.AddUserAsync(Roles.Supervisor);
        await using var supervisor = await world.VisitAsync();
        var (page, away) = (supervisor.Page, false);
        await page.AddInitScriptAsync(Breakable);
        await page.RouteAsync("**/_blazor/**", route => Volatile.Read(ref away) ? route.AbortAsync() : route.ContinueAsync());
        await supervisor.TrySignInAsync(name, password, "/supervision/tablero");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Tablero" })).ToBeVisibleAsync();
        using var soap = new SoapCaller(supervisor.Server.Url, supervisor.Server.Credentials.AuthorizedKey);

        Volatile.Write(ref away, true);
        await page.EvaluateAsync("window.sockets.forEach(s => s.close())");
        await Expect(page.GetByText("Se perdió la conexión con el servidor")).ToBeVisibleAsync();
        Assert.Equal("true", await soap.CallAsync("loginAgent", Ct, "108", "705"));
        try
        {
            Volatile.Write(ref away, false);
            await Expect(page.GetByText("Se perdió la conexión con el servidor")).ToBeHiddenAsync();
            // What happened meanwhile is there, in the page that was open.
            await Expect(page.Locator("tbody tr", new() { HasText = "108" }).First).ToBeVisibleAsync();
        }
        finally
        {
            await soap.CallAsync("logoutAgent", Ct, "108");
        }
    }
}
