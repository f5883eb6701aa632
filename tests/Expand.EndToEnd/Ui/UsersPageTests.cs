using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI")]
public sealed class UsersPageTests(UiWorld world)
{
    private const string UsersPage = "/configuracion/sistema/usuarios";

    [Fact]
    public async Task A_user_made_in_the_page_signs_in_with_the_password_that_it_shows_and_can_be_changed_and_deleted()
    {
        var name = "u" + Guid.NewGuid().ToString("N")[..8];
        var person = "Persona " + name;
        await using var admin = await world.VisitAsync();
        await OpenAsync(admin);
        await admin.Button("Nuevo usuario").ClickAsync();
        await admin.Button("Crear").ClickAsync();
        await Expect(admin.Dialog.GetByText("De 1 a 64 letras sin acentos")).ToBeVisibleAsync();
        await FillAsync(admin, "Usuario", admin.Server.Credentials.AdminUser);
        await FillAsync(admin, "Nombre completo", person);
        await FillAsync(admin, "Perfil", "operador");
        await admin.Button("Crear").ClickAsync();
        await Expect(admin.Dialog.GetByText("Ya hay un usuario con ese nombre.")).ToBeVisibleAsync();
        await FillAsync(admin, "Usuario", name);
        await admin.Dialog.GetByText("Supervisa").ClickAsync();
        await admin.Button("Crear").ClickAsync();
        var password = await admin.Page.GetByLabel("La contraseña nueva").InputValueAsync();
        await admin.Button("Ya la guardé").ClickAsync();
        await Expect(admin.Row(person)).ToContainTextAsync("Supervisor");
        var subject = $"user {await world.UserIdAsync(name)} ";
        Assert.Equal(1, await world.AuditedAsync("user.created", subject));

        await using var visitor = await world.VisitAsync();
        await visitor.TrySignInAsync(name, password, "/cuenta");
        await Expect(visitor.Page.GetByText(person)).ToBeVisibleAsync();

        await admin.Button("Más acciones para " + name).ClickAsync();
        await admin.Page.GetByText("Eliminar", new() { Exact = true }).ClickAsync();
        await admin.Dialog.GetByRole(AriaRole.Button, new() { Name = "Eliminar", Exact = true }).ClickAsync();
        await Expect(admin.Row(person)).ToHaveCountAsync(0);
        Assert.Equal(1, await world.AuditedAsync("user.deleted", subject));
    }

    [Fact]
    public async Task Somebody_who_is_locked_out_is_let_in_again_and_the_last_administrator_stays()
    {
        var (name, password) = await world.AddUserAsync("supervisor");
        await using var visitor = await world.VisitAsync();
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await visitor.TrySignInAsync(name, "no es esta");
            await Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        }

        await using var admin = await world.VisitAsync();
        await OpenAsync(admin);
        await admin.Page.GetByRole(AriaRole.Searchbox).FillAsync(name);
        await Expect(admin.Row(name)).ToContainTextAsync("Bloqueado hasta");
        // A row that moves away under the click would not get it.
        await Expect(admin.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await admin.Button("Desbloquear").ClickAsync();
        await Expect(admin.Page.GetByText("puede volver a entrar")).ToBeVisibleAsync();
        await Expect(admin.Row(name)).Not.ToContainTextAsync("Bloqueado");
        await visitor.TrySignInAsync(name, password, "/cuenta");
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Mi cuenta" })).ToBeVisibleAsync();

        await admin.Page.GetByRole(AriaRole.Searchbox).FillAsync("");
        await admin.Button("Editar " + admin.Server.Credentials.AdminUser).ClickAsync();
        await FillAsync(admin, "Perfil", "operador");
        await admin.Button("Guardar").ClickAsync();
        await Expect(admin.Dialog.GetByText("Es el último administrador")).ToBeVisibleAsync();
    }

    private static Task FillAsync(Visitor admin, string label, string text) => admin.Dialog.GetByLabel(label, new() { Exact = true }).FillAsync(text);

    private static async Task OpenAsync(Visitor admin)
    {
        await admin.TrySignInAsync(admin.Server.Credentials.AdminUser, admin.Server.Credentials.AdminPassword, UsersPage);
        await Expect(admin.Row("Administrador")).ToBeVisibleAsync();
    }
}
