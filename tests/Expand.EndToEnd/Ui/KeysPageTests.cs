using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI tour")]
public sealed class KeysPageTests(UiWorld world)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>With a browser beside it on a busy machine; the second itself is measured where there is none (KeyTests).</summary>
    private static readonly TimeSpan SecondOrSo = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_key_made_in_the_page_is_taken_by_the_soap_service_until_it_is_revoked_there()
    {
        var description = Name("CRM de ventas");
        await using var admin = await world.VisitAsync();
        await admin.OpenKeysAsync();

        var secret = await admin.MakeKeyAsync(description);
        Assert.Matches("^[0-9a-f]{32}$", secret);
        Assert.Equal("0", await admin.Server.StatusAsync(secret));
        Assert.Equal("-1", await admin.Server.StatusAsync(new string('0', 32)));
        await Expect(admin.Row(description)).ToContainTextAsync(secret[..6] + "…");
        Assert.DoesNotContain(secret, await admin.Page.ContentAsync(), StringComparison.Ordinal);
        // Its use shows up by itself.
        await Expect(admin.Row(description)).ToContainTextAsync("127.0.0.1", new() { Timeout = 30_000 });

        await admin.Button("Revocar " + description).ClickAsync();
        await admin.Dialog.GetByRole(AriaRole.Button, new() { Name = "Revocar", Exact = true }).ClickAsync();
        await Expect(admin.Row(description)).ToContainTextAsync("Revocada");
        var took = await Waiting.UntilAsync(async () => await admin.Server.StatusAsync(secret) == "-1", Second);
        Assert.True(took < Second);
        Assert.True(await world.AuditedAsync("key.created", "key ") > 0);
        Assert.Equal(1, await world.AuditedAsync("key.revoked", $"key {await world.KeyIdAsync(secret[..6])} "));
    }

    [Fact]
    public async Task Not_revoking_after_all_leaves_the_key_in_force()
    {
        var description = Name("Agenda");
        await using var admin = await world.VisitAsync();
        await admin.OpenKeysAsync();
        var secret = await admin.MakeKeyAsync(description);
        await admin.Button("Revocar " + description).ClickAsync();
        await admin.Button("Cancelar").ClickAsync();
        await Expect(admin.Dialog).ToHaveCountAsync(0);
        Assert.Equal("0", await admin.Server.StatusAsync(secret));
    }

    [Fact]
    public async Task A_key_made_for_one_operation_is_refused_at_another()
    {
        var description = Name("Guía");
        await using var admin = await world.VisitAsync();
        await admin.OpenKeysAsync();
        var secret = await admin.MakeKeyAsync(description, "extensionPbx");
        Assert.StartsWith("<?xml", await admin.Server.ExtensionsAsync(secret), StringComparison.Ordinal);
        Assert.Equal("-1", await admin.Server.StatusAsync(secret));
        await Expect(admin.Row(description)).ToContainTextAsync("extensionPbx");
    }

    [Fact]
    public async Task A_limit_to_an_address_counts_within_a_second_and_can_be_taken_back()
    {
        var description = Name("Cobranzas");
        await using var admin = await world.VisitAsync();
        await admin.OpenKeysAsync();
        var secret = await admin.MakeKeyAsync(description);

        await LimitToAsync(admin, description, "10.9.0.0/16");
        await Waiting.UntilAsync(async () => await admin.Server.StatusAsync(secret) == "-1", SecondOrSo);
        await Expect(admin.Row(description)).ToContainTextAsync("10.9.0.0/16");
        await LimitToAsync(admin, description, "10.9.0.0/16\n127.0.0.1");
        await Waiting.UntilAsync(async () => await admin.Server.StatusAsync(secret) == "0", SecondOrSo);
    }

    [Fact]
    public async Task What_is_wrong_is_said_at_its_field_and_nothing_is_made()
    {
        await using var admin = await world.VisitAsync();
        await admin.OpenKeysAsync();
        await admin.Button("Nueva clave").ClickAsync();
        await admin.Button("Crear").ClickAsync();
        await Expect(admin.Dialog.GetByText("Describa el sistema que usa la clave.")).ToBeVisibleAsync();

        var description = Name("Mal");
        await admin.Dialog.GetByLabel("Descripción").FillAsync(description);
        await admin.Dialog.GetByLabel("Direcciones de origen").FillAsync("10.0.0.1\n300.1.1.1");
        await admin.Button("Crear").ClickAsync();
        await Expect(admin.Dialog.GetByText("«300.1.1.1» no es una dirección IP")).ToBeVisibleAsync();

        await admin.Dialog.GetByLabel("Direcciones de origen").FillAsync("");
        await admin.Dialog.GetByLabel("Llamados por segundo").FillAsync("20000");
        await admin.Button("Crear").ClickAsync();
        await Expect(admin.Dialog.GetByText("Tiene que ser un número de 1 a 10000.")).ToBeVisibleAsync();

        await admin.Dialog.GetByLabel("Llamados por segundo").FillAsync("");
        await admin.Page.GetByText("Solo estas").ClickAsync();
        await admin.Button("Crear").ClickAsync();
        await Expect(admin.Dialog.GetByText("Marque al menos una operación")).ToBeVisibleAsync();

        await admin.Button("Cancelar").ClickAsync();
        await Expect(admin.Dialog).ToHaveCountAsync(0);
        await Expect(admin.Row(description)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Another_session_sees_a_new_key_without_reloading_and_filters_for_it()
    {
        var description = Name("Encuestas");
        await using var one = await world.VisitAsync();
        await using var other = await world.VisitAsync();
        await one.OpenKeysAsync();
        await other.OpenKeysAsync();
        await one.MakeKeyAsync(description);
        await Expect(other.Row(description)).ToBeVisibleAsync(new() { Timeout = 30_000 });

        var filter = other.Page.GetByRole(AriaRole.Searchbox);
        await filter.FillAsync(description);
        await Expect(other.Row("Primera clave")).ToHaveCountAsync(0);
        await Expect(other.Row(description)).ToBeVisibleAsync();
        await filter.FillAsync("no hay tal cosa");
        await other.Button("Mostrar todo").ClickAsync();
        await Expect(other.Row("Primera clave")).ToBeVisibleAsync();
    }

    private static string Name(string of) => $"{of} {Guid.NewGuid().ToString("N")[..6]}";

    private static async Task LimitToAsync(Visitor admin, string description, string addresses)
    {
        await admin.Button("Limitar " + description).ClickAsync();
        await admin.Dialog.GetByLabel("Direcciones de origen").FillAsync(addresses);
        await admin.Button("Guardar").ClickAsync();
        await Expect(admin.Dialog).ToHaveCountAsync(0);
    }
}
