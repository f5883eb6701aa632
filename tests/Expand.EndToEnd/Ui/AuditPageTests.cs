using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI")]
public sealed class AuditPageTests(UiWorld world)
{
    [Fact]
    public async Task What_happens_shows_up_by_itself_is_found_by_text_and_goes_out_as_a_file()
    {
        await using var admin = await world.VisitAsync();
        await admin.TrySignInAsync(admin.Server.Credentials.AdminUser, admin.Server.Credentials.AdminPassword, "/configuracion/sistema/auditoria");
        await Expect(admin.Page.GetByText("Entró").First).ToBeVisibleAsync();
        var stranger = "nadie-" + Guid.NewGuid().ToString("N")[..8];
        await using var other = await world.VisitAsync();
        await other.TrySignInAsync(stranger, "no es esta");
        var row = admin.Page.Locator("tbody tr", new() { HasText = stranger });
        await Expect(row).ToContainTextAsync("Entrada rechazada");
        await Expect(row).ToContainTextAsync("signin.refused");
        await row.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(admin.Dialog).ToContainTextAsync("127.0.0.1");
        await admin.Button("Cerrar").ClickAsync();

        await admin.Page.GetByLabel("Sobre qué, detalle o dirección").FillAsync(stranger);
        await Expect(admin.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        Assert.Contains("texto=" + stranger, admin.Page.Url, StringComparison.Ordinal);
        await admin.Button("Exportar").ClickAsync();
        var download = await admin.Page.RunAndWaitForDownloadAsync(() => admin.Page.GetByText("CSV", new() { Exact = true }).ClickAsync());
        using var file = new StreamReader(await download.CreateReadStreamAsync());
        Assert.Contains(stranger, await file.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
