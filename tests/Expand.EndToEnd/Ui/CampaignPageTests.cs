using System.Text;
using Expand.Dialing.Pacing;
using Expand.Server.Dialer;
using Expand.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI")]
public sealed class CampaignPageTests(UiWorld world)
{
    private const string Path = "/supervision/campanas";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_campaign_is_set_up_with_gaps_completed_filled_from_a_file_and_begun()
    {
        var name = $"Campaña {Guid.NewGuid():N}"[..20];
        await using var laura = await SupervisorAsync(Path + "/nueva");
        await laura.Page.GetByLabel("Nombre", new() { Exact = true }).FillAsync(name);
        await laura.Page.GetByLabel("Segundos de timbre").FillAsync("4");
        await laura.Button("Crear campaña").ClickAsync();
        await Expect(laura.Page.GetByText("De 5 a 120 segundos.")).ToBeVisibleAsync();
        await laura.Page.GetByLabel("Segundos de timbre").FillAsync("25");
        await laura.Button("Crear campaña").ClickAsync();
        await Expect(laura.Page.Locator("h1")).ToHaveTextAsync(name);
        await Expect(laura.Button("Comenzar")).ToBeDisabledAsync();

        await laura.Page.GetByRole(AriaRole.Link, new() { Name = "Poner el primer día" }).ClickAsync();
        await Expect(laura.Page.GetByText("Para comenzar falta: la cola o el interno, el primer día, el último día.")).ToBeVisibleAsync();
        await laura.Page.GetByText("Un interno fijo").ClickAsync();
        await laura.Page.GetByLabel("Interno", new() { Exact = true }).FillAsync("108");
        await laura.Page.GetByLabel("Primer día").FillAsync("2026-01-01");
        await laura.Page.GetByLabel("Último día").FillAsync("2098-12-31");
        await laura.Button("Guardar").ClickAsync();
        await Expect(laura.Page.GetByText("Se guardó la configuración")).ToBeVisibleAsync();

        await SectionAsync(laura, "Importar");
        await UploadAsync(laura, "Nombre;Teléfono;Código;Plan\r\nAna Núñez;099 123 456;A-1;Fibra\r\n;099123457;A-2;Cable\r\nBeto;099123458;A-1;Cable\r\nCarla;099123456;A-3;Cable\r\n");
        await Expect(laura.Page.GetByRole(AriaRole.Cell, new() { Name = "Ana Núñez" })).ToBeVisibleAsync();
        await laura.Button("Revisar el archivo").ClickAsync();
        await Expect(laura.Page.Locator("[data-test=import]")).ToContainTextAsync("Todavía no se escribió nada.");
        await Expect(laura.Page.Locator("tbody tr")).ToContainTextAsync(["Falta, o tiene más de 200 caracteres.", "Repite el de la línea 2."]);
        await laura.Button("Importar 2 contactos").ClickAsync();
        await Expect(laura.Page.Locator("[data-test=import]")).ToContainTextAsync("clientes.csv está importado");
        await Expect(laura.Page.GetByText("Números repetidos: 1.")).ToBeVisibleAsync();

        await laura.Page.GetByRole(AriaRole.Link, new() { Name = "Ver los contactos" }).ClickAsync();
        await laura.Button("Ana Núñez").ClickAsync();
        await Expect(laura.Dialog).ToContainTextAsync("Importado de un archivo");
        await laura.Dialog.GetByRole(AriaRole.Button, new() { Name = "Deshabilitar" }).ClickAsync();
        await Expect(laura.Dialog).ToContainTextAsync("Se deshabilitó");
        await laura.Dialog.GetByRole(AriaRole.Button, new() { Name = "Cerrar" }).ClickAsync();

        await SectionAsync(laura, "Actividad");
        await laura.Page.Locator("[data-test=export] button").Last.ClickAsync();
        var file = await laura.Page.RunAndWaitForDownloadAsync(() => laura.Page.GetByText("CSV", new() { Exact = true }).ClickAsync());
        var lines = await File.ReadAllLinesAsync(await file.PathAsync(), Encoding.UTF8, Ct);
        Assert.EndsWith(",zona horaria,Plan", lines[0], StringComparison.Ordinal);
        Assert.Contains(",A-1,Ana Núñez,099123456,no,Cancelado,Canceled,0,", lines[1], StringComparison.Ordinal);
        Assert.Equal(3, lines.Length);

        await SectionAsync(laura, "Tablero");
        await laura.Button("Comenzar").ClickAsync();
        await laura.Dialog.GetByRole(AriaRole.Button, new() { Name = "Comenzar" }).ClickAsync();
        await Expect(laura.Page.Locator(".x-state").First).ToHaveTextAsync("Activa");
        await laura.Button("Pausar").ClickAsync();
        await laura.Dialog.GetByRole(AriaRole.Button, new() { Name = "Pausar" }).ClickAsync();
        await Expect(laura.Page.Locator(".headline [data-test=now]")).ToHaveTextAsync("En pausa: no llama hasta que se la continúe");
        var id = new Uri(laura.Page.Url).AbsolutePath.Split('/')[^1];
        foreach (var action in new[] { "campaign.created", "campaign.changed", "contacts.imported", "campaign.activated", "campaign.paused" })
            Assert.Equal(1, await world.AuditedAsync(action, $"campaign {id}"));
        Assert.Equal(1, await world.AuditedAsync("contact.changed", $"campaign {id} contact "));
        Assert.Empty(laura.Complaints);
    }

    [Fact]
    public async Task The_dashboard_shows_what_the_engine_decided_and_that_it_is_silent()
    {
        await using var laura = await SupervisorAsync(Path);
        await using var db = world.Database();
        var campaign = new Campaign { Name = $"Ritmo {Guid.NewGuid():N}"[..16], TimeZone = "America/Montevideo", Queue = "q_ventas", Life = new(CampaignState.Active, false), AbandonmentCap = 3 };
        db.Add(campaign);
        await db.SaveChangesAsync(Ct);
        await using (await TellAsync(campaign.Id, TimeSpan.Zero))
        {
            await Expect(laura.Row(campaign.Name)).ToContainTextAsync("Tope de abandono alcanzado");
            await laura.Page.GetByRole(AriaRole.Link, new() { Name = campaign.Name }).ClickAsync();
            await Expect(laura.Page.Locator(".headline [data-test=now]")).ToHaveTextAsync("Tope de abandono alcanzado: un llamado por agente libre");
            await Expect(laura.Page.Locator(".figures")).ToContainTextAsync("de los llamados");
            await Expect(laura.Page.Locator(".figures dd").First).ToContainTextAsync("7");
            await Expect(laura.Page.GetByRole(AriaRole.Img, new() { Name = "Abandono 5 %, tope 3 %" })).ToBeVisibleAsync();
        }

        await using (await TellAsync(campaign.Id, TimeSpan.FromMinutes(5)))
            await Expect(laura.Page.Locator(".headline [data-test=now]")).ToContainTextAsync("El motor no informa desde");
        await db.Database.ExecuteSqlAsync($"delete from campaign_paces where campaign = {campaign.Id}", Ct);
        db.Remove(campaign);
        await db.SaveChangesAsync(Ct);
        await Expect(laura.Page.GetByRole(AriaRole.Heading, new() { Name = "Esa campaña no existe" }).First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_dialers_settings_are_refused_by_field_and_changed()
    {
        await using var admin = await world.VisitAsync();
        await admin.TrySignInAsync(admin.Server.Credentials.AdminUser, admin.Server.Credentials.AdminPassword, "/configuracion/sistema/marcador");
        await admin.Button("Agregar troncal").ClickAsync();
        await admin.Page.GetByLabel("Nombre", new() { Exact = true }).FillAsync("salida");
        await admin.Page.GetByLabel("Cómo se marca").FillAsync("PJSIP/salida");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Feriados fijos de" }).First.ClickAsync();
        await admin.Button("Guardar").ClickAsync();
        await Expect(admin.Page.GetByText("Tecnología, barra y {number}")).ToBeVisibleAsync();
        await admin.Page.GetByLabel("Cómo se marca").FillAsync("PJSIP/{number}@salida");
        await admin.Button("Guardar").ClickAsync();
        await Expect(admin.Page.GetByText("Se guardó la configuración del marcador.")).ToBeVisibleAsync();
        await Expect(admin.Page.Locator(".days li")).ToHaveCountAsync(5);
        await admin.Button("Volver a la del servidor").ClickAsync();
        await admin.Dialog.GetByRole(AriaRole.Button, new() { Name = "Volver a la del servidor" }).ClickAsync();
        await Expect(admin.Page.Locator(".days li")).ToHaveCountAsync(0);
        Assert.Equal(1, await world.AuditedAsync("settings.changed", "Dialer"));
        Assert.Empty(admin.Complaints);
    }

    /// <summary>Says, until it is disposed of, what the engine decided that long ago: oftener than an engine of this server says what it thinks.</summary>
    private async Task<Teller> TellAsync(int campaign, TimeSpan ago)
    {
        var teller = new Teller(world, campaign, ago);
        await teller.TellAsync();
        teller.Begin();
        return teller;
    }

    private async Task<Visitor> SupervisorAsync(string path)
    {
        var (user, password) = await world.AddUserAsync("supervisor");
        var visitor = await world.VisitAsync();
        await visitor.TrySignInAsync(user, password, path);
        await Expect(visitor.Page).ToHaveURLAsync(visitor.Server.Url + path);
        return visitor;
    }

    private static Task SectionAsync(Visitor visitor, string name) =>
        visitor.Page.GetByRole(AriaRole.Navigation, new() { Name = "Secciones de la campaña" }).GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();

    private static async Task UploadAsync(Visitor visitor, string text)
    {
        // It listens a moment after it is there; nobody finds a file that fast.
        var field = visitor.Page.Locator("#import-file");
        await Eventually.TrueAsync(() => field.EvaluateAsync<bool>("field => field._blazorInputFileNextFileId !== undefined"), "the field for the file listens", TimeSpan.FromSeconds(30));
        await field.SetInputFilesAsync(new FilePayload { Name = "clientes.csv", MimeType = "text/csv", Buffer = Encoding.Latin1.GetBytes(text) });
    }

    private sealed class Teller(UiWorld world, int campaign, TimeSpan ago) : IAsyncDisposable
    {
        private readonly CancellationTokenSource ending = new();
        private Task telling = Task.CompletedTask;

        public void Begin() => telling = Task.Run(async () =>
        {
            while (!ending.IsCancellationRequested)
            {
                await TellAsync();
                await Task.Delay(100, CancellationToken.None);
            }
        }, CancellationToken.None);

        public async Task TellAsync()
        {
            await using var db = world.Database();
            await db.Database.ExecuteSqlAsync(
                $"""
                insert into campaign_paces (campaign, at, host, reason, calls, under_way, talking, due, free_agents, answer_rate, answered, abandoned)
                values ({campaign}, {DateTimeOffset.UtcNow - ago}, 'prueba', {(int)PlanReason.CapHeld}, 1, 7, 3, 250, 2, 0.25, 40, 2)
                on conflict (campaign) do update set at = excluded.at, reason = excluded.reason, under_way = excluded.under_way, talking = excluded.talking,
                    due = excluded.due, free_agents = excluded.free_agents, answer_rate = excluded.answer_rate, answered = excluded.answered,
                    abandoned = excluded.abandoned
                """, CancellationToken.None);
        }

        public async ValueTask DisposeAsync()
        {
            await ending.CancelAsync();
            await telling;
            ending.Dispose();
        }
    }
}
