using System.Globalization;
using System.Text;
using Expand.Server.Access;
using Expand.Server.Dialer.Imports;
using Expand.Server.Platform;
using Expand.Server.Platform.Files;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Tests.Dialer;

/// <summary>CSV files looked through and imported into campaigns.</summary>
public sealed class ContactImportsTests(SharedDialerDesk shared) : IClassFixture<SharedDialerDesk>
{
    private const string Mixed =
        """
        Nombre;Teléfono;Código;Zona horaria;Habilitado;Plan;Correo
        Ana Núñez;099 123 456;A-1;America/Sao_Paulo;sí;Fibra;ana@example.com
        ;099123457;A-2;;;;
        Beto;no tiene;A-3;;;;
        Carla;099123458;A-1;;;;
        Dina;099123459;A-4;Montevideo;;;
        Elsa;'+59899123460;A-5;;quizás;;
        Fede;(099) 123-456;A-6;;no;Cable;
        Gabi;'+59899123461;;;;;
        Hugo
        """;

    private static readonly Actor Supervisor = new("laura", "10.0.0.9");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private DialerDesk Desk => shared.Desk;

    private ContactImports Imports => Desk.Host.Get<ContactImports>();

    [Fact]
    public async Task A_file_is_looked_through_first_and_its_good_rows_are_then_contacts()
    {
        var campaign = await Desk.CampaignAsync();
        var import = await CheckAsync(campaign, Mixed);
        Assert.Equal((ImportState.Checked, 9L, 3L, 6L, 1L), (import.State, import.Counts.Read, import.Counts.Added, import.Counts.Refused, import.Counts.RepeatedNumbers));
        Assert.Equal(
            [(3L, ImportRule.Name, null), (4, ImportRule.Numcall, null), (5, ImportRule.Repeated, 2L), (6, ImportRule.TimeZone, null), (7, ImportRule.Enable, null), (10, ImportRule.Columns, null)],
            import.Refusals.Select(r => (r.Line, r.Rule, r.With)));
        Assert.Equal(0, (await Desk.GetAsync($"/{campaign}/contacts")).Total);

        await BeginAsync(import);
        Assert.Equal((ImportState.Done, 3L, 6L, 1L), (import.State, import.Counts.Added, import.Counts.Refused, import.Counts.RepeatedNumbers));
        var contacts = (await Desk.GetAsync($"/{campaign}/contacts")).Json["data"]!.AsArray();
        Assert.Equal(["Ana Núñez 099123456 Pending", "Fede 099123456 Canceled", "Gabi +59899123461 Pending"], contacts.Select(c => $"{c!["name"]} {c["numcall"]} {c["state"]}"));
        Assert.Equal("""{"Plan":"Fibra","Correo":"ana@example.com"}""", contacts[0]!["info"]!.ToJsonString());
        Assert.Equal(("A-1", "America/Sao_Paulo", "_Source_File"), ((string?)contacts[0]!["externalid"], (string?)contacts[0]!["timezone"], (string?)contacts[0]!["statelog"]![0]!["transition"]));
        Assert.Equal("", await Desk.WrongCountsAsync());
        Assert.Equal(
            ["contacts.import.begun clientes.csv (AddOnly)", "contacts.imported clientes.csv (AddOnly); rows: 9; added: 3; changed: 0; unchanged: 0; refused: 6; repeated numbers: 1"],
            await AuditedAsync(campaign));
    }

    [Fact]
    public async Task Known_external_ids_stay_as_they_are_or_become_what_the_file_has()
    {
        var campaign = await Desk.CampaignAsync();
        await ImportAsync(campaign, "nombre,numero,id,plan\nAna,099000001,K-1,viejo\nBeto,099000002,K-2,viejo\n");
        const string Again = "nombre,numero,id,plan\nAna María,099000001,K-1,nuevo\nBeto,099000002,K-2,viejo\nCarla,099000003,K-3,nuevo\n";
        var added = await ImportAsync(campaign, Again);
        Assert.Equal((1L, 0L, 2L), (added.Counts.Added, added.Counts.Changed, added.Counts.Same));
        var changed = await ImportAsync(campaign, Again, ImportMode.AlsoChange);
        Assert.Equal((0L, 1L, 2L), (changed.Counts.Added, changed.Counts.Changed, changed.Counts.Same));
        var contact = (await Desk.GetAsync($"/{campaign}/contacts?like=María")).Json["data"]![0]!;
        Assert.Equal("""{"plan":"nuevo"}""", contact["info"]!.ToJsonString());
        // A file without additional data says nothing of them.
        await ImportAsync(campaign, "nombre,numero,id\nAna,099000009,K-1\n", ImportMode.AlsoChange);
        contact = (await Desk.GetAsync($"/{campaign}/contacts/{contact["id"]}")).Json;
        Assert.Equal(("099000009", """{"plan":"nuevo"}"""), ((string?)contact["numcall"], contact["info"]!.ToJsonString()));
        Assert.Equal(3, (await Desk.GetAsync($"/{campaign}/contacts")).Total);
    }

    [Fact]
    public async Task What_was_reached_keeps_that_and_the_row_is_refused()
    {
        var campaign = await Desk.CampaignAsync();
        await ImportAsync(campaign, "nombre,numero,id,habilitado\nAna,099000001,K-1,si\n");
        var id = (await Desk.GetAsync($"/{campaign}/contacts")).Ids[0];
        await Desk.ContactsAsync(c => c.AttemptedAsync(campaign, id, AttemptOutcome.Answer, Ct));
        await Desk.ContactsAsync(c => c.CompletedAsync(campaign, id, Ct));
        var import = await ImportAsync(campaign, "nombre,numero,id,habilitado\nAna,099000001,K-1,no\n", ImportMode.AlsoChange);
        Assert.Equal(ImportRule.Kept, Assert.Single(import.Refusals).Rule);
        Assert.Equal(1, (await Desk.GetAsync($"/{campaign}/contacts?state=Completed")).Total);
    }

    [Fact]
    public async Task A_cancelled_import_keeps_what_it_wrote_and_goes_on_from_the_beginning_without_repeating_anybody()
    {
        var campaign = await Desk.CampaignAsync();
        var text = "nombre,numero,id\n" + string.Concat(Enumerable.Range(0, 6 * ContactBatches.Rows).Select(i => string.Create(CultureInfo.InvariantCulture, $"Contacto {i},09{i:0000000},K-{i}\n")));
        var import = await CheckAsync(campaign, text);
        Assert.Null(Imports.Begin(import));
        // Nobody begins it twice, and no other file comes between.
        Assert.Equal(FailureKind.Conflict, Imports.Begin(import)!.Kind);
        await using (var other = await FileAsync("nombre,numero\nAna,099\n"))
            Assert.Equal(FailureKind.Conflict, Imports.Check(import.Plan, other).Failure!.Kind);
        while (import.Counts.Added == 0 && import.IsAtWork) await Task.Delay(1, Ct);
        import.Cancel();
        await EndAsync(import);
        Assert.Equal(ImportState.Cancelled, import.State);
        Assert.Same(import, Imports.Of(campaign));
        var there = (await Desk.GetAsync($"/{campaign}/contacts?limit=1")).Total;
        Assert.Equal(import.Counts.Added, there);
        Assert.InRange(there, 1, (6 * ContactBatches.Rows) - 1);
        var again = await ImportAsync(campaign, text);
        Assert.Equal((6L * ContactBatches.Rows, there), (again.Counts.Added + again.Counts.Same, again.Counts.Same));
        Assert.Equal(6 * ContactBatches.Rows, (await Desk.GetAsync($"/{campaign}/contacts?limit=1")).Total);
        Assert.Equal("", await Desk.WrongCountsAsync());
    }

    [Fact]
    public async Task A_campaign_that_has_ended_takes_none_and_the_import_says_so()
    {
        var campaign = await Desk.CampaignAsync();
        var import = await CheckAsync(campaign, "nombre,numero\nAna,099000001\n");
        Assert.Null((await Desk.CampaignsAsync(c => c.FinalizeAsync(campaign, ExpectedVersion.Any, Supervisor, Ct))).Failure);
        await BeginAsync(import);
        Assert.Equal((ImportState.Failed, FailureKind.Conflict), (import.State, import.Failure!.Kind));
    }

    [Theory]
    [InlineData("Nombre,Teléfono,Ciudad\nAna,099123456,Salto\n", "Name Numcall Info:Ciudad")]
    [InlineData("099123456;Ana Núñez;ana@x.uy\n099123457;Beto;b@x.uy\n", "Numcall Name Info:columna 3")]
    [InlineData("id,Cliente,CELULAR,nota,nota\n7,Ana,099123456,a,b\n", "ExternalId Name Numcall Info:nota Info:nota 2")]
    public async Task Columns_are_what_their_titles_or_their_rows_say(string text, string uses)
    {
        await using var file = await FileAsync(text);
        Assert.Equal(uses, string.Join(' ', (await ColumnsAsync(file)).Columns.Select(c => c.Use == ColumnUse.Info ? $"Info:{c.Title}" : c.Use.ToString())));
    }

    [Fact]
    public async Task A_file_whose_number_is_in_no_column_is_not_looked_through()
    {
        await using var file = await FileAsync("a,b\nx,y\n");
        var (shape, columns) = await ColumnsAsync(file);
        var plan = new ImportPlan(await Desk.CampaignAsync(), shape, [.. columns.Select(c => c with { Use = ColumnUse.Info })], ImportMode.AddOnly, Supervisor);
        Assert.Equal(FailureKind.Invalid, Imports.Check(plan, file).Failure!.Kind);
    }

    private static Task<UploadedFile> FileAsync(string text) =>
        UploadedFile.ReceiveAsync("clientes.csv", new MemoryStream(Encoding.UTF8.GetBytes(text)), _ => Task.CompletedTask, Ct);

    private static async Task<(CsvShape Shape, IReadOnlyList<ContactColumn> Columns)> ColumnsAsync(UploadedFile file)
    {
        var shape = await file.GuessAsync(2, ContactColumns.IsTitle, Ct);
        var rows = file.Rows(shape).Take(50).Select(r => r.Fields).ToList();
        return (shape, ContactColumns.Guess(shape.HasHeading ? rows[0] : null, [.. rows.Skip(shape.HasHeading ? 1 : 0)], rows.Max(r => r.Length), n => $"columna {n}"));
    }

    private async Task<ContactImport> CheckAsync(int campaign, string text, ImportMode mode = ImportMode.AddOnly)
    {
        var file = await FileAsync(text);
        var (shape, columns) = await ColumnsAsync(file);
        var begun = Imports.Check(new ImportPlan(campaign, shape, columns, mode, Supervisor), file);
        Assert.Null(begun.Failure);
        await EndAsync(begun.Value!);
        return begun.Value!;
    }

    private async Task BeginAsync(ContactImport import)
    {
        Assert.Null(Imports.Begin(import));
        await EndAsync(import);
    }

    private async Task<ContactImport> ImportAsync(int campaign, string text, ImportMode mode = ImportMode.AddOnly)
    {
        var import = await CheckAsync(campaign, text, mode);
        await BeginAsync(import);
        Assert.Equal(ImportState.Done, import.State);
        return import;
    }

    private static async Task EndAsync(ContactImport import)
    {
        while (import.IsAtWork) await Task.Delay(10, Ct);
    }

    private async Task<IReadOnlyList<string>> AuditedAsync(int campaign)
    {
        List<string> found = [];
        await Eventually.TrueAsync(async () =>
        {
            await using var db = Databases.Open(Desk.Database);
            found = await db.Set<AuditEntry>().Where(a => a.Subject == $"campaign {campaign}" && a.Action.StartsWith("contacts.")).OrderBy(a => a.Id).Select(a => a.Action + " " + a.Detail).ToListAsync(Ct);
            return found.Count >= 2;
        }, "the import is audited");
        return found;
    }
}
