using System.Text;
using Expand.Server.DoNotCall;
using Expand.TestKit;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI tour")]
public sealed class DoNotCallPageTests(UiWorld world)
{
    private const string Page = "/supervision/no-llamar";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_number_is_put_on_a_list_looked_up_exempted_and_its_evidence_found()
    {
        var name = $"Bajas {Guid.NewGuid().ToString("N")[..6]}";
        var number = $"2{Random.Shared.Next(1_000_000, 9_999_999)}";
        await using var admin = await AdminAsync();
        await admin.Button("Nueva lista").ClickAsync();
        await admin.Button("Crear").ClickAsync();
        await Expect(admin.Dialog).ToContainTextAsync("Escriba un nombre");
        await admin.Dialog.GetByLabel("Nombre").FillAsync(name);
        await admin.Button("Crear").ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = name })).ToBeVisibleAsync();

        await admin.Button("Agregar número").First.ClickAsync();
        await admin.Dialog.GetByLabel("Número").FillAsync($"+598 {number}");
        await Expect(admin.Dialog).ToContainTextAsync($"Se guarda como {number}");
        await admin.Dialog.GetByLabel("Nota").FillAsync("lo pidió");
        await admin.Button("Agregar").ClickAsync();
        await Expect(admin.Row(number)).ToContainTextAsync("lo pidió");
        Assert.Equal(1, await world.AuditedAsync("dnc.number-added", $"do-not-call list {name}"));

        await admin.Page.GotoAsync(Page + "/excepciones");
        await LookUpAsync(admin, number, "No se puede llamar", name);
        await admin.Page.GotoAsync(Page + "/excepciones");
        await admin.Button("Nueva excepción").First.ClickAsync();
        await admin.Dialog.GetByLabel("Número").FillAsync("0" + number);
        await admin.Button("Exceptuar").ClickAsync();
        await Expect(admin.Dialog).ToContainTextAsync("Escriba el motivo");
        await admin.Dialog.GetByLabel("Motivo").FillAsync("Cliente con contrato");
        await admin.Button("Exceptuar").ClickAsync();
        await Expect(admin.Row(number)).ToContainTextAsync("Cliente con contrato");
        await LookUpAsync(admin, number, "Se puede llamar", "Cliente con contrato");

        await using (var db = world.Database())
        {
            db.Add(new NumberCheck { At = DateTimeOffset.UtcNow, Number = number, Purpose = CheckPurpose.Sms, PurposeId = "77", Host = "uno", Lists = "[]", Result = CheckResult.Exempt, ListName = name, Reason = "Cliente con contrato" });
            await db.SaveChangesAsync(Ct);
        }

        await admin.Page.GotoAsync(Page + "/evidencia");
        await admin.Page.GetByLabel("Número").FillAsync("0" + number);
        await admin.Page.Keyboard.PressAsync("Enter");
        await Expect(admin.Row(number)).ToContainTextAsync("Cliente con contrato");
        await admin.Page.Locator("[data-test=export] button").ClickAsync();
        var download = await admin.Page.RunAndWaitForDownloadAsync(() => admin.Page.GetByText("CSV", new() { Exact = true }).ClickAsync());
        var file = await File.ReadAllTextAsync(await download.PathAsync(), Ct);
        Assert.Contains($"{number},Exceptuado,{name},Cliente con contrato,SMS de publicidad,77", file, StringComparison.Ordinal);
        Assert.Empty(admin.Complaints);
    }

    [Fact]
    public async Task A_register_gets_an_edition_from_a_file_and_is_told_to_expire_in_words()
    {
        var name = $"Registro {Guid.NewGuid().ToString("N")[..6]}";
        await using var admin = await AdminAsync();
        await admin.Button("Nueva lista").ClickAsync();
        await admin.Dialog.GetByLabel("Nombre").FillAsync(name);
        await admin.Dialog.GetByText("Registro oficial").ClickAsync();
        await admin.Button("Crear").ClickAsync();
        var field = admin.Page.Locator("#import-file");
        await Expect(field).ToBeVisibleAsync();
        await Eventually.TrueAsync(() => field.EvaluateAsync<bool>("field => field._blazorInputFileNextFileId !== undefined"), "the field for the file listens", TimeSpan.FromSeconds(30));
        await field.SetInputFilesAsync(new FilePayload { Name = "edicion.txt", MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes("Telefono\n090111001\n+59890111002\nnada\n") });
        await Expect(admin.Page.GetByRole(AriaRole.Cell, new() { Name = "90111002", Exact = true })).ToBeVisibleAsync();
        // As old as an edition may be that is about to expire.
        await admin.Page.GetByLabel("Fecha de la edición").FillAsync(DateTime.UtcNow.AddDays(-28).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        await admin.Button("Importar").ClickAsync();
        await Expect(admin.Page.Locator("[data-test=import]")).ToContainTextAsync("Se importó edicion.txt");
        await Expect(admin.Page.Locator(".x-refused tbody tr")).ToContainTextAsync(["No es un número de teléfono"]);

        await admin.Page.GotoAsync(Page);
        await Expect(admin.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = name })).ToContainTextAsync("Por vencer");
        await Expect(admin.Row(name)).ToContainTextAsync("Por vencer");
        await LookUpAsync(admin, "090111001", "No se puede llamar", name);
        await admin.Button($"Eliminar {name}").ClickAsync();
        await admin.Dialog.GetByRole(AriaRole.Button, new() { Name = "Eliminar", Exact = true }).ClickAsync();
        await Expect(admin.Row(name)).ToHaveCountAsync(0);
        Assert.Equal(1, await world.AuditedAsync("dnc.list-removed", $"do-not-call list {name}"));
    }

    private static async Task LookUpAsync(Visitor admin, string number, string verdict, string why)
    {
        if (!admin.Page.Url.EndsWith(Page, StringComparison.Ordinal)) await admin.Page.Locator(".x-dnc-tabs").GetByRole(AriaRole.Link, new() { Name = "Listas" }).ClickAsync();
        await admin.Page.Locator("#lookup-number").FillAsync(number);
        await admin.Button("Consultar").ClickAsync();
        await Expect(admin.Page.Locator("[data-test=lookup]")).ToContainTextAsync(verdict);
        await Expect(admin.Page.Locator("[data-test=lookup]")).ToContainTextAsync(why);
    }

    private async Task<Visitor> AdminAsync()
    {
        var admin = await world.VisitAsync();
        await admin.TrySignInAsync(admin.Server.Credentials.AdminUser, admin.Server.Credentials.AdminPassword, Page);
        return admin;
    }
}
