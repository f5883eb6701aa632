using System.Collections.Concurrent;
using Expand.Server.Access;
using Expand.TestKit;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI")]
public sealed class ReconnectTests(UiWorld world)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_whose_connection_breaks_says_so_and_goes_on_by_itself()
    {
        var (name, password) = await world.AddUserAsync(Roles.Supervisor);
        await using var supervisor = await world.VisitAsync();
        var (page, sockets, broken) = (supervisor.Page, new ConcurrentBag<IWebSocketRoute>(), false);
        await page.RouteWebSocketAsync("**/_blazor**", socket =>
        {
            if (Volatile.Read(ref broken))
            {
                _ = socket.CloseAsync();
                return;
            }

            socket.ConnectToServer();
            sockets.Add(socket);
        });
        await supervisor.TrySignInAsync(name, password, "/supervision/tablero");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Colas" }).First).ToBeVisibleAsync();
        using var soap = new SoapCaller(supervisor.Server.Url, supervisor.Server.Credentials.AuthorizedKey);

        Volatile.Write(ref broken, true);
        foreach (var socket in sockets) await socket.CloseAsync();
        await Expect(page.GetByText("Se perdió la conexión con el servidor")).ToBeVisibleAsync();
        Assert.Equal("true", await soap.CallAsync("loginAgent", Ct, "108", "705"));
        try
        {
            Volatile.Write(ref broken, false);
            await Expect(page.GetByText("Se perdió la conexión con el servidor")).ToBeHiddenAsync();
            // What happened meanwhile is there, in the page that was open.
            await Expect(page.Locator("tbody tr", new() { HasText = "108" }).First).ToBeVisibleAsync();
        }
        finally
        {
            await soap.CallAsync("logoutAgent", Ct, "108");
        }

        await Expect(page.Locator("tbody tr", new() { HasText = "108" })).ToHaveCountAsync(0);
    }
}
