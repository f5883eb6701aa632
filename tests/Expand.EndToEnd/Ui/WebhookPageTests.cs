using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI tour")]
public sealed class WebhookPageTests(UiWorld world)
{
    [Fact]
    public async Task A_webhook_is_made_tested_looked_at_sent_again_and_deleted()
    {
        using var receiver = new TcpListener(IPAddress.Loopback, 0);
        receiver.Start();
        using var leaving = new CancellationTokenSource();
        var answering = AnswerAsync(receiver, leaving.Token);
        var name = $"CRM {Guid.NewGuid().ToString("N")[..6]}";
        await using var admin = await world.VisitAsync();
        await admin.TrySignInAsync(admin.Server.Credentials.AdminUser, admin.Server.Credentials.AdminPassword, "/configuracion/sistema/webhooks");
        await admin.Button("Nuevo webhook").First.ClickAsync();
        await admin.Dialog.GetByLabel("Nombre").FillAsync(name);
        await admin.Dialog.GetByLabel("Dirección").FillAsync("ftp://127.0.0.1/");
        await admin.Button("Crear").ClickAsync();
        await Expect(admin.Dialog.GetByText("Escriba una dirección que empiece con http://").First).ToBeVisibleAsync();
        await admin.Dialog.GetByLabel("Dirección").FillAsync($"http://127.0.0.1:{((IPEndPoint)receiver.LocalEndpoint).Port}/eventos");
        await admin.Dialog.GetByText("Solo estos").ClickAsync();
        await admin.Button("Crear").ClickAsync();
        await Expect(admin.Dialog.GetByText("Marque al menos un evento").First).ToBeVisibleAsync();
        await admin.Dialog.GetByText("agent.paused").ClickAsync();
        await admin.Button("Crear").ClickAsync();
        var secret = await admin.Page.GetByLabel("El secreto del webhook").InputValueAsync();
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        await admin.Dialog.Locator("button.mud-button-filled").ClickAsync();
        await Expect(admin.Row(name)).ToContainTextAsync("agent.paused");
        Assert.DoesNotContain(secret, await admin.Page.ContentAsync(), StringComparison.Ordinal);

        await admin.Button("Probar " + name).ClickAsync();
        await Expect(admin.Dialog).ToContainTextAsync("El sistema recibió el evento de prueba.");
        await Expect(admin.Dialog).ToContainTextAsync("HTTP 200");
        await admin.Dialog.GetByRole(AriaRole.Button, new() { Name = "Cerrar", Exact = true }).ClickAsync();
        await Expect(admin.Row(name)).ToContainTextAsync("Al día");

        await ChooseAsync(admin, name, "Entregas");
        await Expect(admin.Page.Locator("tbody tr")).ToContainTextAsync("webhook.test");
        await admin.Page.Locator("tbody").GetByRole(AriaRole.Button).First.ClickAsync();
        await Expect(admin.Dialog).ToContainTextAsync("HTTP 200");
        await admin.Dialog.GetByRole(AriaRole.Button, new() { Name = "Cerrar", Exact = true }).ClickAsync();

        await admin.SettleAtAsync("/configuracion/sistema/webhooks");
        await ChooseAsync(admin, name, "Reenviar un período");
        await admin.Button("Ver cuántos son").ClickAsync();
        await Expect(admin.Dialog).ToContainTextAsync("No hay nada que reenviar");
        await admin.Button("Cancelar").ClickAsync();
        // A dialog that goes gives the focus back, which closes a menu that was opened meanwhile.
        await Expect(admin.Dialog).ToHaveCountAsync(0);
        await ChooseAsync(admin, name, "Eliminar");
        await admin.Dialog.GetByRole(AriaRole.Button, new() { Name = "Eliminar", Exact = true }).ClickAsync();
        await Expect(admin.Row(name)).ToHaveCountAsync(0);
        Assert.Equal(1, await world.AuditedAsync("webhook.created", "webhook "));
        Assert.Equal(1, await world.AuditedAsync("webhook.deleted", "webhook "));
        await leaving.CancelAsync();
        await answering;
    }

    private static async Task ChooseAsync(Visitor admin, string name, string item)
    {
        await admin.Button("Más acciones para " + name).ClickAsync();
        await admin.Page.Locator(".mud-popover-open .mud-list-item, .mud-popover-open .mud-menu-item", new() { HasText = item }).First.ClickAsync();
    }

    private static async Task AnswerAsync(TcpListener receiver, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                using var client = await receiver.AcceptTcpClientAsync(ct);
                var stream = client.GetStream();
                _ = await stream.ReadAsync(new byte[16 * 1024], ct);
                await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"), ct);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
