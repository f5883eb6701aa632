using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Embedded;
using Expand.Server.Queues;
using Microsoft.EntityFrameworkCore;

namespace Expand.Server.Dialer;

/// <summary>The demonstration's campaigns: one that calls, with contacts of whom some were reached, and one that is being set up.</summary>
internal sealed class DialerDemo(
    Campaigns campaigns, ExpandDb db, ContactTable table, QueueCatalog queues, UserDirectory users, Pbx.Pbx pbx, TimeProvider clock, LocalTime zone,
    IConfiguration configuration, ILogger<DialerDemo> log) : IDemoPart
{
    private const string Calling = "Renovaciones";
    private const string Queue = "q_ventas";
    private const string BeingSetUp = "Encuesta de satisfacción";

    private static readonly string[] Names =
    [
        "Rodrigo Angles", "Ana Álvarez", "Beatriz Núñez", "Camilo Rodríguez", "Cecilia Méndez", "Daniel Silva", "Diana Peña", "Eduardo Ibáñez",
        "Elena Muñoz", "Emilio Castro", "Estela Ramírez", "Federico López", "Fernanda Olivera", "Florencia Suárez", "Gabriel Techera", "Gonzalo Píriz",
        "Graciela Ferreira", "Héctor Cabrera", "Hugo Barrios", "Inés Larrañaga", "Ignacio Dutra", "Jimena Acosta", "Joaquín Viera", "José Pedro Machado",
        "Juana Sosa", "Karina Bentancor", "Leonardo Duarte", "Lucía Giménez", "Luis Fagúndez", "Marcela Correa", "Martín Etcheverry", "Matías Umpiérrez",
        "Mónica Zabala", "Natalia Ñáñez", "Óscar Villalba", "Patricia Britos", "Ramón Artigas", "Silvia Hernández", "Úrsula Godoy", "Yamandú Torres",
    ];

    /// <summary>What happened to one contact after the other, a day at a time, the last of it today; over and over.</summary>
    private static readonly AttemptOutcome[][] Histories =
    [
        [AttemptOutcome.Answer],
        [],
        [AttemptOutcome.Busy, AttemptOutcome.Answer],
        [AttemptOutcome.NoAnswer],
        [],
        [AttemptOutcome.NoAnswer, AttemptOutcome.NoAnswer],
        [],
        [AttemptOutcome.AnsweringMachine, AttemptOutcome.Busy],
        [],
    ];

    public string Name => "dialer";

    public async Task MakeAsync(CancellationToken ct)
    {
        await CampaignAsync(new CampaignForm(
            BeingSetUp, "Falta decidir a quién se llama y cuándo", "", DialingMode.Preview, null, null, zone.Zone.Id, [], [], 2), ct);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone.Zone).DateTime);
        var id = await CampaignAsync(new CampaignForm(
            Calling, "Contratos que vencen en los próximos meses", Queue, DialingMode.Progressive, today.AddDays(-7), today.AddMonths(6), zone.Zone.Id,
            [new(["mon", "tue", "wed", "thu", "fri"], "09:00", "20:00"), new(["sat"], "09:00", "13:00")],
            [
                new(AttemptOutcome.Busy, 300, 3), new(AttemptOutcome.NoAnswer, 3600, 2), new(AttemptOutcome.AnsweringMachine, 7200, 2),
                new(AttemptOutcome.Congestion, 600, 2),
            ], 4), ct);
        if (id is not { } campaign) return;
        Lacks(Calling, (await campaigns.ActivateAsync(campaign, ExpectedVersion.Any, Actor.System, ct)).Failure);
        // Where nobody calls by himself, its campaign does not either.
        if (DemoOptions.Of(configuration).CallsPerMinute == 0) Lacks(Calling, (await campaigns.PauseAsync(campaign, ExpectedVersion.Any, Actor.System, ct)).Failure);
        var rows = Names.Select((name, i) => new ContactRow(null, FormOf(name, i))).ToList();
        var added = await At(TimeSpan.FromDays(4)).ApplyAsync(campaign, rows, ct);
        for (var i = 0; i < added.Count; i++)
        {
            Lacks(Names[i], added[i].Failure);
            // A start that was cut short finds what it made.
            if (await table.FindAsync(campaign, added[i].Id!.Value, ct) is { State: ContactState.Pending, LastAttempt: null } contact) await LiveAsync(contact, Histories[i % Histories.Length], i, ct);
        }
    }

    private static ContactForm FormOf(string name, int i) => new(
        name, FormattableString.Invariant($"2711{1200 + i * 37:0000}"), i % 13 != 12,
        FormattableString.Invariant($$"""{"ci":"{{3123456 + i * 7919}}-{{i % 10}}","plan":"{{(i % 3 == 0 ? "Fibra 300" : "Fibra 100")}}"}"""),
        FormattableString.Invariant($"R-{i + 1:0000}"));

    private async Task LiveAsync(Contact contact, AttemptOutcome[] history, int i, CancellationToken ct)
    {
        for (var n = 0; n < history.Length; n++)
        {
            var ago = TimeSpan.FromDays(history.Length - 1 - n) + TimeSpan.FromMinutes(10 + 11 * i);
            var talk = history[n] == AttemptOutcome.Answer ? TimeSpan.FromSeconds(38 + i) : TimeSpan.Zero;
            Lacks(contact.Name, (await At(ago).AttemptedAsync(contact.Campaign, contact.Id, history[n], ct)).Failure);
            if (talk > TimeSpan.Zero) Lacks(contact.Name, (await At(ago - talk).CompletedAsync(contact.Campaign, contact.Id, ct)).Failure);
            db.Add(AttemptOf(contact, history[n], clock.GetUtcNow().WholeSecond() - ago, talk, i + n));
        }

        await db.SaveChangesAsync(ct);
    }

    /// <summary>An attempt that is over, as the engine would have left it.</summary>
    private DialAttempt AttemptOf(Contact contact, AttemptOutcome outcome, DateTimeOffset at, TimeSpan talk, int seed)
    {
        var isAnswer = outcome == AttemptOutcome.Answer;
        var agents = queues.AgentsOf(Queue).Select(id => users.Find(id)?.AgentNumber).OfType<string>().Where(a => a.Length > 0).ToList();
        var answered = isAnswer ? at.AddSeconds(-(seed % 5)) : outcome == AttemptOutcome.AnsweringMachine ? at.AddSeconds(-4) : (DateTimeOffset?)null;
        var asked = (answered ?? at).AddSeconds(outcome switch { AttemptOutcome.NoAnswer => -30, AttemptOutcome.Busy => -3, _ => -(8 + (seed % 9)) });
        return new DialAttempt
        {
            Campaign = contact.Campaign,
            Contact = contact.Id,
            Numcall = contact.Numcall,
            Number = contact.Numcall,
            Mode = DialingMode.Progressive,
            Pbx = pbx.Name,
            // No call has it: a contact's id behind a second in which nothing else was claimed by this.
            ChannelId = FormattableString.Invariant($"{asked.ToUnixTimeSeconds()}.{(1L << 33) + contact.Id}"),
            Trunk = "trunk",
            RingSeconds = 30,
            ClaimedAt = asked,
            AskedAt = asked,
            AnsweredAt = answered,
            ConnectedAt = isAnswer ? at : null,
            Agent = isAnswer && agents.Count > 0 ? agents[seed % agents.Count] : "",
            EndedAt = at + talk,
            Outcome = outcome,
            SettledAt = at + talk,
        };
    }

    private async Task<int?> CampaignAsync(CampaignForm form, CancellationToken ct)
    {
        var known = await db.Set<Campaign>().Where(c => c.Name == form.Name).OrderBy(c => c.Id).Select(c => (int?)c.Id).FirstOrDefaultAsync(ct);
        if (known is not null) return known;
        var made = await campaigns.CreateAsync(form, Actor.System, ct);
        Lacks(form.Name, made.Failure);
        return made.Value?.Id;
    }

    /// <summary>The use cases as they would have been called then.</summary>
    private Contacts At(TimeSpan ago) => new(db, table, new Earlier(clock, ago));

    private void Lacks(string what, Failure? failure)
    {
        if (failure is not null) log.DemoLacks(what, failure.Message);
    }

    private sealed class Earlier(TimeProvider clock, TimeSpan ago) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() - ago;
    }
}
