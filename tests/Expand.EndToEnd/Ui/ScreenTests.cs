using Expand.Server.Access;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

/// <summary>
/// Pictures for somebody to look at, and a check that no dialog is wider than a phone. With the variable <c>EXPAND_SCREENSHOTS</c> (a folder)
/// every page is taken too, at a desk and on a phone, light and dark; the tour (TourTests) visits them all in any case.
/// </summary>
[Collection("web UI")]
public sealed class ScreenTests(UiWorld world)
{
    private static readonly string? Wanted = Environment.GetEnvironmentVariable("EXPAND_SCREENSHOTS");
    private static readonly string Folder = Wanted ?? Path.Combine(AppContext.BaseDirectory, "screenshots");

    /// <summary>Two of the four where nobody wants pictures: both sizes and both themes are in them.</summary>
    public static TheoryData<int, int, ColorScheme> Screens => Wanted is null
        ? new() { { 1280, 800, ColorScheme.Light }, { 390, 844, ColorScheme.Dark } }
        : new() { { 1280, 800, ColorScheme.Light }, { 1280, 800, ColorScheme.Dark }, { 390, 844, ColorScheme.Light }, { 390, 844, ColorScheme.Dark } };

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task Every_page_at_a_desk_and_on_a_phone_light_and_dark(int width, int height, ColorScheme scheme)
    {
        var name = $"{scheme}-{width}".ToLowerInvariant();
        await KeysAsync(name, width, height, scheme);
        if (Wanted is null) return;
        foreach (var part in Tour.Parts)
        {
            var user = part == Roles.Agent ? await world.AddUserAsync(part) : (world.Server.Credentials.AdminUser, world.Server.Credentials.AdminPassword);
            await using var visitor = await world.VisitAsync(width: width, height: height, scheme: scheme);
            await visitor.TrySignInAsync(user.Item1, user.Item2);
            foreach (var path in Tour.Pages.Where(p => p.Part == part).Select(p => p.Path))
            {
                await visitor.SettleAtAsync(path);
                await visitor.Page.WaitForTimeoutAsync(500);
                await TakeAsync(visitor, $"{path.Trim('/').Replace('/', '-')}-{name}");
            }
        }
    }

    private async Task KeysAsync(string name, int width, int height, ColorScheme scheme)
    {
        await using var admin = await world.VisitAsync(width: width, height: height, scheme: scheme);
        await admin.Page.GotoAsync("/entrar");
        await TakeAsync(admin, $"entrar-{name}");
        await admin.TrySignInAsync("nadie", "no es esta");
        await TakeAsync(admin, $"entrar-mal-{name}");
        await admin.Page.GotoAsync("/no-encontrada");
        await TakeAsync(admin, $"no-encontrada-{name}");
        await admin.OpenKeysAsync();
        await admin.Button("Nueva clave").ClickAsync();
        await admin.Page.GetByText("Solo estas").ClickAsync();
        await admin.Dialog.GetByLabel("Direcciones de origen").FillAsync("mal");
        await admin.Dialog.GetByLabel("Descripción").FillAsync("CRM de ventas");
        await admin.Page.GetByLabel("cdrData", new() { Exact = true }).CheckAsync();
        await admin.Button("Crear").ClickAsync();
        await Expect(admin.Dialog.GetByText("«mal» no es")).ToBeVisibleAsync();
        await TakeAsync(admin, $"clave-nueva-{name}");
        await admin.Dialog.GetByLabel("Direcciones de origen").FillAsync("");
        await admin.Button("Crear").ClickAsync();
        await Expect(admin.Page.GetByLabel("La clave nueva")).ToBeVisibleAsync();
        await TakeAsync(admin, $"clave-secreto-{name}");
        await admin.Button("Ya la guardé").ClickAsync();
        await Expect(admin.Dialog).ToHaveCountAsync(0);
        await admin.Button("Revocar CRM de ventas").First.ClickAsync();
        await TakeAsync(admin, $"clave-revocar-{name}");
        await admin.Dialog.GetByRole(AriaRole.Button, new() { Name = "Revocar", Exact = true }).ClickAsync();
        await Expect(admin.Dialog).ToHaveCountAsync(0);
        await admin.Button("Su cuenta").ClickAsync();
        await Expect(admin.Page.GetByText("Salir", new() { Exact = true })).ToBeVisibleAsync();
        await TakeAsync(admin, $"menu-cuenta-{name}");
    }

    private static async Task TakeAsync(Visitor visitor, string name)
    {
        await CaptureAsync(visitor.Page, Path.Combine(Folder, name + ".png"));
        Assert.True(await visitor.ExcessWidthAsync() == 0, $"{name} is {await visitor.ExcessWidthAsync()} px wider than its screen");
    }

    /// <summary>On a machine that is busy Chromium now and then has no picture of a page to give; the page is there all the same.</summary>
    private static async Task CaptureAsync(IPage page, string file)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await page.ScreenshotAsync(new() { Path = file, Animations = ScreenshotAnimations.Disabled });
                return;
            }
            catch (PlaywrightException busy) when (attempt < 4 && busy.Message.Contains("Unable to capture screenshot", StringComparison.Ordinal))
            {
                await page.WaitForTimeoutAsync(500);
            }
        }
    }
}
