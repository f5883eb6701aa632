using System.Text.Json;
using Expand.Server.DoNotCall;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using static Expand.Server.Tests.DoNotCall.DoNotCallWorld;

namespace Expand.Server.Tests.DoNotCall;

/// <summary>Whether numbers may be called, and what is written down of it.</summary>
public sealed class DoNotCallGateTests(Databases databases)
{
    private static readonly DateOnly Today = new(2026, 11, 25);

    [Fact]
    public async Task A_number_is_listed_however_it_is_written_by_the_lists_that_count_for_the_call()
    {
        await using var world = await DoNotCallWorld.StartAsync(databases);
        var own = await world.ListAsync(NumberListKind.Installation, "Pedidos", "099 123 456");
        var campaign = await world.ListAsync(NumberListKind.Campaign, "De la campaña", "2900 1234");
        await world.RegisterAsync("No Llame", Today, "098000001", "+54 9 11 5555 1234");

        var verdicts = await world.CheckAsync(Ask("+598 99 123 456", "24001234", "0059899123456", "098000001", "+5491155551234", "29001234", "anónimo"));
        Assert.Equal(
            [("Listed", "Pedidos"), ("Clear", null), ("Listed", "Pedidos"), ("Listed", "No Llame"), ("Listed", "No Llame"), ("Clear", null), ("Clear", null)],
            verdicts.Select(v => (v.Result.ToString(), v.List)));
        Assert.Equal(("+598 99 123 456", "99123456", false), (verdicts[0].Number, verdicts[0].Canonical, verdicts[0].MayBeCalled));
        Assert.Equal(CheckResult.Listed, await world.ResultAsync("29001234", campaign: 7));
        Assert.Equal(CheckResult.Clear, await world.ResultAsync("29001234", campaign: 8));
        Assert.Equal(CheckResult.Clear, await world.ResultAsync("098000001", observes: false));
        Assert.Empty(await world.CheckAsync(Ask()));

        Assert.Null(await world.Lists.SwitchAsync(own.Id, false, Admin, Ct));
        Assert.Equal(CheckResult.Clear, await world.ResultAsync("099123456"));
        Assert.Null(await world.Lists.SwitchAsync(own.Id, true, Admin, Ct));
        Assert.Equal(CheckResult.Listed, await world.ResultAsync("099123456"));
        Assert.True((await world.Numbers.RemoveAsync(own.Id, "99123456", Admin, Ct)).Value);
        Assert.False((await world.Numbers.RemoveAsync(own.Id, "99123456", Admin, Ct)).Value);
        Assert.Equal(CheckResult.Clear, await world.ResultAsync("099123456"));
        Assert.Null(await world.Lists.RemoveAsync(campaign.Id, Admin, Ct));
        Assert.Equal(CheckResult.Clear, await world.ResultAsync("29001234", campaign: 7));
    }

    [Fact]
    public async Task An_exemption_lifts_the_list_and_the_campaign_that_it_names_until_it_is_over()
    {
        await using var world = await DoNotCallWorld.StartAsync(databases);
        var exemptions = world.Host.Get<Exemptions>();
        var own = await world.ListAsync(NumberListKind.Installation, "Pedidos", "099123456", "099000001");
        await world.RegisterAsync("No Llame", Today, "099123456");

        // One list of two: the other has the number still.
        var first = (await exemptions.AddAsync(new ExemptionForm("+59899123456", "Cliente", own.Id), Admin, Ct)).Value;
        Assert.Equal("No Llame", (await world.CheckAsync(Ask("099123456"))).Single().List);
        Assert.Null((await exemptions.AddAsync(new ExemptionForm("099123456", "Consentimiento por escrito", Campaign: 7, Until: Today), Admin, Ct)).Failure);
        Assert.Equal(CheckResult.Listed, await world.ResultAsync("099123456"));
        var exempt = (await world.CheckAsync(Ask("099123456") with { Campaign = 7 })).Single();
        Assert.Equal((CheckResult.Exempt, true, "Cliente"), (exempt.Result, exempt.MayBeCalled, exempt.Reason));
        Assert.Equal(CheckResult.Listed, await world.ResultAsync("099000001", campaign: 7));

        // The day is over in Montevideo, not in Greenwich.
        world.Clock.SetUtcNow(new DateTimeOffset(2026, 11, 26, 2, 59, 0, TimeSpan.Zero));
        Assert.Equal(CheckResult.Exempt, await world.ResultAsync("099123456", campaign: 7));
        world.Clock.SetUtcNow(new DateTimeOffset(2026, 11, 26, 3, 0, 0, TimeSpan.Zero));
        Assert.Equal(CheckResult.Listed, await world.ResultAsync("099123456", campaign: 7));
        Assert.Equal(CheckResult.Exempt, await world.ResultAsync("099123456", observes: false));
        Assert.Null(await exemptions.EndAsync(first, Admin, Ct));
        Assert.Null(await exemptions.EndAsync(first, Admin, Ct));
        Assert.Equal(CheckResult.Listed, await world.ResultAsync("099123456", observes: false));

        Assert.Equal("reason", (await exemptions.AddAsync(new ExemptionForm("099123456", " "), Admin, Ct)).Failure!.Field);
        Assert.Equal("number", (await exemptions.AddAsync(new ExemptionForm("nadie", "Cliente"), Admin, Ct)).Failure!.Field);
        Assert.Equal("list", (await exemptions.AddAsync(new ExemptionForm("099123456", "Cliente", 99), Admin, Ct)).Failure!.Field);
        Assert.Equal("until", (await exemptions.AddAsync(new ExemptionForm("099123456", "Cliente", Until: Today), Admin, Ct)).Failure!.Field);
        Assert.Equal(2, (await world.AuditAsync()).Count(a => a.StartsWith("dnc.exempted", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task By_a_register_that_has_expired_nobody_is_called_but_who_is_exempt_and_the_planner_knows_at_every_host()
    {
        await using var world = await DoNotCallWorld.StartAsync(databases);
        var other = await world.AddHostAsync("host-2");
        var waiting = await world.ListAsync(NumberListKind.Registry, "Sin edición");
        await world.RegisterAsync("No Llame", Today.AddDays(-30), "098000001");
        await world.ListAsync(NumberListKind.Installation, "Pedidos", "099123456");
        // Its last day, and a register without an edition counts for nothing yet.
        Assert.Equal(CheckResult.Clear, await world.ResultAsync("24001234"));
        Assert.Empty(world.Gate.RegistersExpired());

        world.Clock.Advance(TimeSpan.FromDays(1));
        await Eventually.TrueAsync(() => other.Get<DoNotCallGate>().RegistersExpired().Count == 1);
        Assert.Equal(["No Llame"], world.Gate.RegistersExpired());
        var verdicts = await world.CheckAsync(Ask("24001234", "099123456", "098000001"), other);
        Assert.Equal([(CheckResult.RegisterExpired, "No Llame"), (CheckResult.Listed, "Pedidos"), (CheckResult.Listed, "No Llame")], verdicts.Select(v => (v.Result, v.List!)));
        Assert.Equal(CheckResult.Clear, await world.ResultAsync("24001234", observes: false));
        Assert.Null((await world.Host.Get<Exemptions>().AddAsync(new ExemptionForm("24001234", "Cliente"), Admin, Ct)).Failure);
        Assert.Equal(CheckResult.Exempt, await world.ResultAsync("24001234"));

        await world.RegisterAsync("No Llame", Today, "098000002");
        Assert.Equal(CheckResult.Clear, await world.ResultAsync("098000001"));
        Assert.Empty(world.Gate.RegistersExpired());
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() =>
        {
            world.Clock.Advance(TimeSpan.FromMilliseconds(300));
            return other.Get<DoNotCallGate>().RegistersExpired().Count == 0;
        });
        Assert.Equal(("No Llame", Today, Today.AddDays(30), 1), Edition((await world.Lists.FindAsync("no llame", Ct))!));
        Assert.Null((await world.Lists.FindAsync(waiting.Id, Ct))!.IssuedOn);
    }

    [Fact]
    public async Task The_evidence_is_what_was_looked_at_and_goes_with_the_callers_transaction()
    {
        await using var world = await DoNotCallWorld.StartAsync(databases);
        var own = await world.ListAsync(NumberListKind.Installation, "Pedidos", "099123456");
        await world.ListAsync(NumberListKind.Campaign, "De la campaña");
        var register = await world.RegisterAsync("No Llame", Today.AddDays(-3), "098000001");
        Assert.Null((await world.Host.Get<Exemptions>().AddAsync(new ExemptionForm("098000001", "Cliente"), Admin, Ct)).Failure);

        await using (var db = world.Open())
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Ct);
            Assert.Equal(CheckResult.Listed, (await world.Gate.CheckAsync(Ask("099123456"), db, Ct)).Single().Result);
            await transaction.RollbackAsync(Ct);
        }

        Assert.Empty(await world.EvidenceAsync());
        await world.CheckAsync(new DoNotCallQuestion(["099123456", "+598 99 123 456", "098000001", "24001234"], CheckPurpose.Campaign, "8") { Campaign = 8 });
        var evidence = await world.EvidenceAsync();
        Assert.Equal([("99123456", CheckResult.Listed), ("98000001", CheckResult.Exempt), ("24001234", CheckResult.Clear)], evidence.Select(e => (e.Number, e.Result)));
        Assert.All(evidence, e =>
        {
            Assert.Equal((Noon, CheckPurpose.Campaign, "8", 8, "host-1"), (e.At, e.Purpose, e.PurposeId, e.CampaignId!.Value, e.Host));
            var looked = JsonSerializer.Deserialize<LookedAt[]>(e.Lists, JsonSerializerOptions.Web)!;
            Assert.Equal([new LookedAt(own.Id, "Pedidos", 0, null, null), new LookedAt(register.Id, "No Llame", 1, Today.AddDays(-3), Today.AddDays(27))], looked);
        });
        Assert.Equal((own.Id, "Pedidos", null), (evidence[0].ListId!.Value, evidence[0].ListName!, evidence[0].Reason));
        Assert.Equal((register.Id, "Cliente"), (evidence[1].ListId!.Value, evidence[1].Reason!));
        await world.CheckAsync(Ask("24001234") with { ObservesRegisters = false });
        Assert.DoesNotContain("No Llame", (await world.EvidenceAsync())[^1].Lists, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_is_changed_by_its_rules_a_registers_numbers_come_with_editions_only_and_every_change_is_audited()
    {
        await using var world = await DoNotCallWorld.StartAsync(databases);
        var own = await world.ListAsync(NumberListKind.Installation, "Pedidos");
        Assert.Equal("name", (await world.Lists.AddAsync(new NumberListForm(NumberListKind.Installation, "PEDIDOS"), Admin, Ct)).Failure!.Field);
        Assert.Equal("name", (await world.Lists.AddAsync(new NumberListForm(NumberListKind.Installation, " "), Admin, Ct)).Failure!.Field);
        Assert.Equal("campaign", (await world.Lists.AddAsync(new NumberListForm(NumberListKind.Campaign, "x"), Admin, Ct)).Failure!.Field);
        Assert.True((await world.Numbers.AddAsync(own.Id, "099 123 456", "lo pidió", Admin, Ct)).Value);
        Assert.False((await world.Numbers.AddAsync(own.Id, "+59899123456", null, Admin, Ct)).Value);
        Assert.Equal("number", (await world.Numbers.AddAsync(own.Id, "cero", null, Admin, Ct)).Failure!.Field);
        Assert.Null(await world.Lists.RenameAsync(own.Id, "Pedidos de baja", Admin, Ct));
        var register = await world.RegisterAsync("No Llame", Today, "098000001");
        Assert.NotNull((await world.Numbers.RemoveAsync(register.Id, "098000001", Admin, Ct)).Failure);
        var stored = (await world.Lists.FindAsync(own.Id, Ct))!;
        Assert.Equal((1, "Pedidos de baja"), (stored.Numbers, stored.Name));
        Assert.Equal("lo pidió", (await world.Numbers.PageAsync(stored, "991", null, 10, Ct)).Single().Note);
        Assert.Empty(await world.Numbers.PageAsync(stored, "991", "99123456", 10, Ct));
        Assert.Equal(
            ["dnc.list-added Pedidos", "dnc.number-added Pedidos", "dnc.list-renamed Pedidos de baja", "dnc.list-added No Llame", "dnc.imported No Llame"],
            (await world.AuditAsync()).Select(a => a.Split(':')[0].Replace("do-not-call list ", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Evidence_past_its_days_and_numbers_of_old_editions_go_in_portions_and_nothing_else()
    {
        await using var world = await DoNotCallWorld.StartAsync(databases);
        var own = await world.ListAsync(NumberListKind.Installation, "Pedidos", "099123456");
        var gone = await world.ListAsync(NumberListKind.Installation, "Otra", "099123456");
        await world.RegisterAsync("No Llame", Today, [.. Enumerable.Range(0, 12_000).Select(i => $"098{i:000000}")]);
        await world.CheckAsync(Ask("1234567"));
        await world.RegisterAsync("No Llame", Today, "098000001", "098000002");
        Assert.Null(await world.Lists.RemoveAsync(gone.Id, Admin, Ct));
        await using var db = world.Open();
        // A clock that is put on two years would have a year's timers to ring.
        await db.Set<NumberCheck>().ExecuteUpdateAsync(u => u.SetProperty(c => c.At, Noon.AddDays(-731)), Ct);
        await world.CheckAsync(Ask("1234567"));
        await world.Host.Get<OldNumbers>().CleanAsync(Ct);
        Assert.Equal(3, await db.Set<ListedNumber>().CountAsync(Ct));
        Assert.Equal(1, await db.Set<ListedNumber>().CountAsync(n => n.ListId == own.Id, Ct));
        Assert.False(await db.Set<OldEdition>().AnyAsync(Ct));
        Assert.Equal(Noon, (await world.EvidenceAsync()).Single().At);
    }

    private static (string, DateOnly, DateOnly, long) Edition(NumberList list) => (list.Name, list.IssuedOn!.Value, list.ValidUntil!.Value, list.Numbers);
}
