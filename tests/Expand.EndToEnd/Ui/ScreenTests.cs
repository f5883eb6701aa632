using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

/// <summary>Every page at a desk and on a phone, light and dark. The pictures are kept beside the tests, for somebody to look at.</summary>
[Collection("web UI")]
public sealed class ScreenTests(UiWorld world)
{
    private static readonly string Folder = Environment.GetEnvironmentVariable("EXPAND_SCREENSHOTS") ?? Path.Combine(AppContext.BaseDirectory, "screenshots");

    [Theory]
    [InlineData(1280, 800, ColorScheme.Light)]
    [InlineData(1280, 800, ColorScheme.Dark)]
    [InlineData(390, 844, ColorScheme.Light)]
    [InlineData(390, 844, ColorScheme.Dark)]
    public async Task No_page_is_wider_than_its_screen(int width, int height, ColorScheme scheme)
    {
        await using var admin = await world.VisitAsync(width: width, height: height, scheme: scheme);
        var name = $"{scheme}-{width}".ToLowerInvariant();
        await admin.Page.GotoAsync("/entrar");
        await TakeAsync(admin, $"entrar-{name}");
        await admin.TrySignInAsync("nadie", "no es esta");
        await TakeAsync(admin, $"entrar-mal-{name}");
        await admin.Page.GotoAsync("/no-encontrada");
        await TakeAsync(admin, $"no-encontrada-{name}");
        await admin.OpenKeysAsync();
        await TakeAsync(admin, $"claves-{name}");
        await admin.Button("Nueva clave").ClickAsync();
        await admin.Page.GetByText("Solo estas").ClickAsync();
        await admin.Dialog.GetByLabel("Direcciones de origen").FillAsync("mal");
        await admin.Dialog.GetByLabel("Descripción").FillAsync("CRM de ventas");
        await admin.Page.GetByLabel("cdrData", new() { Exact = true }).CheckAsync();
        await admin.Button("Crear").ClickAsync();
        await Expect(admin.Dialog.GetByText("«mal» no es")).ToBeVisibleAsync();
        await TakeAsync(admin, $"nueva-{name}");
        await admin.Dialog.GetByLabel("Direcciones de origen").FillAsync("");
        await admin.Button("Crear").ClickAsync();
        await Expect(admin.Page.GetByLabel("La clave nueva")).ToBeVisibleAsync();
        await TakeAsync(admin, $"secreto-{name}");
        await admin.Button("Ya la guardé").ClickAsync();
        await Expect(admin.Dialog).ToHaveCountAsync(0);
        await admin.Button("Revocar CRM de ventas").ClickAsync();
        await TakeAsync(admin, $"revocar-{name}");
        await admin.Dialog.GetByRole(AriaRole.Button, new() { Name = "Revocar", Exact = true }).ClickAsync();
        await Expect(admin.Dialog).ToHaveCountAsync(0);
        await TakeAsync(admin, $"lista-{name}");
        await admin.Button("Su cuenta").ClickAsync();
        await Expect(admin.Page.GetByText("Salir", new() { Exact = true })).ToBeVisibleAsync();
        await TakeAsync(admin, $"cuenta-{name}");
    }

    private static async Task TakeAsync(Visitor visitor, string name)
    {
        await CaptureAsync(visitor.Page, Path.Combine(Folder, name + ".png"));
        var (wide, shown) = (await visitor.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), visitor.Page.ViewportSize!.Width);
        Assert.True(wide <= shown, $"{name} is {wide} wide on a screen of {shown}");
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
