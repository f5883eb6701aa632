using Expand.Phones;
using Expand.Server.Access;
using Expand.TestKit;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

/// <summary>An agent in a browser who calls the contacts of a preview campaign on a real Asterisk: what the page says is what the phones did.</summary>
public sealed class PreviewOnAsteriskTests(UiWorld world) : IClassFixture<UiWorld>
{
    private const string Extension = "708", Answers = "099600001", Busy = "099600002", Silent = "099600003";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait(EachAsterisk.Trait, EachAsterisk.Asterisk22)]
    public async Task The_agents_phone_rings_first_and_then_the_contacts_and_what_became_of_it_is_shown_and_written()
    {
        await using var asterisk = await AsteriskFixture.StartAsync(new(), Ct);
        foreach (var (name, value) in asterisk.ServerSettings()) world.Settings[name] = value;
        var phones = asterisk.Phones;
        phones[Answers].Behaviour = PhoneBehaviour.Answers(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
        phones[Busy].Behaviour = PhoneBehaviour.Busy;
        phones[Silent].Behaviour = PhoneBehaviour.NeverAnswers;
        await using var agent = await world.VisitAsync();
        await agent.Server.CommandAsync(["queues", "name", "q_soporte", "Soporte"], Ct);
        var (username, password) = await world.AddUserAsync(Roles.Agent);
        await world.LinkAsync(username, "q_soporte");
        await using var campaign = await PreviewCampaign.BeginAsync(agent.Server, "q_soporte",
            new { name = "Ana", numcall = Answers }, new { name = "Beatriz", numcall = Busy }, new { name = "Carla", numcall = Silent });
        await agent.TrySignInAsync(username, password, "/agente");
        await agent.Page.Locator("#desk-extension").ClickAsync();
        await Visitor.ChooseAndPressAsync(agent.Page, Extension + " ", agent.Button("Entrar"));

        var panel = agent.Page.Locator("[data-test=preview]");
        foreach (var (name, number, outcome) in new[] { ("Ana", Answers, "atendió"), ("Beatriz", Busy, "ocupado"), ("Carla", Silent, "no contesta") })
        {
            await agent.Button("Siguiente contacto").ClickAsync();
            await agent.Button($"Llamar a {name}, {number}").ClickAsync();
            await Expect(panel).ToContainTextAsync($"El último, {name}: {outcome}");
        }

        Assert.Equal([("Ana", "Completed", "Answer"), ("Beatriz", "Rejected", "Busy"), ("Carla", "Rejected", "NoAnswer")], await campaign.ContactsAsync());
        foreach (var number in (string[])[Answers, Busy, Silent])
        {
            var own = Assert.Single(phones.Ledger, e => e.Kind == PhoneEventKind.Incoming && e.Number == number);
            Assert.Contains(phones.Ledger, e => e.Kind == PhoneEventKind.Answered && e.Number == Extension && e.At < own.At && e.At > own.At.AddSeconds(-5));
        }
    }
}
