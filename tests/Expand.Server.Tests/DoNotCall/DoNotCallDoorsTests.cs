using System.Text.Json.Nodes;
using Expand.Server.Access;
using Expand.Server.Cli;
using Expand.Server.DoNotCall;
using Expand.Server.OutgoingCalls;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Sms;
using Expand.Server.Tests.Host;
using Expand.Server.Tests.OutgoingCalls;
using Expand.Server.Tests.Sms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Expand.Server.Tests.DoNotCall.DoNotCallWorld;

namespace Expand.Server.Tests.DoNotCall;

/// <summary>Who honours the lists, and the doors of programs and the command line.</summary>
public sealed class DoNotCallDoorsTests(Databases databases)
{
    private static readonly DateOnly Today = new(2026, 11, 25);

    [Fact]
    public async Task A_pending_call_to_a_listed_number_never_reaches_the_PBX_and_the_refusal_names_the_list()
    {
        await using var world = new CallsWorld(databases);
        await world.InitializeAsync();
        var (lists, numbers) = (world.Host.Get<NumberLists>(), world.Host.Get<ListedNumbers>());
        var list = (await lists.AddAsync(new NumberListForm(NumberListKind.Installation, "Pedidos"), Admin, Ct)).Value!;
        await numbers.AddAsync(list.Id, "099 123 456", null, Admin, Ct);
        var id = (await world.ActAsync(calls => calls.AddAsync(world.Form() with { Phones = ["+598 99 123 456", "2400 1234"] }, Ct))).Value!.Id;
        var agent = new CallDeed(new Actor("pperez", null), world.Host.Get<UserDirectory>().Find("pperez")!.Id) { Queues = ["tecnologia"] };

        var (job, failure) = await world.Host.Get<CallScopes>().ClaimAsync(claims => claims.CallAsync(id, "+59899123456", "701", agent, Ct));
        Assert.Null(job);
        Assert.Equal((FailureKind.Conflict, "number", "Pedidos"), (failure!.Kind, failure.Field!, failure.Fields!["Listed"].Single()));
        Assert.Empty(world.Pbx.Originates);
        await using var db = Databases.Open(world.Database);
        var evidence = await db.Set<NumberCheck>().SingleAsync(Ct);
        Assert.Equal(("99123456", CheckPurpose.OutgoingCall, $"{id}", CheckResult.Listed), (evidence.Number, evidence.Purpose, evidence.PurposeId, evidence.Result));

        // The other number of the same call may be called, and the list counts no longer once the number is off it.
        Assert.NotNull((await world.Host.Get<CallScopes>().ClaimAsync(claims => claims.CallAsync(id, "24001234", "701", agent, Ct))).Value);
        await world.Pbx.NextOriginateAsync();
        Assert.Single(world.Pbx.Originates);
        Assert.Equal(CheckResult.Clear, (await db.Set<NumberCheck>().OrderBy(c => c.Id).LastAsync(Ct)).Result);
    }

    [Fact]
    public async Task A_promotional_message_never_reaches_the_gateway_for_whoever_is_listed_and_each_refusal_is_told()
    {
        await using var world = await SmsWorld.StartAsync(await databases.NewAsync());
        var list = (await world.Host.Get<NumberLists>().AddAsync(new NumberListForm(NumberListKind.Installation, "Pedidos"), Admin, Ct)).Value!;
        await world.Host.Get<ListedNumbers>().AddAsync(list.Id, "099123456", null, Admin, Ct);
        using var api = new ApiCaller(await world.Host.RestAsync("sms"), "/external/sms");

        var answer = await api.SendAsync(HttpMethod.Post, "", """{"recipients":["+59899123456","099000001"],"text":"Oferta","promotional":true}""");
        Assert.Equal(201, answer.Status);
        var told = JsonNode.Parse(answer.Body)!;
        Assert.Equal(["ERROR", "PENDING"], told["recipients"]!.AsArray().Select(r => r!["state"]!.GetValue<string>()));
        Assert.Contains("Pedidos", told["recipients"]![0]!["reason"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal((true, 1, 1), (told["promotional"]!.GetValue<bool>(), told["counts"]!["listed"]!.GetValue<int>(), told["counts"]!["failed"]!.GetValue<int>()));
        var id = told["id"]!.GetValue<int>();
        await Eventually.TrueAsync(async () => (await world.RecipientsAsync(id))[1].State == SmsState.Accepted);
        Assert.Equal(["099000001"], world.Gateway.Requests.Select(r => r.To));
        var first = (await world.RecipientsAsync(id))[0];
        Assert.Equal((SmsState.Failed, SmsFailure.Listed, "Pedidos", SmsSteps.Listed), (first.State, first.Failure, first.Reason!, first.Steps.Single().What));

        // Sent once more, it is asked once more; what is no advertising goes to everybody.
        await using (var scope = world.Host.Scope())
        {
            var resending = scope.ServiceProvider.GetRequiredService<SmsResending>();
            Assert.Equal("listed", (await resending.ResendAsync(id, null, Admin, Ct)).Failure!.Field);
        }

        await world.SendAsync("Su turno es mañana", "099123456");
        await Eventually.TrueAsync(() => world.Gateway.Requests.Count == 2);
        Assert.True((await world.Host.Get<ListedNumbers>().RemoveAsync(list.Id, "099123456", Admin, Ct)).Value);
        await using (var scope = world.Host.Scope())
            Assert.Equal(1, (await scope.ServiceProvider.GetRequiredService<SmsResending>().ResendAsync(id, null, Admin, Ct)).Value);
        await world.StateIsAsync(id, SmsState.Accepted);
        await using var db = Databases.Open(world.Database);
        Assert.Equal(
            [CheckResult.Listed, CheckResult.Clear, CheckResult.Listed, CheckResult.Clear], await db.Set<NumberCheck>().Where(c => c.Purpose == CheckPurpose.Sms && c.PurposeId == $"{id}").OrderBy(c => c.Id).Select(c => c.Result).ToListAsync(Ct));
    }

    [Fact]
    public async Task Programs_put_numbers_on_lists_take_them_off_and_look_them_up_as_often_as_they_like()
    {
        await using var world = await DoNotCallWorld.StartAsync(databases);
        using var api = new ApiCaller(await world.Host.RestAsync("dialer"), "/external/donotcall");
        var list = await world.ListAsync(NumberListKind.Installation, "Pedidos");
        var register = await world.RegisterAsync("No Llame", Today, "098000001");
        var path = $"/lists/{list.Id}/numbers/";
        Assert.True(Changed(await api.SendAsync(HttpMethod.Put, path + "%2B59899123456", """{"note":"lo pidió"}""")));
        Assert.False(Changed(await api.SendAsync(HttpMethod.Put, path + "099123456", "{}")));
        var known = JsonNode.Parse((await api.GetAsync("/numbers/99123456")).Body)!;
        Assert.Equal(("listed", "Pedidos", false), (known["result"]!.GetValue<string>(), known["list"]!.GetValue<string>(), known["may_be_called"]!.GetValue<bool>()));
        Assert.True(Changed(await api.SendAsync(HttpMethod.Delete, path + "099123456")));
        Assert.False(Changed(await api.SendAsync(HttpMethod.Delete, path + "099123456")));
        Assert.Equal("clear", JsonNode.Parse((await api.GetAsync("/numbers/99123456")).Body)!["result"]!.GetValue<string>());
        Assert.Equal(409, (await api.SendAsync(HttpMethod.Put, $"/lists/{register.Id}/numbers/099", "{}")).Status);
        Assert.Equal(404, (await api.SendAsync(HttpMethod.Put, "/lists/999/numbers/099", "{}")).Status);
        Assert.Equal(400, (await api.SendAsync(HttpMethod.Put, path + "nadie", "{}")).Status);
        var lists = JsonNode.Parse((await api.GetAsync("/lists")).Body)!["data"]!.AsArray();
        Assert.Equal([("Pedidos", "installation", 0), ("No Llame", "registry", 1)], lists.Select(l => (l!["name"]!.GetValue<string>(), l["kind"]!.GetValue<string>(), l["numbers"]!.GetValue<int>())));
        Assert.Equal("2026-12-25", lists[1]!["valid_until"]!.GetValue<string>());
        Assert.Empty(await world.EvidenceAsync());
        await using var db = world.Open();
        Assert.Equal(["dnc.number-added", "dnc.number-removed"], await db.Set<AuditEntry>().Where(a => a.Actor.StartsWith("api:")).OrderBy(a => a.Id).Select(a => a.Action).ToListAsync(Ct));
    }

    [Fact]
    public async Task The_command_line_imports_an_edition_and_tells_of_a_number()
    {
        await using var world = await DoNotCallWorld.StartAsync(databases);
        await world.ListAsync(NumberListKind.Registry, "No Llame");
        var folder = Directory.CreateTempSubdirectory("expand-dnc-");
        var file = Path.Combine(folder.FullName, "no-llame.txt");
        await File.WriteAllTextAsync(file, "099123456\n098000001\nnada\n", Ct);
        var settings = Path.Combine(folder.FullName, "expand.json");
        await File.WriteAllTextAsync(settings, new JsonObject { ["ConnectionStrings"] = new JsonObject { ["Expand"] = world.Database } }.ToJsonString(), Ct);
        var rooms = new Rooms(services => services.AddPlatform().AddPbx().AddAccess().AddDoNotCall(), _ => { });
        Task<int> RunAsync(params string[] args) => CommandLine.RunAsync(["do-not-call", .. args, "--config", settings, "--data", folder.FullName], rooms);

        Assert.Equal(0, await RunAsync("import", file, "--list", "no llame", "--issued", "2026-11-20"));
        var list = (await world.Lists.FindAsync("No Llame", Ct))!;
        Assert.Equal((2, new DateOnly(2026, 11, 20), new DateOnly(2026, 12, 20)), (list.Numbers, list.IssuedOn!.Value, list.ValidUntil!.Value));
        Assert.Equal(CheckResult.Listed, await world.ResultAsync("099123456"));
        Assert.Equal(3, await RunAsync("check", "+598 99 123 456"));
        Assert.Equal(0, await RunAsync("check", "24001234"));
        Assert.Equal(1, await RunAsync("import", file, "--list", "otra"));
        Assert.Equal(1, await RunAsync("import", file, "--list", "No Llame", "--issued", "ayer"));
        Assert.Equal(1, await RunAsync("import", file, "--list", "No Llame", "--issued", "2026-11-19"));
        folder.Delete(recursive: true);
    }

    private static bool Changed(ApiAnswer answer)
    {
        Assert.True(answer.Status == 200, answer.Body);
        return JsonNode.Parse(answer.Body)!["changed"]!.GetValue<bool>();
    }
}
