using System.Text;
using Expand.TestKit;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI tour")]
public sealed class ListsPageTests(UiWorld world)
{
    [Fact]
    public async Task A_list_is_made_filled_from_a_file_with_a_bad_row_and_exported()
    {
        var name = $"lista-{Guid.NewGuid():N}"[..20];
        await using var admin = await world.VisitAsync();
        await admin.TrySignInAsync(admin.Server.Credentials.AdminUser, admin.Server.Credentials.AdminPassword, "/configuracion/listas");
        await admin.Button("Nueva lista").ClickAsync();
        await admin.Button("Crear").ClickAsync();
        await Expect(admin.Dialog).ToContainTextAsync("no solo dígitos");
        await admin.Dialog.GetByLabel("Nombre").FillAsync(name);
        await admin.Button("Crear").ClickAsync();
        await Expect(admin.Page).ToHaveURLAsync($"{admin.Server.Url}/configuracion/listas/simples/{name}");

        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "Importar CSV" }).ClickAsync();
        // It listens a moment after it is there; nobody finds a file that fast.
        var field = admin.Page.Locator("#import-file");
        await Eventually.TrueAsync(() => field.EvaluateAsync<bool>("field => field._blazorInputFileNextFileId !== undefined"), "the field for the file listens", TimeSpan.FromSeconds(30));
        await field.SetInputFilesAsync(new FilePayload
        {
            Name = "vendedores.csv",
            MimeType = "text/csv",
            Buffer = Encoding.Latin1.GetBytes("telefono;vendedor\r\n24001100;Peña\r\n;sin clave\r\n24801122;Ana\r\n"),
        });
        await Expect(admin.Page.GetByRole(AriaRole.Cell, new() { Name = "Peña" })).ToBeVisibleAsync();
        await admin.Button("Importar").ClickAsync();
        await Expect(admin.Page.Locator("[data-test=import]")).ToContainTextAsync("vendedores.csv está importado");
        await Expect(admin.Page.Locator(".x-refused tbody tr")).ToContainTextAsync(["La clave va de 1 a 200 caracteres"]);

        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "Ver la lista" }).ClickAsync();
        await Expect(admin.Row("24001100")).ToContainTextAsync("Peña");
        await admin.Page.Locator("[data-test=export] button").ClickAsync();
        var file = await admin.Page.RunAndWaitForDownloadAsync(() => admin.Page.GetByText("CSV", new() { Exact = true }).ClickAsync());
        Assert.Equal("clave,valor\r\n24001100,Peña\r\n24801122,Ana\r\n", await File.ReadAllTextAsync(await file.PathAsync(), Encoding.UTF8, TestContext.Current.CancellationToken));
        Assert.Equal(1, await world.AuditedAsync("list.imported", $"simple list {name}"));
        Assert.Empty(admin.Complaints);
    }

    [Fact]
    public async Task An_element_is_found_changed_and_removed_and_the_list_with_what_is_left()
    {
        var name = $"rangos-{Guid.NewGuid():N}"[..20];
        await using var admin = await world.VisitAsync();
        await admin.TrySignInAsync(admin.Server.Credentials.AdminUser, admin.Server.Credentials.AdminPassword, "/configuracion/listas");
        await admin.Button("Nueva lista").ClickAsync();
        await admin.Dialog.GetByLabel("Nombre").FillAsync(name);
        await admin.Dialog.GetByText("Rangos").ClickAsync();
        await admin.Button("Crear").ClickAsync();
        await AddAsync(admin, "20000000", "29999999", "Montevideo");
        await Expect(admin.Row("20000000")).ToContainTextAsync("Montevideo");
        await AddAsync(admin, "25000000", "25999999", "Centro");
        await Expect(admin.Dialog).ToContainTextAsync("Se superpone con 20000000-29999999");
        await admin.Button("Cancelar").ClickAsync();
        await Expect(admin.Dialog).ToHaveCountAsync(0);

        await admin.Page.GetByLabel("Número contenido en el rango").FillAsync("30000000");
        await Expect(admin.Page.GetByText("Ningún rango contiene ese número.")).ToBeVisibleAsync();
        await admin.Page.GetByLabel("Número contenido en el rango").FillAsync("24001100");
        await admin.Button("Editar 20000000-29999999").ClickAsync();
        await admin.Dialog.GetByLabel("Valor").FillAsync("Capital");
        await admin.Button("Guardar").ClickAsync();
        await Expect(admin.Row("20000000")).ToContainTextAsync("Capital");

        await admin.Page.GotoAsync("/configuracion/listas");
        await admin.Button($"Eliminar la lista {name}").ClickAsync();
        await Expect(admin.Dialog).ToContainTextAsync("con sus 1 elementos");
        await admin.Dialog.GetByRole(AriaRole.Button, new() { Name = "Eliminar", Exact = true }).ClickAsync();
        await Expect(admin.Button($"Eliminar la lista {name}")).ToHaveCountAsync(0);
        Assert.Equal(1, await world.AuditedAsync("list.element.changed", $"range list {name}"));
        Assert.Equal(1, await world.AuditedAsync("list.removed", $"range list {name}"));
    }

    private static async Task AddAsync(Visitor admin, string from, string to, string value)
    {
        await admin.Button("Nuevo elemento").First.ClickAsync();
        await admin.Dialog.GetByLabel("Desde", new() { Exact = true }).FillAsync(from);
        await admin.Dialog.GetByLabel("Hasta", new() { Exact = true }).FillAsync(to);
        await admin.Dialog.GetByLabel("Valor").FillAsync(value);
        await admin.Button("Agregar").ClickAsync();
    }
}
