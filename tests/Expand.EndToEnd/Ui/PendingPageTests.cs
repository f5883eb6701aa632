using Expand.Server.Access;
using Expand.Server.OutgoingCalls;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI tour")]
public sealed class PendingPageTests(UiWorld world)
{
    private const string Page = "/supervision/llamadas-pendientes";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_that_one_supervisor_makes_is_found_assigned_and_discarded_and_another_sees_it()
    {
        var contact = $"Cliente {Guid.NewGuid().ToString("N")[..6]}";
        await using var one = await SupervisorAsync();
        await using var other = await SupervisorAsync();
        await one.Button("Nueva llamada").First.ClickAsync();
        await one.Button("Crear").ClickAsync();
        await Expect(one.Dialog.GetByText("Escriba a quién hay que llamar")).ToBeVisibleAsync();
        await one.Dialog.GetByLabel("Contacto").FillAsync(contact);
        await one.Dialog.GetByLabel("Asunto").FillAsync("Renovación");
        await one.Dialog.GetByLabel("Números").FillAsync("+598 99 123 777");
        await one.Dialog.GetByLabel("Cola").SelectOptionAsync("q_ventas");
        await one.Button("Crear").ClickAsync();
        await Expect(one.Dialog).ToHaveCountAsync(0);
        await Expect(other.Row(contact)).ToContainTextAsync("Cualquier agente de la cola", new() { Timeout = 2_000 });

        await other.Page.GetByLabel("Número").FillAsync("+59899123777");
        await other.Page.Keyboard.PressAsync("Enter");
        await Expect(other.Page.GetByText("1 llamada", new() { Exact = true })).ToBeVisibleAsync();
        await other.Page.GetByLabel("Elegir la llamada a " + contact).CheckAsync();
        await other.Button("Asignar 1").ClickAsync();
        await other.Dialog.GetByLabel("Agente").SelectOptionAsync("acosta");
        await other.Button("Asignar").ClickAsync();
        await Expect(one.Row(contact)).ToContainTextAsync("Ana Acosta");

        await one.Button("Descartar la llamada a " + contact).ClickAsync();
        await one.Dialog.GetByRole(AriaRole.Button, new() { Name = "Descartar", Exact = true }).ClickAsync();
        await Expect(other.Row(contact)).ToHaveCountAsync(0);
        await other.Page.GetByLabel("Estado").SelectOptionAsync("CANCELED");
        await Expect(other.Row(contact)).ToContainTextAsync("Descartada");
    }

    [Fact]
    public async Task Who_has_a_call_is_seen_within_a_second_or_so_and_a_supervisor_takes_it_away()
    {
        var contact = $"Cliente {Guid.NewGuid().ToString("N")[..6]}";
        await using var supervisor = await SupervisorAsync();
        // As another host's agent does it: nothing but the row tells of it.
        await using var db = world.Database();
        var ana = await db.Set<User>().SingleAsync(u => u.UserName == "acosta", Ct);
        var call = new OutgoingCall(new("q_ventas", ["21232322"], contact, "Reclamo", DateTimeOffset.UtcNow.AddMinutes(5), 0, "", "{}"), DateTimeOffset.UtcNow);
        db.Add(call);
        await db.SaveChangesAsync(Ct);
        await Expect(supervisor.Row(contact)).ToContainTextAsync("En minutos", new() { Timeout = 2_500 });
        call.Claim(ana.Id, DateTimeOffset.UtcNow.AddMinutes(2));
        await db.SaveChangesAsync(Ct);
        await Expect(supervisor.Row(contact)).ToContainTextAsync("La tiene Ana Acosta", new() { Timeout = 2_500 });
        await Expect(supervisor.Button("Descartar la llamada a " + contact)).ToHaveCountAsync(0);

        await supervisor.Button("Liberar la llamada a " + contact).ClickAsync();
        await supervisor.Dialog.GetByRole(AriaRole.Button, new() { Name = "Liberar", Exact = true }).ClickAsync();
        await Expect(supervisor.Row(contact)).Not.ToContainTextAsync("La tiene");
        Assert.Equal(1, await world.AuditedAsync("outgoing-call.released", $"outgoing call {call.Id}"));

        await supervisor.Button("Exportar").ClickAsync();
        var download = await supervisor.Page.RunAndWaitForDownloadAsync(() => supervisor.Page.GetByText("CSV", new() { Exact = true }).ClickAsync());
        var file = await File.ReadAllTextAsync(await download.PathAsync(), Ct);
        Assert.StartsWith("Id,Hora,Estado", file, StringComparison.Ordinal);
        Assert.Contains(contact, file, StringComparison.Ordinal);
    }

    private async Task<Visitor> SupervisorAsync()
    {
        var (name, password) = await world.AddUserAsync(Roles.Supervisor);
        var visitor = await world.VisitAsync();
        await visitor.TrySignInAsync(name, password, Page);
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Llamadas pendientes" })).ToBeVisibleAsync();
        return visitor;
    }
}
