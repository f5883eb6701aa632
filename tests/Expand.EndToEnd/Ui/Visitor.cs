using System.Collections.Concurrent;
using Expand.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

/// <summary>Somebody with a browser. What the browser complains of, and where it goes, is noted.</summary>
public sealed class Visitor : IAsyncDisposable
{
    public const string KeysPage = "/configuracion/sistema/claves";
    private readonly IBrowserContext context;

    internal Visitor(ServerFixture server, IBrowserContext context, IPage page)
    {
        Server = server;
        this.context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") Complaints.Add($"{message.Type}: {message.Text} ({message.Location})");
        };
        // An event of an element that was rendered anew meanwhile: its handler is gone, and what it told with it. What fails in a handler ends the circuit, and
        // that is told otherwise.
        page.PageError += (_, error) =>
        {
            if (!error.StartsWith("Error: There was an exception invoking 'DispatchEventAsync'", StringComparison.Ordinal)) Complaints.Add(error);
        };
        context.Request += (_, request) => Requests.Add(request.Url);
        page.WebSocket += (_, socket) => Requests.Add(socket.Url);
    }

    public IPage Page { get; }

    public ServerFixture Server { get; }

    public ConcurrentBag<string> Complaints { get; } = [];

    public ConcurrentBag<string> Requests { get; } = [];

    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    public async Task TrySignInAsync(string user, string password, string path = "/entrar")
    {
        await Page.GotoAsync(path);
        await Page.Locator("#username").FillAsync(user);
        await Page.Locator("#password").FillAsync(password);
        await Page.Locator("form button[type=submit]").ClickAsync();
    }

    /// <summary>As the administrator, up to the live page Claves.</summary>
    public async Task OpenKeysAsync()
    {
        await TrySignInAsync(Server.Credentials.AdminUser, Server.Credentials.AdminPassword, KeysPage);
        await Expect(Page).ToHaveURLAsync(Server.Url + KeysPage);
        await Expect(Row("Primera clave")).ToBeVisibleAsync();
    }

    /// <summary>Opens a page and waits until it shows what it has: its heading is there, and nothing loads any more.</summary>
    public async Task SettleAtAsync(string path)
    {
        await Page.GotoAsync(path);
        await Expect(Page.Locator("h1").First).ToBeVisibleAsync();
        await Expect(Page.Locator("main .mud-progress-linear")).ToHaveCountAsync(0);
    }

    /// <summary>By how many pixels the page is wider than the screen; 0 where it is not.</summary>
    public async Task<int> ExcessWidthAsync() =>
        Math.Max(0, await Page.EvaluateAsync<int>("document.documentElement.scrollWidth") - Page.ViewportSize!.Width);

    public ILocator Row(string description) => Page.Locator("tbody tr", new() { Has = Page.GetByText(description, new() { Exact = true }) });

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    /// <summary>
    /// Chooses from the list that is open and presses a button before the server has answered anything: as fast as anybody on any line.
    /// </summary>
    public static async Task ChooseAndPressAsync(IPage page, string option, ILocator button)
    {
        var item = page.Locator(".mud-popover-open .mud-list-item", new() { HasText = option });
        await Expect(item).ToBeVisibleAsync();
        var pressed = await button.ElementHandleAsync();
        await item.EvaluateAsync("(item, button) => { item.click(); button.click(); }", pressed);
    }

    /// <summary>Makes a key in the page and returns the secret that it shows.</summary>
    public async Task<string> MakeKeyAsync(string description, params string[] operations)
    {
        await Button("Nueva clave").ClickAsync();
        await Dialog.GetByLabel("Descripción").FillAsync(description);
        if (operations.Length > 0)
        {
            await Page.GetByText("Solo estas").ClickAsync();
            foreach (var operation in operations) await Page.GetByLabel(operation, new() { Exact = true }).CheckAsync();
        }

        await Button("Crear").ClickAsync();
        var secret = await Page.GetByLabel("La clave nueva").InputValueAsync();
        await Button("Ya la guardé").ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);
        await Expect(Row(description)).ToBeVisibleAsync();
        return secret;
    }
}
