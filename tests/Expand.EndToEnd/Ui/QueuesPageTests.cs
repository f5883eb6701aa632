using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI")]
public sealed class QueuesPageTests(UiWorld world)
{
    [Fact]
    public async Task A_queue_that_the_PBX_lacks_is_named_and_agents_are_linked_with_a_penalty_by_queue_and_by_agent()
    {
        var queue = $"q_{Guid.NewGuid().ToString("N")[..8]}";
        await using var admin = await world.VisitAsync();
        await admin.TrySignInAsync(admin.Server.Credentials.AdminUser, admin.Server.Credentials.AdminPassword, "/configuracion/colas");
        await admin.Button("Agregar cola").First.ClickAsync();
        await admin.Dialog.GetByLabel("Nombre en la central").FillAsync(queue);
        await admin.Dialog.GetByLabel("Nombre para la gente").FillAsync("Cobranzas " + queue);
        await admin.Button("Crear").ClickAsync();
        await Expect(admin.Dialog).ToHaveCountAsync(0);
        var row = admin.Row("Cobranzas " + queue);
        await Expect(row).ToContainTextAsync("No está en la central");

        await admin.Button("Agentes de " + queue).ClickAsync();
        await Tick(admin, "Ana Acosta").CheckAsync();
        await Tick(admin, "Bruno Núñez").CheckAsync();
        await admin.Dialog.GetByLabel("Penalidad de Bruno Núñez").FillAsync("1001");
        await admin.Button("Guardar").ClickAsync();
        await Expect(admin.Dialog.GetByText("Bruno Núñez: la penalidad es un número de 0 a 1000.")).ToBeVisibleAsync();
        await admin.Dialog.GetByLabel("Penalidad de Bruno Núñez").FillAsync("5");
        await admin.Button("Guardar").ClickAsync();
        await Expect(row).ToContainTextAsync("Ana Acosta, Bruno Núñez");

        await admin.Page.GetByText("Por agente").ClickAsync();
        await admin.Button("Colas de Ana Acosta").ClickAsync();
        await Tick(admin, queue).UncheckAsync();
        await admin.Button("Guardar").ClickAsync();
        await Expect(admin.Row("Ana Acosta")).Not.ToContainTextAsync(queue);
        await Expect(admin.Row("Bruno Núñez")).ToContainTextAsync(queue);
        Assert.Equal((2, 1), (await world.AuditedAsync("queue.linked", $"queue {queue}"), await world.AuditedAsync("queue.unlinked", $"queue {queue}")));
    }

    private static ILocator Tick(Visitor admin, string name) => admin.Dialog.GetByRole(AriaRole.Checkbox, new() { Name = name });
}
