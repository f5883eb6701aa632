using Expand.Server.Access;
using Expand.Server.Activity;
using Expand.Server.Cdr;
using Expand.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using Npgsql;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

[Collection("web UI")]
public sealed class ReportPageTests(UiWorld world)
{
    /// <summary>A day of which there is nothing but what a test writes.</summary>
    private const string Day = "?desde=2026-03-02&hasta=2026-03-02";

    private static readonly DateTimeOffset Ten = new(2026, 3, 2, 13, 0, 0, TimeSpan.Zero);
    private readonly string call = $"e2e-{Guid.NewGuid():N}";
    private readonly string queue = $"q_{Guid.NewGuid():N}"[..12];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_report_shows_its_numbers_and_leads_to_the_call()
    {
        await using var supervisor = await SupervisorAsync("/informes/colas");
        // Today's: the demonstration's agents logged in when it started, and what its callers did since may have moved that off the first page.
        await Expect(supervisor.Page.Locator(".x-table tbody tr").First).ToBeVisibleAsync();
        await WriteAsync();

        await supervisor.Page.GotoAsync($"/informes/servicio{Day}&cola={queue}");
        await Expect(Figure(supervisor, "Nivel de servicio")).ToHaveTextAsync("50 %");
        await Expect(Figure(supervisor, "Ofrecidas")).ToHaveTextAsync("2");
        await supervisor.Page.Locator("tbody tr").GetByRole(AriaRole.Link, new() { Name = queue }).ClickAsync();

        await Expect(supervisor.Page).ToHaveURLAsync($"{supervisor.Server.Url}/informes/colas{Day}&cola={queue}");
        await Expect(supervisor.Page.GetByText("5 actividades en el período.")).ToBeVisibleAsync();
        await supervisor.Page.GetByLabel("Ver la llamada " + call, new() { Exact = true }).First.ClickAsync();
        await Expect(supervisor.Page.GetByRole(AriaRole.Heading, new() { Name = "Llamada " + call })).ToBeVisibleAsync();
        await Expect(supervisor.Page.GetByText("contrato=9")).ToBeVisibleAsync();
        await Expect(supervisor.Page.GetByText("Terminó: cortó quien llamaba")).ToBeVisibleAsync();
        await supervisor.Page.GoBackAsync();

        await Expect(supervisor.Page.GetByText("5 actividades en el período.")).ToBeVisibleAsync();
        await supervisor.Page.GotoAsync($"/informes/agentes{Day}&cola={queue}");
        await Expect(supervisor.Page.Locator("tbody tr")).ToContainTextAsync("2:00:00");
        await supervisor.Page.GetByRole(AriaRole.Link, new() { Name = "Sesiones de" }).ClickAsync();
        await Expect(supervisor.Page.Locator("tbody tr")).ToContainTextAsync("1 (10:00)");
        await Expect(supervisor.Page.Locator("figure")).ToContainTextAsync("Descanso");
        Assert.Empty(supervisor.Complaints);
    }

    [Fact]
    public async Task Calls_are_filtered_in_the_address_and_downloaded_as_they_are_shown()
    {
        await using var supervisor = await SupervisorAsync("/informes/llamadas?periodo=siempre");
        await Expect(supervisor.Page.GetByText("El período de esta dirección no existe.")).ToBeVisibleAsync();
        await WriteAsync();
        await supervisor.Page.GotoAsync("/informes/llamadas" + Day);
        await supervisor.Page.GetByLabel("Número").FillAsync(Number);
        await supervisor.Button("Aplicar").ClickAsync();
        await Expect(supervisor.Page).ToHaveURLAsync($"{supervisor.Server.Url}/informes/llamadas{Day}&numero={Number}");
        await Expect(supervisor.Page.Locator(".x-table tbody tr")).ToHaveCountAsync(1);
        await Expect(supervisor.Page.Locator(".x-table tbody tr")).ToContainTextAsync("contrato=9");

        await supervisor.Button("Exportar").ClickAsync();
        var file = await supervisor.Page.RunAndWaitForDownloadAsync(() => supervisor.Page.GetByText("CSV", new() { Exact = true }).ClickAsync());
        Assert.Equal("llamadas-2026-03-02.csv", file.SuggestedFilename);
        var lines = await File.ReadAllLinesAsync(await file.PathAsync(), Ct);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("Fecha,Llamada,Origen,Destino,", lines[0].TrimStart('\uFEFF'), StringComparison.Ordinal);
        Assert.Contains(call, lines[1], StringComparison.Ordinal);
        await Expect(supervisor.Page.GetByText("Exportado: 1 filas.")).ToBeVisibleAsync();

        await supervisor.Page.GoBackAsync();
        await Expect(supervisor.Page.GetByLabel("Número")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task An_agent_opens_no_report_and_downloads_none()
    {
        var (name, password) = await world.AddUserAsync(Roles.Agent);
        await using var agent = await world.VisitAsync();
        await agent.TrySignInAsync(name, password);
        await Expect(agent.Page).Not.ToHaveURLAsync(agent.Server.Url + "/entrar");
        await agent.Page.GotoAsync("/informes/llamadas/exportar");
        await Expect(agent.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/sin-acceso"));
    }

    private string Number => "0991" + call[4..9];

    private static ILocator Figure(Visitor visitor, string name) =>
        visitor.Page.Locator("dl > div", new() { Has = visitor.Page.GetByText(name, new() { Exact = true }) }).Locator("b");

    private async Task<Visitor> SupervisorAsync(string path)
    {
        var (name, password) = await world.AddUserAsync(Roles.Supervisor);
        var visitor = await world.VisitAsync();
        await visitor.TrySignInAsync(name, password, "/entrar?returnUrl=" + Uri.EscapeDataString(path));
        return visitor;
    }

    private async Task WriteAsync()
    {
        await using var db = new ExpandDb(DatabaseModule.Configure(new DbContextOptionsBuilder<ExpandDb>(), world.Server.ConnectionString).Options);
        QueueActivity Activity(int second, QueueAction action, string agent = "", int? wait = null, int? talk = null, string? other = null) => new()
        {
            Pbx = "e2e",
            At = Ten.AddSeconds(second),
            Queue = queue,
            Action = action,
            UniqueId = action == QueueAction.Login ? "" : other ?? call,
            Agent = agent,
            WaitSeconds = wait,
            TalkSeconds = talk,
        };
        var session = new AgentSession { Pbx = "e2e", Queue = queue, Agent = "101", BeganAt = Ten, EndedAt = Ten.AddHours(2) };
        db.AddRange(
            Activity(0, QueueAction.Login, "101"), Activity(50, QueueAction.EnterQueue), Activity(60, QueueAction.Connect, "101", wait: 10),
            Activity(90, QueueAction.CompleteCaller, "101", talk: 30), Activity(200, QueueAction.Abandon, wait: 40, other: call + ".2"));
        db.AddRange(
            session, new AgentPause { Session = session, Queue = queue, Agent = "101", Cause = "Descanso", BeganAt = Ten.AddHours(1), EndedAt = Ten.AddMinutes(70) },
            new AgentCall { Pbx = "e2e", Queue = queue, Agent = "101", UniqueId = call, Kind = AgentCallKind.Answered, At = Ten.AddSeconds(60), TalkFrom = Ten.AddSeconds(60), TalkTo = Ten.AddSeconds(90) },
            new CallNote { UniqueId = call, CallInfo = "contrato=9" },
            new CallRecord
            {
                Pbx = "e2e",
                UniqueId = call,
                LinkedId = call,
                CallDate = Ten.AddSeconds(50),
                EndedAt = Ten.AddSeconds(90),
                CallerId = $"\"José\" <{Number}>",
                Source = Number,
                Destination = "800",
                Context = "from-trunk",
                Channel = "PJSIP/trunk-1",
                DestinationChannel = "PJSIP/701-1",
                LastApplication = "Queue",
                LastData = queue,
                Duration = 40,
                BillableSeconds = 30,
                Disposition = "ANSWERED",
                UserField = "",
            });
        await using var transaction = await db.Database.BeginTransactionAsync(Ct);
        await db.SaveChangesAsync(Ct);
        // As the feed does, which writes no session without the sums of its day.
        var days = new AgentDays(new LocalTime(TimeZoneInfo.FindSystemTimeZoneById("America/Montevideo"), TimeProvider.System));
        var touched = days.Touched();
        touched.Add("101", Ten, Ten.AddHours(2));
        await days.SumAsync(touched, (NpgsqlConnection)db.Database.GetDbConnection(), Ct);
        await transaction.CommitAsync(Ct);
    }
}
