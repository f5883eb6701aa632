using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI")]
public sealed class PbxPageTests(UiWorld world)
{
    [Fact]
    public async Task An_extension_named_in_the_page_has_that_name_in_extensionPbx_until_it_is_taken_back()
    {
        await using var admin = await world.VisitAsync();
        await admin.TrySignInAsync(admin.Server.Credentials.AdminUser, admin.Server.Credentials.AdminPassword, "/configuracion/sistema/pbx");
        await Expect(admin.Page.GetByText("Conectada", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(admin.Page.GetByText("Al día: lo lee este servidor")).ToHaveCountAsync(2);

        await admin.Button("Nombrar 701").ClickAsync();
        await admin.Dialog.GetByLabel("Nombre").FillAsync("Con \"comillas\"");
        await admin.Button("Guardar").ClickAsync();
        await Expect(admin.Dialog.GetByText("Hasta 60 caracteres, sin comillas")).ToBeVisibleAsync();
        await admin.Dialog.GetByLabel("Nombre").FillAsync("Recepción");
        await admin.Button("Guardar").ClickAsync();
        await Expect(admin.Row("701")).ToContainTextAsync("Puesto aquí");
        Assert.Contains("calleridName=\"Recepci", await admin.Server.ExtensionsAsync(admin.Server.Credentials.AuthorizedKey), StringComparison.Ordinal);

        await admin.Button("Nombrar 701").ClickAsync();
        await admin.Button("Usar el de la central").ClickAsync();
        await Expect(admin.Row("701")).Not.ToContainTextAsync("Puesto aquí");
        Assert.Equal(2, await world.AuditedAsync("extension.named", "extension 701"));
    }
}
