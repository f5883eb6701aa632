using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI")]
public sealed class ShellTests(UiWorld world)
{
    [Fact]
    public async Task Nothing_is_asked_of_another_host_and_the_browser_has_nothing_to_complain_of()
    {
        await using var admin = await world.VisitAsync();
        await admin.OpenKeysAsync();
        await admin.Button("Nueva clave").ClickAsync();
        await admin.Page.GetByText("Solo estas").ClickAsync();
        await admin.Button("Cancelar").ClickAsync();
        await Expect(admin.Dialog).ToHaveCountAsync(0);
        await admin.Button("Tema oscuro").ClickAsync();
        await Expect(admin.Button("Tema claro")).ToBeVisibleAsync();
        Assert.NotEmpty(admin.Requests);
        Assert.All(admin.Requests.Where(r => !r.StartsWith("data:", StringComparison.Ordinal)), r => Assert.Equal(admin.Server.Port, new Uri(r).Port));
        Assert.Empty(admin.Complaints);
    }

    [Fact]
    public async Task Pages_carry_a_policy_that_allows_only_this_host_and_no_inline_script()
    {
        await using var visitor = await world.VisitAsync();
        foreach (var path in new[] { "/entrar", "/no/hay/tal/pagina", "/expand.css" })
        {
            var headers = (await visitor.Page.APIRequest.GetAsync(path)).Headers;
            Assert.Contains("script-src 'self';", headers["content-security-policy"], StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", headers["content-security-policy"], StringComparison.Ordinal);
            Assert.Equal("nosniff", headers["x-content-type-options"]);
            Assert.Equal("same-origin", headers["referrer-policy"]);
        }
    }

    [Fact]
    public async Task An_unknown_address_gets_a_page_that_says_so()
    {
        await using var visitor = await world.VisitAsync();
        var answer = await visitor.Page.GotoAsync("/no/hay/tal/pagina");
        Assert.Equal(404, answer!.Status);
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "No hay nada aquí" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task English_is_there_for_an_english_browser_and_for_whoever_chooses_it()
    {
        await using var english = await world.VisitAsync("en-US");
        await english.OpenKeysAsync();
        await Expect(english.Page.GetByRole(AriaRole.Heading, new() { Name = "Keys", Exact = true })).ToBeVisibleAsync();
        await english.Button("New key").ClickAsync();
        await english.Button("Create").ClickAsync();
        await Expect(english.Dialog.GetByText("Describe the system that uses the key.")).ToBeVisibleAsync();
        await english.Button("Cancel").ClickAsync();

        await using var spanish = await world.VisitAsync();
        await spanish.OpenKeysAsync();
        await spanish.Button("Idioma").ClickAsync();
        await spanish.Page.GetByText("English").ClickAsync();
        await Expect(spanish.Page.GetByRole(AriaRole.Heading, new() { Name = "Keys", Exact = true })).ToBeVisibleAsync();
        Assert.Equal("en", await spanish.Page.Locator("html").GetAttributeAsync("lang"));
    }

    [Fact]
    public async Task A_chosen_theme_stays_for_the_next_visit_and_on_every_page()
    {
        await using var admin = await world.VisitAsync();
        await admin.OpenKeysAsync();
        await admin.Button("Tema oscuro").ClickAsync();
        await Expect(admin.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await admin.Page.ReloadAsync();
        await Expect(admin.Button("Tema claro")).ToBeVisibleAsync();
        Assert.Equal("rgb(13, 24, 27)", await admin.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        await admin.Page.GotoAsync("/sin-acceso");
        Assert.Equal("rgb(13, 24, 27)", await admin.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
    }

    [Fact]
    public async Task A_key_is_made_with_the_keyboard_alone()
    {
        var description = "Teclado " + Guid.NewGuid().ToString("N")[..6];
        await using var admin = await world.VisitAsync();
        await admin.OpenKeysAsync();
        // The page begins at its heading; the button may be there before that, and would lose the focus again.
        await Expect(admin.Page.Locator("h1")).ToBeFocusedAsync();
        await admin.Button("Nueva clave").FocusAsync();
        await admin.Page.Keyboard.PressAsync("Enter");
        await Expect(admin.Dialog.GetByLabel("Descripción")).ToBeFocusedAsync();
        await admin.Page.Keyboard.TypeAsync(description);
        await admin.Page.Keyboard.PressAsync("Enter");
        await Expect(admin.Page.GetByLabel("La clave nueva")).ToBeVisibleAsync();
        // It is shown once: Escape does not take it away.
        await admin.Page.Keyboard.PressAsync("Escape");
        await Expect(admin.Page.GetByLabel("La clave nueva")).ToBeVisibleAsync();
        await admin.Button("Ya la guardé").FocusAsync();
        await admin.Page.Keyboard.PressAsync("Enter");
        await Expect(admin.Row(description)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_dialog_that_takes_the_focus_late_gives_it_back_to_the_field_that_was_chosen_meanwhile()
    {
        await using var admin = await world.VisitAsync();
        await admin.OpenKeysAsync();
        await admin.Button("Limitar Primera clave").ClickAsync();
        var addresses = admin.Dialog.GetByLabel("Direcciones de origen");
        await addresses.FocusAsync();
        // What the component library does when the server's answer comes late.
        var taken = await admin.Dialog.EvaluateAsync<bool>(
            "dialog => { const trap = document.activeElement.closest('[tabindex=\"-1\"]'); trap.focus(); return dialog.contains(trap) || trap.contains(dialog); }");
        Assert.True(taken);
        await admin.Page.Keyboard.InsertTextAsync("10.9.0.0/16");
        // And so does the form's own wish for its first field.
        await admin.Page.EvaluateAsync("expandUi.focus('#key-form input')");
        await admin.Page.Keyboard.InsertTextAsync(",10.8.0.0/16");
        await Expect(addresses).ToHaveValueAsync("10.9.0.0/16,10.8.0.0/16");
        await Expect(admin.Dialog.GetByLabel("Descripción")).ToHaveValueAsync("Primera clave");
        await admin.Button("Cancelar").ClickAsync();
        await Expect(admin.Dialog).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_button_that_the_servers_answer_moves_away_under_the_pointer_is_pressed_all_the_same()
    {
        await using var admin = await world.VisitAsync();
        await admin.OpenKeysAsync();
        await admin.Button("Nueva clave").ClickAsync();
        var cancel = admin.Button("Cancelar");
        var first = admin.Page.GetByLabel("agentData", new() { Exact = true });
        await PressAsync();
        // Whoever takes the pointer elsewhere has thought better of it.
        await admin.Page.Mouse.MoveAsync(10, 10);
        await admin.Page.Mouse.UpAsync();
        await admin.Dialog.GetByText("Todas", new() { Exact = true }).ClickAsync();
        await Expect(first).ToHaveCountAsync(0);
        await Expect(admin.Dialog).ToHaveCountAsync(1);

        await PressAsync();
        await admin.Page.Mouse.UpAsync();
        await Expect(admin.Dialog).ToHaveCountAsync(0);
        Assert.Empty(admin.Complaints);

        // The choice that makes the dialog longer was made just before: its answer comes between the press and the release.
        async Task PressAsync()
        {
            await Expect(cancel).ToBeVisibleAsync();
            var before = (await cancel.BoundingBoxAsync())!;
            await admin.Page.Mouse.MoveAsync(before.X + (before.Width / 2), before.Y + (before.Height / 2));
            await admin.Page.Mouse.DownAsync();
            await admin.Page.GetByText("Solo estas").EvaluateAsync("choice => choice.click()");
            await Expect(first).ToBeVisibleAsync();
            var after = (await cancel.BoundingBoxAsync())!;
            Assert.True(after.Y > before.Y + before.Height, "the button has not moved away");
        }
    }
}
