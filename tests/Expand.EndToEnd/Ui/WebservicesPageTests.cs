using System.Net;
using Expand.Server.Access;
using Expand.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI")]
public sealed class WebservicesPageTests(UiWorld world)
{
    private const string Path = "/configuracion/sistema/webservices";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_is_set_up_and_tried_and_when_an_agent_takes_a_call_the_crm_is_told_and_the_page_shows_what_is_known()
    {
        using var crm = new HttpListener();
        var url = $"http://127.0.0.1:{FreePorts.Tcp()}/";
        crm.Prefixes.Add(url);
        crm.Start();
        _ = ServeAsync(crm);
        await using var admin = await world.VisitAsync();
        await admin.TrySignInAsync(admin.Server.Credentials.AdminUser, admin.Server.Credentials.AdminPassword, Path);
        var page = admin.Page;

        await admin.Button("Configurar pushAgentInfo").ClickAsync();
        await admin.Dialog.GetByText("REST", new() { Exact = true }).ClickAsync();
        await admin.Dialog.GetByLabel("Dirección (URL)").FillAsync("ftp://crm/");
        await admin.Button("Guardar").ClickAsync();
        await Expect(admin.Dialog.GetByText("Escriba una dirección http:// o https://")).ToBeVisibleAsync();
        await admin.Dialog.GetByLabel("Dirección (URL)").FillAsync(url);
        await admin.Dialog.GetByLabel("Activo").CheckAsync();
        await admin.Button("Guardar").ClickAsync();
        await Expect(admin.Dialog).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-service=pushAgentInfo]")).ToContainTextAsync("Activo");

        await admin.Button("Probar pushAgentInfo").ClickAsync();
        await admin.Button("Llamar al servicio").ClickAsync();
        await Expect(admin.Dialog).ToContainTextAsync("Respondió bien");
        await Expect(admin.Dialog).ToContainTextAsync($"POST {url}");
        await admin.Dialog.GetByRole(AriaRole.Button, new() { Name = "Cerrar", Exact = true }).First.ClickAsync();
        await Expect(admin.Dialog).ToHaveCountAsync(0);

        await admin.Button("Configurar Ajustes comunes").ClickAsync();
        await admin.Dialog.GetByLabel("Enlace al CRM").FillAsync(url + "ficha?n={callerid}&d={ivrdata}");
        await admin.Button("Guardar").ClickAsync();
        await Expect(admin.Dialog).ToHaveCountAsync(0);
        try
        {
            await TakeAsync(url);
            await Expect(page.Locator("[data-push=Taken]").First).ToBeVisibleAsync();
            var again = page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Reenviar la llamada") }).First;
            await again.ClickAsync();
            await Expect(page.GetByText("Se envía de nuevo.")).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Intentos de la llamada") }).First.ClickAsync();
            await Expect(admin.Dialog).ToContainTextAsync("Respondió: true");
        }
        finally
        {
            await using var db = world.Database();
            // For the tests that come after.
            await db.Database.ExecuteSqlAsync($"delete from installation_settings where section = 'Crm'", Ct);
            await db.Database.ExecuteSqlAsync($"update access_version set version = version + 1 where id = 8", Ct);
        }

        Assert.Equal(1, await world.AuditedAsync("crm.push-replayed", "call "));
        Assert.Equal(1, await world.AuditedAsync("crm.tested", "pushAgentInfo"));
    }

    /// <summary>An agent takes a call that came through an IVR.</summary>
    private async Task TakeAsync(string url)
    {
        await using var agent = await world.VisitAsync();
        var (name, password) = await world.AddUserAsync(Roles.Agent);
        await world.LinkAsync(name, "q_ventas");
        using var soap = new SoapCaller(agent.Server.Url, agent.Server.Credentials.AuthorizedKey);
        List<string> calls = [];
        try
        {
            Assert.Equal("true", await soap.CallAsync("loginAgent", Ct, name, "708"));
            await agent.TrySignInAsync(name, password, "/agente");
            // As many as there are agents: one of them comes to this one.
            foreach (var extension in new[] { "705", "706", "707", "709" })
            {
                calls.Add(await soap.OriginateAsync(extension, "q_ventas", Ct, srcName: "Cliente Prueba"));
                await using var db = world.Database();
                await db.Database.ExecuteSqlAsync($"insert into ivr_data (pbx, uniqueid, data, changed_at) select pbx, channel_id, 'menu=1,cliente=48213', now() from originated_calls on conflict do nothing", Ct);
            }

            var card = agent.Page.Locator("[data-phase=Talking] [data-test=caller-card]");
            await Expect(card).ToContainTextAsync("48213");
            var link = card.GetByRole(AriaRole.Link, new() { Name = "Abrir en el CRM" });
            await Expect(link).ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex($"^{url}ficha\\?n=70\\d&d=menu%3D1%2Ccliente%3D48213$"));
            await Expect(link).ToHaveAttributeAsync("rel", "noopener noreferrer");
        }
        finally
        {
            await soap.CallAsync("logoutAgent", Ct, name);
            foreach (var call in calls) await soap.CancelAsync(call, Ct);
        }
    }

    private static async Task ServeAsync(HttpListener crm)
    {
        try
        {
            while (true)
            {
                var http = await crm.GetContextAsync();
                http.Response.ContentType = "application/json";
                await http.Response.OutputStream.WriteAsync("true"u8.ToArray());
                http.Response.Close();
            }
        }
        catch (Exception end) when (end is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
