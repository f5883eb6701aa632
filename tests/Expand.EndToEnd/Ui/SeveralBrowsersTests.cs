using Expand.Server.Access;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

/// <summary>Several people at once, each with a browser: what one does the other sees by itself.</summary>
[Collection("web UI")]
public sealed class SeveralBrowsersTests(UiWorld world)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task An_agent_and_a_supervisor_see_within_a_second_what_the_other_does()
    {
        var (name, password) = await world.AddUserAsync(Roles.Supervisor);
        await using var supervisor = await world.VisitAsync();
        await supervisor.TrySignInAsync(name, password);
        await using var agent = await AtDeskAsync("708");
        var row = supervisor.Page.Locator("tbody tr", new() { HasText = agent.Number });
        await Expect(supervisor.Page.Locator("h1").First).ToBeVisibleAsync();
        await Expect(row).ToHaveCountAsync(0);

        await agent.Button("Entrar").ClickAsync();
        await Expect(agent.Page.Locator(".x-mark-available")).ToBeVisibleAsync();
        await WithinASecondAsync(row.GetByText("Disponible"));

        await row.GetByRole(AriaRole.Button).ClickAsync();
        await supervisor.Button("Almuerzo").ClickAsync();
        await Expect(row).ToContainTextAsync("Almuerzo");
        await WithinASecondAsync(agent.Page.Locator("[data-queue=q_ventas]").GetByText("Almuerzo"));

        await agent.Button("Continuar").ClickAsync();
        await Expect(agent.Page.Locator(".x-mark-available")).ToBeVisibleAsync();
        await WithinASecondAsync(row.GetByText("Disponible"));
        await agent.Button("Salir").ClickAsync();
        await Expect(agent.Page.Locator(".x-mark-offline")).ToBeVisibleAsync();
        Assert.True(await Waiting.UntilAsync(async () => await row.CountAsync() == 0, TimeSpan.FromSeconds(10)) < Second);
        Assert.Empty(supervisor.Complaints);
    }

    [Fact]
    public async Task A_call_that_one_agent_has_taken_cannot_be_dialled_by_another()
    {
        var contact = $"Cliente {Guid.NewGuid().ToString("N")[..6]}";
        await using var first = await AtDeskAsync("707");
        await using var second = await AtDeskAsync("706");
        await world.AddOutgoingCallAsync("q_ventas", contact, "24001100");
        var (own, other) = (Call(first), Call(second));
        await Expect(own).ToBeVisibleAsync();
        await Expect(other).ToBeVisibleAsync();

        await own.GetByRole(AriaRole.Button, new() { Name = "Tomar la llamada a " + contact }).ClickAsync();
        await Expect(own).ToContainTextAsync("La tiene usted");
        // Pages of the same host are told at once, others' within a second.
        await Expect(other).ToContainTextAsync("La tiene Prueba agent", new() { Timeout = 2_000 });
        await Expect(other.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);

        await own.GetByRole(AriaRole.Button, new() { Name = "Soltar la llamada a " + contact }).ClickAsync();
        await Expect(other.GetByRole(AriaRole.Button, new() { Name = "Tomar la llamada a " + contact })).ToBeVisibleAsync();

        ILocator Call(DeskVisitor visitor) => visitor.Page.Locator("[data-call]", new() { HasText = contact });
    }

    private static async Task WithinASecondAsync(ILocator shown)
    {
        var took = await Waiting.UntilAsync(async () => await shown.CountAsync() > 0, TimeSpan.FromSeconds(10));
        Assert.True(took < Second, $"shown after {took}");
    }

    /// <summary>An agent of q_ventas who has signed in, not logged in to the queue yet; the browser remembers the telephone.</summary>
    private async Task<DeskVisitor> AtDeskAsync(string extension)
    {
        var (name, password) = await world.AddUserAsync(Roles.Agent);
        var number = await world.LinkAsync(name, "q_ventas");
        var visitor = await world.VisitAsync();
        await visitor.Page.AddInitScriptAsync($"localStorage.setItem('expand.extension', '{extension}')");
        await visitor.TrySignInAsync(name, password);
        await Expect(visitor.Page.Locator("#desk-extension")).ToHaveValueAsync(extension);
        return new DeskVisitor(visitor, number);
    }

    private sealed class DeskVisitor(Visitor visitor, string number) : IAsyncDisposable
    {
        public string Number => number;

        public IPage Page => visitor.Page;

        public ILocator Button(string name) => visitor.Button(name);

        public ValueTask DisposeAsync() => visitor.DisposeAsync();
    }
}
