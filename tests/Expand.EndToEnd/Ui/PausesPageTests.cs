using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI tour")]
public sealed class PausesPageTests(UiWorld world)
{
    [Fact]
    public async Task A_pause_reason_is_added_refused_twice_renamed_and_removed()
    {
        await using var admin = await world.VisitAsync();
        await admin.TrySignInAsync(admin.Server.Credentials.AdminUser, admin.Server.Credentials.AdminPassword, "/configuracion/pausas");
        await admin.Button("Nuevo motivo").First.ClickAsync();
        await admin.Dialog.GetByLabel("Código").FillAsync("x");
        await admin.Button("Crear").ClickAsync();
        await Expect(admin.Dialog.Locator(".mud-input-error", new() { HasText = "De 1 a 8 dígitos." }).First).ToBeVisibleAsync();
        await admin.Dialog.GetByLabel("Código").FillAsync("8814");
        await admin.Dialog.GetByLabel("Nombre").FillAsync("Reunión larga");
        await admin.Button("Crear").ClickAsync();
        await Expect(admin.Dialog).ToHaveCountAsync(0);
        await Expect(admin.Row("Reunión larga")).ToContainTextAsync("8814");

        await admin.Button("Nuevo motivo").ClickAsync();
        await admin.Dialog.GetByLabel("Código").FillAsync("8814");
        await admin.Dialog.GetByLabel("Nombre").FillAsync("Otra");
        await admin.Button("Crear").ClickAsync();
        await Expect(admin.Dialog.GetByText("Ya hay un motivo con ese código.")).ToBeVisibleAsync();
        await admin.Button("Cancelar").ClickAsync();

        await admin.Button("Renombrar Reunión larga").ClickAsync();
        await admin.Dialog.GetByLabel("Nombre").FillAsync("Turno de prueba");
        await admin.Button("Guardar").ClickAsync();
        await admin.Button("Quitar Turno de prueba").ClickAsync();
        await admin.Dialog.GetByRole(AriaRole.Button, new() { Name = "Quitar", Exact = true }).ClickAsync();
        await Expect(admin.Row("Turno de prueba")).ToHaveCountAsync(0);
        foreach (var action in new[] { "added", "renamed", "removed" }) Assert.Equal(1, await world.AuditedAsync("pause-reason." + action, "pause reason 8814"));
    }
}
