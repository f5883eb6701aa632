using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI tour")]
public sealed class FormsPageTests(UiWorld world)
{
    [Fact]
    public async Task A_form_is_written_refused_where_it_is_wrong_tried_made_and_removed()
    {
        var title = $"Reclamo {Guid.NewGuid():N}"[..16];
        await using var admin = await world.VisitAsync();
        await admin.TrySignInAsync(admin.Server.Credentials.AdminUser, admin.Server.Credentials.AdminPassword, "/administracion/ajustes/formularios");
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "Nuevo formulario" }).ClickAsync();
        var page = admin.Page;
        // The heading of a page that was gone to takes the focus: what is typed before that is lost.
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nuevo formulario" })).ToBeFocusedAsync();
        await page.GetByLabel("Título").FillAsync(title);
        await page.GetByLabel("Título").PressAsync("Tab");
        await Expect(page.GetByLabel("Nombre", new() { Exact = true })).ToHaveValueAsync(title.ToLowerInvariant().Replace(' ', '_'));
        await admin.Button("Agregar campo").ClickAsync();
        await page.GetByLabel("Pregunta").FillAsync("Motivo del reclamo");
        await Expect(page.GetByLabel("Nombre del dato")).ToHaveValueAsync("motivo_del_reclamo");
        await page.Locator(".x-field-editor .mud-select").First.ClickAsync();
        await page.Locator(".mud-popover-open").GetByText("Opciones", new() { Exact = true }).ClickAsync();
        await Expect(page.GetByLabel("Texto de la opción 1")).ToBeVisibleAsync();
        await admin.Button("Crear").ClickAsync();
        await Expect(page.GetByText("Escriba al menos una opción (hasta 500).")).ToBeVisibleAsync();

        await page.GetByLabel("Texto de la opción 1").FillAsync("Demora");
        await page.GetByLabel("Texto de la opción 2").FillAsync("Precio");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Obligatorio" }).CheckAsync();
        await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Motivo del reclamo (obligatorio)" })).ToBeVisibleAsync();
        await admin.Button("Probar").ClickAsync();
        await Expect(page.Locator("aside.x-preview")).ToContainTextAsync("Falta: es obligatorio.");
        await admin.Button("Crear").ClickAsync();

        await Expect(page).ToHaveURLAsync(admin.Server.Url + "/administracion/ajustes/formularios");
        await Expect(admin.Row(title)).ToContainTextAsync("Ninguna: no se completa");
        Assert.Equal(1, await world.AuditedAsync("form.defined", "form " + title.ToLowerInvariant().Replace(' ', '_')));
        await admin.Button("Eliminar " + title).ClickAsync();
        await admin.Dialog.GetByRole(AriaRole.Button, new() { Name = "Eliminar", Exact = true }).ClickAsync();
        await Expect(admin.Row(title)).ToHaveCountAsync(0);
        Assert.Empty(admin.Complaints);
    }
}
