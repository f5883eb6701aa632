using Expand.Server.Access;
using Expand.TestKit;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

/// <summary>An agent who calls the contacts of a preview campaign from Mi puesto.</summary>
[Collection("web UI")]
public sealed class PreviewPageTests(UiWorld world)
{
    private const string Extension = "708";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_agent_gets_contacts_passes_one_by_and_calls_the_other()
    {
        await using var agent = await world.VisitAsync();
        var (name, password) = await world.AddUserAsync(Roles.Agent);
        await world.LinkAsync(name, "q_soporte");
        await using var campaign = await PreviewCampaign.BeginAsync(agent.Server, "q_soporte",
            new { name = "Ana López", numcall = "099600001", info = new { contrato = "01-43-1" } }, new { name = "Beatriz Núñez", numcall = "099600002" });
        var page = agent.Page;
        using var soap = new SoapCaller(agent.Server.Url, agent.Server.Credentials.AuthorizedKey);
        await agent.TrySignInAsync(name, password, "/agente");
        try
        {
            var panel = page.Locator("[data-test=preview]");
            await Expect(panel).ToContainTextAsync("2 contactos");
            await agent.Button("Siguiente contacto").ClickAsync();
            await Expect(panel).ToContainTextAsync("Ana López");
            await Expect(panel).ToContainTextAsync("01-43-1");
            // Without an extension nothing can be called.
            await Expect(panel).ToContainTextAsync("entre en sus colas");
            await page.Locator("#desk-extension").ClickAsync();
            await Visitor.ChooseAndPressAsync(page, Extension + " ", agent.Button("Entrar"));
            await agent.Button("Saltar a Ana López: vuelve más tarde").ClickAsync();
            await Expect(panel).ToContainTextAsync("1 contacto");
            await agent.Button("Siguiente contacto").ClickAsync();
            await Expect(panel).ToContainTextAsync("Beatriz Núñez");
            await agent.Button("Llamar a Beatriz Núñez, 099600002").ClickAsync();
            await Expect(panel.Locator("[data-phase=Answer]")).ToBeVisibleAsync();
            await agent.Button("Cortar").ClickAsync();
            await Expect(panel).ToContainTextAsync("El último, Beatriz Núñez: atendió");
            Assert.Equal([("Ana López", "Pending", ""), ("Beatriz Núñez", "Completed", "Answer")], await campaign.ContactsAsync());
        }
        finally
        {
            await soap.CallAsync("logoutAgent", Ct, name);
        }
    }
}
