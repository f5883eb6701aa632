using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI")]
public sealed class GuidePageTests(UiWorld world)
{
    [Fact]
    public async Task An_administrator_begins_at_the_guide_whose_steps_are_ticked_by_what_is_so()
    {
        await using var admin = await world.VisitAsync();
        await admin.TrySignInAsync(admin.Server.Credentials.AdminUser, admin.Server.Credentials.AdminPassword);
        await Expect(admin.Page).ToHaveURLAsync(admin.Server.Url + "/inicio");
        await Expect(admin.Page.GetByText("Está usando una central de demostración")).ToBeVisibleAsync();
        foreach (var step in new[] { "pbx", "extensions", "users", "queues" })
            await Expect(Step(admin, step)).ToHaveClassAsync("done");

        var description = "Guía " + Guid.NewGuid().ToString("N")[..6];
        await admin.Page.GotoAsync(Visitor.KeysPage);
        await admin.MakeKeyAsync(description);
        await admin.Page.GotoAsync("/inicio");
        await Expect(Step(admin, "key")).ToHaveClassAsync("done");
        await Expect(Step(admin, "key")).ToContainTextAsync(description);
        await Step(admin, "key").GetByRole(AriaRole.Link).ClickAsync();
        await Expect(admin.Page).ToHaveURLAsync(admin.Server.Url + Visitor.KeysPage);
    }

    private static ILocator Step(Visitor admin, string name) => admin.Page.Locator($"[data-step={name}]");
}
