using System.Text;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI")]
public sealed class InspectorPageTests(UiWorld world)
{
    private const string PagePath = "/configuracion/sistema/inspector";

    [Fact]
    public async Task A_call_is_seen_as_it_came_and_as_it_was_understood_and_its_key_nowhere()
    {
        await using var admin = await world.VisitAsync();
        var (key, mark) = (admin.Server.Credentials.AuthorizedKey, "trabajo-" + Guid.NewGuid().ToString("N")[..6]);
        await admin.TrySignInAsync(admin.Server.Credentials.AdminUser, admin.Server.Credentials.AdminPassword, PagePath);
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = "Inspector", Exact = true })).ToBeVisibleAsync();

        using var http = new HttpClient();
        using var body = new StringContent(
            $"""<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><originateCallStatus><authorizedKey>{key}</authorizedKey><originatedID>{mark}</originatedID></originateCallStatus></e:Body></e:Envelope>""",
            Encoding.UTF8, "text/xml");
        using var answer = await http.PostAsync(new Uri($"{admin.Server.Url}/apiws/2/apiws.php?clave={key}"), body, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);

        // It comes by itself.
        var search = admin.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Buscar en las solicitudes" });
        await search.FillAsync(mark);
        var row = admin.Page.Locator("tbody tr");
        await Expect(row).ToHaveCountAsync(1);
        await Expect(row).ToContainTextAsync("originateCallStatus");
        await row.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(admin.Dialog.GetByRole(AriaRole.Heading, new() { Name = "Como llegó" })).ToBeVisibleAsync();
        Assert.Contains($"<originatedID>{mark}</originatedID>", await admin.Dialog.GetByRole(AriaRole.Textbox, new() { Name = "Como llegó" }).InputValueAsync(), StringComparison.Ordinal);
        var understood = await admin.Dialog.GetByRole(AriaRole.Textbox, new() { Name = "Como se entendió" }).InputValueAsync();
        Assert.Contains($"authorizedKey = {key[..6]}…", understood, StringComparison.Ordinal);
        Assert.Contains($"originatedID = {mark}", understood, StringComparison.Ordinal);
        Assert.DoesNotContain(key, await admin.Page.ContentAsync(), StringComparison.OrdinalIgnoreCase);
        foreach (var shown in await admin.Page.Locator("textarea").AllAsync()) Assert.DoesNotContain(key, await shown.InputValueAsync(), StringComparison.OrdinalIgnoreCase);

        await admin.Button("Cerrar").Last.ClickAsync();
        await admin.Page.GetByLabel("Solo las fallidas").CheckAsync();
        await Expect(admin.Page.GetByText("Ninguna solicitud coincide")).ToBeVisibleAsync();
    }
}
