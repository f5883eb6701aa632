using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
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
        using var rest = Rest(agent.Server);
        var campaign = await CampaignAsync(rest);
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
            var contacts = (await JsonNode.ParseAsync(await rest.GetStreamAsync(new Uri($"{campaign}/contacts?order_by=name", UriKind.Relative), Ct), cancellationToken: Ct))!["data"]!.AsArray();
            Assert.Equal([("Ana López", "Pending", ""), ("Beatriz Núñez", "Completed", "Answer")],
                contacts.Select(c => ((string)c!["name"]!, (string)c["state"]!, (string)c["lastattempt"]!)));
        }
        finally
        {
            await soap.CallAsync("logoutAgent", Ct, name);
            await rest.PutAsJsonAsync($"{campaign}/state", new { state = "Finalized" }, Ct);
        }
    }

    private static HttpClient Rest(ServerFixture server)
    {
        var client = new HttpClient { BaseAddress = new Uri(server.Url + "/expandweb3/api/campaign/external/campaigns/") };
        var credential = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{server.Credentials.ApiUser}:{server.Credentials.ApiPassword}"));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credential);
        return client;
    }

    private static async Task<string> CampaignAsync(HttpClient rest)
    {
        using var made = await rest.PostAsJsonAsync("", new
        {
            name = "Bienvenida",
            queue = "q_soporte",
            mode = "preview",
            startdate = "2020-01-01",
            enddate = "9998-12-31",
            schedule = new[] { new { weekdays = new[] { "mon", "tue", "wed", "thu", "fri", "sat", "sun" }, from = "00:00", to = "24:00" } },
            registers = false,
        }, Ct);
        Assert.Equal(System.Net.HttpStatusCode.Created, made.StatusCode);
        var id = ((int)(await made.Content.ReadFromJsonAsync<JsonNode>(Ct))!["id"]!).ToString(CultureInfo.InvariantCulture);
        (await rest.PostAsJsonAsync($"{id}/contacts", new { name = "Ana López", numcall = "099600001", info = new { contrato = "01-43-1" } }, Ct)).EnsureSuccessStatusCode();
        (await rest.PostAsJsonAsync($"{id}/contacts", new { name = "Beatriz Núñez", numcall = "099600002" }, Ct)).EnsureSuccessStatusCode();
        (await rest.PutAsJsonAsync($"{id}/state", new { state = "Active" }, Ct)).EnsureSuccessStatusCode();
        return id;
    }
}
