using Expand.Server.Access;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI tour")]
public sealed class SmsPageTests(UiWorld world)
{
    [Fact]
    public async Task A_message_is_counted_while_it_is_written_kept_sent_followed_and_sent_again_where_it_failed()
    {
        var mark = Guid.NewGuid().ToString("N")[..6];
        await using var visitor = await world.VisitAsync();
        var (name, password) = await world.AddUserAsync(Roles.Supervisor);
        await visitor.TrySignInAsync(name, password, "/supervision/sms");
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "SMS", Exact = true })).ToBeVisibleAsync();
        await visitor.SettleAtAsync("/supervision/sms/redactar");
        await visitor.Page.GetByLabel("Destinatarios").FillAsync("099-123.456, 099000000\n09a");
        await Expect(visitor.Page.GetByText("Esto no es un número de 3 a 15 dígitos: 09a")).ToBeVisibleAsync();
        await visitor.Page.GetByLabel("Destinatarios").FillAsync("099-123.456, 099000000\n099123456");
        await visitor.Page.GetByLabel("Texto").FillAsync($"Llegó {mark}");
        await Expect(visitor.Page.Locator("[data-test=count]")).ToHaveTextAsync("12 caracteres, UCS-2: 1 SMS. Quedan 58 en este SMS.");
        await Expect(visitor.Page.GetByText("Con ó el mensaje va en UCS-2")).ToBeVisibleAsync();
        await Expect(visitor.Page.Locator("[data-test=sum]")).ToHaveTextAsync("1 SMS × 2 destinatarios = 2 SMS");

        await visitor.Button("Guardar borrador").ClickAsync();
        await visitor.Page.WaitForURLAsync("**/supervision/sms/borradores/*");
        await visitor.SettleAtAsync("/supervision/sms");
        await Expect(Row(visitor, mark)).ToContainTextAsync("Borrador");
        await Row(visitor, mark).GetByRole(AriaRole.Link, new() { Name = mark }).ClickAsync();
        await Expect(visitor.Page.GetByLabel("Texto")).ToHaveValueAsync($"Llegó {mark}");
        await visitor.Button("Enviar").ClickAsync();

        // The demonstration's gateway refuses one number.
        var refused = visitor.Page.Locator("tbody tr", new() { HasText = "099000000" });
        await Expect(refused).ToContainTextAsync("El proveedor lo rechazó");
        await Expect(visitor.Page.Locator("tbody tr", new() { HasText = "099123456" })).ToContainTextAsync("Entregado", new() { Timeout = 15_000 });
        await visitor.Button("Reenviar a 099000000").ClickAsync();
        await visitor.Dialog.GetByRole(AriaRole.Button, new() { Name = "Reenviar", Exact = true }).ClickAsync();
        await Expect(refused).ToContainTextAsync("Intentos: 2");

        await visitor.SettleAtAsync("/supervision/sms");
        await visitor.Page.GetByLabel("Texto").FillAsync(mark);
        await visitor.Page.Keyboard.PressAsync("Enter");
        await Expect(visitor.Page.GetByText("1 mensaje", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(Row(visitor, mark)).ToContainTextAsync("Fallado: 1");
        Assert.True(await world.AuditedAsync("sms.sent", "message ") > 0);
        Assert.True(await world.AuditedAsync("sms.resent", "message ") > 0);
    }

    [Fact]
    public async Task The_settings_name_what_is_wrong_and_a_try_shows_what_the_gateway_said()
    {
        await using var admin = await world.VisitAsync();
        await admin.TrySignInAsync(admin.Server.Credentials.AdminUser, admin.Server.Credentials.AdminPassword, "/configuracion/sistema/sms");
        await Expect(admin.Page.GetByText("Demostración: los mensajes no salen de este servidor")).ToBeVisibleAsync();
        await admin.Page.GetByLabel("Kannel", new() { Exact = true }).CheckAsync();
        await admin.Page.GetByLabel("Dirección", new() { Exact = true }).FillAsync("kannel:13013");
        await admin.Button("Guardar").ClickAsync();
        await Expect(admin.Page.GetByText("Escriba una dirección que empiece con http:// o https://, sin marcadores")).ToBeVisibleAsync();
        // Nobody is at that port.
        await admin.Page.GetByLabel("Dirección", new() { Exact = true }).FillAsync("http://127.0.0.1:1/cgi-bin/sendsms");
        await admin.Page.GetByLabel("Número de prueba").FillAsync("099123456");
        await admin.Button("Enviar prueba").ClickAsync();
        await Expect(admin.Page.GetByText("No se pudo entregar al proveedor")).ToBeVisibleAsync();
        Assert.True(await world.AuditedAsync("sms.tested", "gateway Kannel") > 0);

        await admin.Page.GetByLabel("Contraseña").FillAsync("s3creto");
        await admin.Button("Guardar").ClickAsync();
        await Expect(admin.Page.GetByText("Hay una guardada")).ToBeVisibleAsync();
        Assert.DoesNotContain("s3creto", await admin.Page.ContentAsync(), StringComparison.Ordinal);
        await admin.Button("Volver a los de fábrica").ClickAsync();
        await admin.Dialog.GetByRole(AriaRole.Button, new() { Name = "Volver a los de fábrica", Exact = true }).ClickAsync();
        await Expect(admin.Page.GetByText("Son los del archivo de configuración.")).ToBeVisibleAsync();
        await Expect(admin.Page.GetByText("Demostración: los mensajes no salen de este servidor")).ToBeVisibleAsync();
    }

    private static ILocator Row(Visitor visitor, string mark) => visitor.Page.Locator("tbody tr", new() { HasText = mark });
}
