using System.Text.RegularExpressions;
using Expand.TestKit;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI")]
public sealed partial class WallboardPageTests(UiWorld world)
{
    private const string Wallboard = "/supervision/tablero";

    /// <summary>The last of the demonstration's agents, whom nobody has logged in.</summary>
    private const string Number = "109", Phone = "709", User = "ipaz";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_supervisor_sees_an_agent_come_pauses_him_and_listens_to_his_call()
    {
        var (name, password) = await world.AddUserAsync("supervisor");
        await using var visitor = await world.VisitAsync();
        using var soap = new SoapCaller(visitor.Server.Url, visitor.Server.Credentials.AuthorizedKey);
        await visitor.TrySignInAsync(name, password, Wallboard);
        var agents = visitor.Page.GetByRole(AriaRole.Region, new() { NameRegex = AgentsHeading() });
        await Expect(agents).ToBeVisibleAsync();
        var row = agents.Locator("tbody tr", new() { HasText = Number });
        await Expect(row).ToHaveCountAsync(0);

        Assert.Equal("true", await soap.CallAsync("loginAgent", Ct, User, Phone));
        var took = await Waiting.UntilAsync(async () => await row.CountAsync() == 1, TimeSpan.FromSeconds(10));
        Assert.True(took < TimeSpan.FromSeconds(1), $"shown after {took}");
        await Expect(row).ToContainTextAsync("Disponible");

        await row.GetByRole(AriaRole.Button).ClickAsync();
        await visitor.Button("Almuerzo").ClickAsync();
        await Expect(row).ToContainTextAsync("Almuerzo");
        Assert.Contains("Almuerzo", (await soap.XmlAsync("statusQueues", Ct)).Descendants("qagent").Where(a => a.Value == Number).Select(a => (string?)a.Attribute("pausetype")));
        Assert.Equal(1, await world.AuditedAsync("agent.paused", $"agent {Number}"));
        await Expect(visitor.Dialog).ToHaveCountAsync(0);
        await row.GetByRole(AriaRole.Button).ClickAsync();
        await visitor.Button("Quitar la pausa").ClickAsync();
        await Expect(row).ToContainTextAsync("Disponible");
        await Expect(visitor.Dialog).ToHaveCountAsync(0);

        var job = await soap.OriginateAsync(Phone, "708", Ct);
        await visitor.Page.GetByRole(AriaRole.Button, new() { NameRegex = ListenToThem() }).ClickAsync();
        // Which phone is the supervisor's own is asked once.
        await visitor.Dialog.GetByLabel("Mi interno").FillAsync("707");
        await visitor.Button("Guardar").ClickAsync();
        await Expect(visitor.Page.GetByText("Escuchando a ")).ToBeVisibleAsync();
        Assert.Equal(1, await world.AuditedAsync("call.listened", $"agent {Number}"));
        await visitor.Button("Detener").ClickAsync();
        await Expect(visitor.Page.GetByText("Dejó de escuchar a ")).ToBeVisibleAsync();
        Assert.Equal(1, await soap.CancelAsync(job, Ct));

        await row.GetByRole(AriaRole.Button).ClickAsync();
        await visitor.Button("Desconectar").ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
        Assert.Empty(visitor.Complaints);
    }

    [Fact]
    public async Task The_screen_on_the_wall_has_no_menu_and_the_queues_that_were_chosen()
    {
        var (name, password) = await world.AddUserAsync("supervisor");
        await using var visitor = await world.VisitAsync(width: 1920, height: 1080);
        await visitor.TrySignInAsync(name, password, Wallboard + "?pantalla=1&cola=q_ventas");
        await Expect(visitor.Page.GetByRole(AriaRole.Rowheader)).ToHaveCountAsync(1);
        await Expect(visitor.Page.GetByRole(AriaRole.Rowheader)).ToContainTextAsync("Ventas");
        await Expect(visitor.Button("Menú")).ToHaveCountAsync(0);
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Volver al tablero" }).ClickAsync();
        await Expect(visitor.Page).ToHaveURLAsync(visitor.Server.Url + Wallboard + "?cola=q_ventas");
        await Expect(visitor.Button("Menú")).ToBeVisibleAsync();
    }

    [GeneratedRegex("^Agentes")]
    private static partial Regex AgentsHeading();

    [GeneratedRegex("^Escuchar a I")]
    private static partial Regex ListenToThem();
}
