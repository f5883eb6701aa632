using System.Net.Http.Headers;
using System.Text;
using Expand.Server.Access;
using Expand.TestKit;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI")]
public sealed class DeskPageTests(UiWorld world)
{
    private const string Extension = "709";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_agent_logs_in_takes_a_call_records_a_part_fills_in_the_form_and_pauses()
    {
        await using var agent = await world.VisitAsync();
        var (name, password) = await world.AddUserAsync(Roles.Agent);
        var number = await world.LinkAsync(name, "q_ventas");
        var page = agent.Page;
        using var soap = new SoapCaller(agent.Server.Url, agent.Server.Credentials.AuthorizedKey);
        await agent.TrySignInAsync(name, password, "/agente");

        // Without an extension it says so; then the browser remembers the one that was chosen.
        await agent.Button("Entrar").ClickAsync();
        await Expect(page.GetByText("Elija el interno de su teléfono.")).ToBeVisibleAsync();
        await page.Locator("#desk-extension").ClickAsync();
        await Visitor.ChooseAndPressAsync(page, Extension + " ", agent.Button("Entrar"));
        await Expect(page.Locator(".x-mark-available")).ToBeVisibleAsync();
        Assert.Equal(Extension, await page.EvaluateAsync<string>("localStorage.getItem('expand.extension')"));

        List<string> calls = [];
        try
        {
            await TakeCallAsync(page, soap, calls);
            var audio = await RecordAsync(page, agent.Server);
            await FillInAsync(page, agent.Server, audio);
            await PauseAsync(page, soap, number);
        }
        finally
        {
            await soap.CallAsync("logoutAgent", Ct, name);
            // Whoever still waits in the queue would come to the next test's agent.
            foreach (var call in calls) await soap.CancelAsync(call, Ct);
        }

        await Expect(page.Locator(".x-mark-offline")).ToBeVisibleAsync();
        Assert.True(await world.AuditedAsync("recording.part-started", "call ") > 0);
        Assert.True(await world.AuditedAsync("recording.part-stopped", "call ") > 0);
    }

    /// <summary>As many calls at once as there are agents: one of them comes to this one.</summary>
    private static async Task TakeCallAsync(IPage page, SoapCaller soap, List<string> calls)
    {
        for (var i = 0; i < 6; i++) calls.Add(await soap.OriginateAsync($"09912340{i}", "q_ventas", Ct, srcName: "Cliente Prueba", info: "contrato=01-43-1"));
        await Expect(page.Locator("[data-phase=Talking]")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-phase=Talking] h2")).ToContainTextAsync("09");
        await Expect(page.Locator("[data-phase=Talking]")).ToContainTextAsync("Ventas");
        Assert.Contains("Mi puesto", await page.TitleAsync(), StringComparison.Ordinal);
    }

    /// <summary>The name of the file.</summary>
    private static async Task<string> RecordAsync(IPage page, ServerFixture server)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Grabar esta parte para Venta telefónica" }).ClickAsync();
        await Expect(page.Locator("[data-part=venta]")).ToContainTextAsync("Grabando");
        await page.GetByRole(AriaRole.Button, new() { Name = "Detener la grabación" }).ClickAsync();
        await Expect(page.Locator("[data-part=venta]")).ToContainTextAsync("Parte grabada");
        var file = Assert.Single(Directory.GetFiles(Path.Combine(server.DataFolder, "simulator", "monitor"), "audio_*.wav"));
        return Path.GetFileNameWithoutExtension(file);
    }

    private static async Task FillInAsync(IPage page, ServerFixture server, string audio)
    {
        var form = page.Locator("[data-form=venta]");
        await form.GetByRole(AriaRole.Button, new() { Name = "Guardar", Exact = true }).ClickAsync();
        await Expect(form.GetByText("Falta: es obligatorio.").First).ToBeVisibleAsync();

        // What is typed outlives the page, also while the field was not left.
        await form.Locator("#field-documento-0").PressSequentiallyAsync("3.123.456-0");
        await Task.Delay(1200, Ct);
        await page.ReloadAsync();
        await Expect(form.Locator("#field-documento-0")).ToHaveValueAsync("3.123.456-0");
        await Expect(form.GetByText("Se recuperó lo que había escrito")).ToBeVisibleAsync();

        await form.Locator("#field-plan").ClickAsync();
        await Visitor.ChooseAndPressAsync(page, "Fibra 600", form.GetByRole(AriaRole.Button, new() { Name = "Guardar", Exact = true }));
        await Expect(form).ToContainTextAsync(audio);

        using var http = new HttpClient();
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{server.Credentials.ApiUser}:{server.Credentials.ApiPassword}"));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", basic);
        var entries = await http.GetStringAsync(new Uri(server.Url + "/expandweb3/api/external/dynamicforms/venta/entries"), Ct);
        Assert.Contains($"\"audio_filename\":\"{audio}\"", entries.Replace("\": ", "\":", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static async Task PauseAsync(IPage page, SoapCaller soap, string number)
    {
        await page.Locator("#desk-pause").ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Baño" }).ClickAsync();
        await Expect(page.Locator("[data-queue=q_ventas]")).ToContainTextAsync("Baño");
        var panel = await soap.XmlAsync("statusQueues", Ct);
        Assert.Contains(panel.Descendants("qagent"), a => a.Value == number && (string?)a.Attribute("pausetype") == "Baño");
    }
}
