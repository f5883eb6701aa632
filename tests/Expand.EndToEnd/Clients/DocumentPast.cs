using Expand.Dialing;
using Expand.Dialing.Redial;
using Expand.Server.Access;
using Expand.Server.Dialer;
using Expand.Server.Forms;
using Expand.Server.Lists;
using Expand.Server.OutgoingCalls;
using Expand.Server.Platform;
using Expand.Server.Queues;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Expand.EndToEnd.Clients;

/// <summary>What had happened before the document's requests were sent, told by the answers that it prints.</summary>
internal sealed class DocumentPast(IServiceProvider rooms, SetClock clock)
{
    public const string Zone = "America/Montevideo";

    /// <summary>The name of the credential in the document's headers.</summary>
    private const string Username = "external_user";

    private static readonly (string Number, string Username, string Name)[] Agents =
        [("301", "pperez", "Pedro Pérez"), ("302", "daguirre", "Daniel Aguirre"), ("303", "cguerra", "Carolina Guerra")];

    private static readonly KeyValuePair<string, string?>[] Link = [new("nombre de link", "http://www.link.com")];

    public async Task PeopleAsync(CancellationToken ct)
    {
        var (users, queues) = (Room<Users>(), Room<QueueCatalog>());
        foreach (var (number, username, name) in Agents)
            Done(await users.CreateAsync(new UserForm(username, name, $"{username}@example.com", "operador", false, true, number), null, Actor.System, ct));
        foreach (var (name, description) in new[] { ("tecnologia", "Tecnología"), ("ope", "Operaciones") })
            Assert.Null(await queues.SetDescriptionAsync(name, description, Actor.System, ct));
    }

    public async Task<string> CredentialAsync(CancellationToken ct)
    {
        string[] scopes = ["dialer", "lists", "outgoingcalls", "dynamicforms"];
        var made = Done(await Room<ApiCredentials>().CreateAsync(Username, new CredentialForm("SAP", scopes, [], null), Actor.System, ct));
        return $"{made.Username}:{made.Password}";
    }

    public async Task ListsAsync(CancellationToken ct)
    {
        var lists = Room<ValueLists>();
        Done(await lists.AddAsync(ListKind.Simple, "vendedores", "Vendedores",
            "Asocia CallerID de llamantes con extensiones de ejecutivos de venta. Mantenido por SAP.", Actor.System, ct));
        Done(await lists.AddAsync(ListKind.Simple, "cartera", "Cartera",
            "Asocia CallerID de llamantes con la extension del ejecutivo de cartera que debe atenderlo. Mantenido por SAP", Actor.System, ct));
        Done(await Room<SimpleElements>().AddAsync(new ListAddress("cartera"), "27111200", "200", ct));
    }

    /// <summary>The document's 313: two contacts that were reached, eight that were not called yet. Those two did not come by the API: their logs begin with the attempt.</summary>
    public async Task<int> CampaignAsync(CancellationToken ct)
    {
        clock.Set("2017-07-03 08:00:00");
        var id = await ActiveAsync(new CampaignForm("Renovaciones", "", "tecnologia", DialingMode.Progressive, new(2017, 7, 1), new(2017, 12, 31), Zone,
            [new(["mon", "tue"], "09:00", "18:00")], [new(AttemptOutcome.Busy, 300, 3)], 5), ct);
        await ReachedAsync(id, "Rodrigo", "27111200", """{"ci":"3123456-0","correo":"rangles@expand.com.uy","nombre":"Rodrigo Angles"}""",
            "2017-07-12 15:43:40", "2017-07-12 15:44:18", ct);
        await ReachedAsync(id, "Mariana", "099127187", "{}", "2017-07-12 15:45:43", "2017-07-12 15:46:20", ct);
        for (var i = 1; i <= 8; i++) Done(await Room<Contacts>().AddAsync(id, new ContactForm($"Cliente {i}", $"2900000{i}", true, "{}", null), ct));
        return id;
    }

    /// <summary>The document's 427: contacts that were added in February 2019, and one before and one after.</summary>
    public async Task<int> OtherCampaignAsync(CancellationToken ct)
    {
        clock.Set("2019-01-02 08:00:00");
        var id = await ActiveAsync(new CampaignForm("Encuesta", "", "ope", DialingMode.Progressive, new(2019, 1, 2), new(2019, 12, 31), Zone,
            [new(["mon", "tue", "wed", "thu", "fri"], "09:00", "18:00")], [], 5), ct);
        await AddedAsync(id, "Zulma", "24000001", "2019-01-31 23:59:59", ct);
        await AddedAsync(id, "Beatriz", "24000002", "2019-02-01 00:00:00", ct);
        var ana = await AddedAsync(id, "Ana", "24000003", "2019-02-28 23:59:59", ct);
        await AddedAsync(id, "Carlos", "24000004", "2019-03-01 00:00:00", ct);
        clock.Set("2019-03-02 10:00:00");
        Done(await Room<Contacts>().AttemptedAsync(id, ana, AttemptOutcome.Answer, ct));
        clock.Set("2019-03-02 10:00:38");
        Done(await Room<Contacts>().CompletedAsync(id, ana, ct));
        return id;
    }

    public async Task PendingCallsAsync(CancellationToken ct)
    {
        var calls = Room<PendingCalls>();
        var date = clock.Set("2016-11-10 15:00:00");
        clock.Set("2016-11-08 11:00:00");
        Done(await calls.AddAsync(
            new OutgoingCallForm("tecnologia", ["21232322", "099127187"], "Diego", "Confirmacion contrato ADSL", date, 86400, "pperez", Link), ct));
        var pepe = Done(await calls.AddAsync(
            new OutgoingCallForm("tecnologia", ["3344343", "0991878"], "Pepe", "Problema ADSL", date, 0, "daguirre", Link), ct));
        Done(await calls.CompleteAsync(pepe.Id, CallTerms.Any, ct));
    }

    /// <summary>The entry has the document's own id: its seconds are those of the entry's time, and the rest is what the process and its counter were.</summary>
    public async Task FormAsync(CancellationToken ct)
    {
        const string Form = "codigofeliz";
        var definition = new FormDefinition { Name = Form, Title = "Código feliz", Queues = ["ope"], Fields = [new FormField { Name = Form, Label = Form }] };
        Assert.Null(await Room<FormDefinitions>().DefineAsync(definition, Actor.System, ct));
        clock.Set("2017-09-19 13:54:33.824");
        var entries = new FormEntries(Room<IDbContextFactory<ExpandDb>>(), Room<UserDirectory>(), new EntryIds([0xd0, 0x4d, 0x72, 0x23, 0x30], 0x46dc3e), clock,
            NullLogger<FormEntries>.Instance);
        Done(await entries.FillInAsync(new FormEntryDraft(
            Form, "cguerra", "ope", 91662, "1505840001.827", "SIP/303", "5c1df070-19eb-4e6b-8a27-96b28ec51cc8-150582807997",
            "55a6bc9a43564848ae433fecf3ec0a9115058400249", "audio_91662_1505840066.63",
            new Dictionary<string, IReadOnlyList<string>> { [Form] = ["NG1lOWF917"] }), ct));
    }

    private async Task<int> ActiveAsync(CampaignForm form, CancellationToken ct)
    {
        var id = Done(await Room<Campaigns>().CreateAsync(form, Actor.System, ct)).Id;
        Done(await Room<Campaigns>().ActivateAsync(id, ExpectedVersion.Any, Actor.System, ct));
        return id;
    }

    private async Task<long> AddedAsync(int campaign, string name, string number, string at, CancellationToken ct)
    {
        clock.Set(at);
        return Done(await Room<Contacts>().AddAsync(campaign, new ContactForm(name, number, true, "{}", null), ct)).Id;
    }

    private async Task ReachedAsync(int campaign, string name, string number, string info, string attempted, string completed, CancellationToken ct)
    {
        var (table, attempt) = (Room<ContactTable>(), clock.Set(attempted));
        var life = new ContactLife(ContactState.Completed, clock.Set(completed), true, attempt, AttemptOutcome.Answer, [new(attempt, nameof(AttemptOutcome.Answer))]);
        var id = (await table.NewIdsAsync(1, ct))[0];
        await table.InsertAsync(
            [new Contact { Id = id, Campaign = campaign, Name = name, Numcall = number, Info = info, AddedAt = attempt.AddDays(-1), Life = life }], ct);
    }

    private T Room<T>()
        where T : notnull => rooms.GetRequiredService<T>();

    private static T Done<T>(Result<T> result)
    {
        Assert.True(result.Failure is null, result.Failure?.Message);
        return result.Value!;
    }
}
