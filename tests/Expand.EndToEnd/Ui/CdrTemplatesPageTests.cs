using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI")]
public sealed class CdrTemplatesPageTests(UiWorld world)
{
    [Fact]
    public async Task A_template_is_tried_while_it_is_written_saved_and_reset()
    {
        await using var admin = await world.VisitAsync();
        await admin.TrySignInAsync(admin.Server.Credentials.AdminUser, admin.Server.Credentials.AdminPassword, "/administracion/ajustes/cdrcustom");
        var form = admin.Page.GetByRole(AriaRole.Form, new() { Name = "estado", Exact = true });
        var text = form.GetByLabel("Plantilla");
        await Expect(text).ToHaveValueAsync("{disposition}");

        await text.FillAsync("{dispo}");
        await Expect(form.GetByText("«dispo» no es un campo")).ToBeVisibleAsync();
        await Expect(admin.Button("Guardar estado")).ToBeDisabledAsync();
        // However soon after the last key: what was written counts.
        for (var i = 0; i < 10; i++)
        {
            await text.FillAsync("{dispo}");
            if (i % 2 == 0) await Expect(form.GetByText("«dispo» no es un campo")).ToBeVisibleAsync();
            await text.FillAsync("termina: ");
            await admin.Button("Agregar disposition a estado").ClickAsync();
            await Expect(text).ToHaveValueAsync("termina: {disposition}");
        }

        await admin.Button("Guardar estado").ClickAsync();
        await Expect(form.GetByText("Cambiada el")).ToBeVisibleAsync();

        await admin.Button("Restablecer estado").ClickAsync();
        await admin.Dialog.GetByRole(AriaRole.Button, new() { Name = "Restablecer", Exact = true }).ClickAsync();
        await Expect(text).ToHaveValueAsync("{disposition}");
        await Expect(form.GetByText("Vale la de la configuración.")).ToBeVisibleAsync();
        Assert.Equal(2, await world.AuditedAsync("cdr-template.changed", "cdrCustom estado"));
    }
}
