using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI")]
public sealed class CredentialsPageTests(UiWorld world)
{
    [Fact]
    public async Task A_credential_made_in_the_page_is_taken_by_the_rest_api_until_it_is_revoked_there()
    {
        var name = "crm-" + Guid.NewGuid().ToString("N")[..6];
        await using var admin = await world.VisitAsync();
        var credentials = admin.Server.Credentials;
        await admin.TrySignInAsync(credentials.AdminUser, credentials.AdminPassword, "/configuracion/sistema/credenciales");
        await Expect(admin.Row(credentials.ApiUser)).ToBeVisibleAsync();
        await admin.Button("Nueva credencial").ClickAsync();
        await admin.Dialog.GetByLabel("Usuario", new() { Exact = true }).FillAsync(name);
        await admin.Dialog.GetByLabel("Descripción", new() { Exact = true }).FillAsync("CRM de ventas");
        await admin.Button("Crear").ClickAsync();
        await Expect(admin.Dialog.GetByText("Marque al menos un permiso.")).ToBeVisibleAsync();
        await admin.Dialog.GetByText("Listas").ClickAsync();
        await admin.Button("Crear").ClickAsync();
        var password = await admin.Page.GetByLabel("La contraseña nueva").InputValueAsync();
        await admin.Button("Ya la guardé").ClickAsync();
        await Expect(admin.Row(name)).ToContainTextAsync("Listas");
        Assert.Equal(HttpStatusCode.OK, await AskAsync(admin, name, password));

        await admin.Button("Más acciones para " + name).ClickAsync();
        await admin.Page.GetByText("Revocar", new() { Exact = true }).ClickAsync();
        await admin.Dialog.GetByRole(AriaRole.Button, new() { Name = "Revocar", Exact = true }).ClickAsync();
        await Expect(admin.Row(name)).ToContainTextAsync("Revocada");
        await Waiting.UntilAsync(async () => await AskAsync(admin, name, password) == HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(5));
    }

    private static async Task<HttpStatusCode> AskAsync(Visitor admin, string name, string password)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, admin.Server.Url + "/expandweb3/api/external/lists/simple");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}")));
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
