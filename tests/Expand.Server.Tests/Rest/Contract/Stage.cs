using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Expand.Server.Access;
using Expand.Server.Dialer;
using Expand.Server.DoNotCall;
using Expand.Server.Forms;
using Expand.Server.Lists;
using Expand.Server.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Expand.Server.Tests.Rest.Contract;

/// <summary>Things of its own for an operation, so that what one case does is not seen by another: what the parameters of its address name.</summary>
internal sealed class Stage(RestApi api)
{
    public const string Lists = ContractRoutes.Root + "/external/lists";
    public const string Calls = ContractRoutes.Root + "/external/outgoingcalls/call";
    public const string Forms = ContractRoutes.Root + "/external/dynamicforms";
    public const string Messages = ContractRoutes.Root + "/external/sms";
    public const string Campaigns = ContractRoutes.Root + "/campaign/external/campaigns";

    public const string DoNotCall = ContractRoutes.Root + "/external/donotcall";

    public const string Recordings = ContractRoutes.Root + "/external/recordings";

    /// <summary>An element that is there beside the one of the address: its key, or where its range begins.</summary>
    public const string Beside = "beside";

    private static int made;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Values for the operation's path parameters, and what its cases need to know beyond them.</summary>
    public async Task<IReadOnlyDictionary<string, string>> AddressAsync(ApiOperation operation)
    {
        bool Is(string beginning) => operation.Path.StartsWith(beginning, StringComparison.Ordinal);
        if (Is($"{Lists}/simple/")) return await SimpleListAsync();
        if (Is($"{Lists}/range/")) return await RangeListAsync();
        if (Is($"{Calls}/")) return await CallAsync();
        if (Is($"{Forms}/")) return await FormAsync();
        if (Is($"{Recordings}/")) return new Dictionary<string, string> { ["uniqueid"] = RestApi.RecordedCall };
        if (Is($"{Campaigns}/")) return await CampaignAsync(isActive: operation.Path.EndsWith("/paused", StringComparison.Ordinal));
        if (Is($"{Messages}/")) return await MessageAsync();
        if (Is($"{DoNotCall}/")) return await NumberAsync();
        throw new InvalidOperationException($"the tests do not know what {operation} speaks of: give {nameof(Stage)} a line for it");
    }

    private async Task<IReadOnlyDictionary<string, string>> SimpleListAsync()
    {
        var list = Name();
        Assert.Null((await api.Host.Get<ValueLists>().AddAsync(ListKind.Simple, list, "", "", Actor.System, Ct)).Failure);
        foreach (var key in (string[])["clave ñ", "otra"])
            await PostAsync("lists", $"{Lists}/simple/{list}/elements", new JsonObject { ["key"] = key, ["value"] = "102" });
        return new Dictionary<string, string> { ["list"] = list, ["key"] = "clave ñ", [Beside] = "otra" };
    }

    private async Task<IReadOnlyDictionary<string, string>> RangeListAsync()
    {
        var list = Name();
        Assert.Null((await api.Host.Get<ValueLists>().AddAsync(ListKind.Range, list, "", "", Actor.System, Ct)).Failure);
        foreach (var first in (string[])["5000", "7000"])
            await PostAsync("lists", $"{Lists}/range/{list}/elements", new JsonObject { ["from"] = first, ["to"] = first[..1] + "999", ["value"] = "Salto" });
        return new Dictionary<string, string> { ["list"] = list, ["from"] = "5000", ["key"] = "5000", [Beside] = "7000" };
    }

    private async Task<IReadOnlyDictionary<string, string>> CallAsync()
    {
        var call = await PostAsync("outgoingcalls", Calls, new JsonObject
        {
            ["queue"] = "tecnologia",
            ["phone"] = "21232322",
            ["contact"] = "Pedro",
            ["subject"] = "Alta",
            ["calldate"] = "2030-11-10 15:00",
            ["agent"] = "",
        });
        return new Dictionary<string, string> { ["id"] = call["callid"]!.ToString() };
    }

    private async Task<IReadOnlyDictionary<string, string>> MessageAsync()
    {
        var message = await PostAsync("sms", Messages, new JsonObject { ["recipients"] = "099123456", ["text"] = "hola" });
        return new Dictionary<string, string> { ["id"] = message["id"]!.ToString() };
    }

    private async Task<IReadOnlyDictionary<string, string>> NumberAsync()
    {
        var list = (await api.Host.Get<NumberLists>().AddAsync(new NumberListForm(NumberListKind.Installation, Name()), Actor.System, Ct)).Value!;
        // A number of its own: a look-up tells of every list that has it.
        var number = string.Create(CultureInfo.InvariantCulture, $"098{list.Id:000000}");
        Assert.Null((await api.Host.Get<ListedNumbers>().AddAsync(list.Id, number, null, Actor.System, Ct)).Failure);
        return new Dictionary<string, string> { ["id"] = list.Id.ToString(CultureInfo.InvariantCulture), ["number"] = number };
    }

    private async Task<IReadOnlyDictionary<string, string>> FormAsync()
    {
        const string Field = "codigofeliz";
        var form = new FormDefinition { Name = Name(), Title = "Venta", Queues = ["ope"], Fields = [new FormField { Name = Field, Label = Field }] };
        Assert.Null(await api.Host.Get<FormDefinitions>().DefineAsync(form, Actor.System, Ct));
        var draft = new FormEntryDraft(
            form.Name!, "cguerra", "ope", 91662, "1505840001.827", "SIP/303", "s", "c", "",
            new Dictionary<string, IReadOnlyList<string>> { [Field] = ["NG1lOWF917"] });
        Assert.Null((await api.Host.Get<FormEntries>().FillInAsync(draft, Ct)).Failure);
        return new Dictionary<string, string> { ["form"] = form.Name!, ["idcall"] = "91662" };
    }

    private async Task<IReadOnlyDictionary<string, string>> CampaignAsync(bool isActive)
    {
        await using var scope = api.Host.Scope();
        var form = new CampaignForm(
            Name(), "", "q_ventas", DialingMode.Progressive, new DateOnly(2026, 1, 1), new DateOnly(2099, 12, 31), "America/Montevideo",
            [new OperationHours(["mon", "tue"], "09:00", "18:00")], [new RedialRule(AttemptOutcome.Busy, 300, 3)], 5);
        var campaigns = scope.ServiceProvider.GetRequiredService<Campaigns>();
        var campaign = (await campaigns.CreateAsync(form, Actor.System, Ct)).Value!;
        if (isActive) Assert.Null((await campaigns.ActivateAsync(campaign.Id, ExpectedVersion.Any, Actor.System, Ct)).Failure);
        var id = campaign.Id.ToString(CultureInfo.InvariantCulture);
        var contact = await PostAsync("dialer", $"{Campaigns}/{id}/contacts", new JsonObject { ["name"] = "Rodrigo", ["numcall"] = "27111200" });
        return new Dictionary<string, string> { ["id"] = id, ["contactId"] = contact["id"]!.ToString() };
    }

    private static string Name() => string.Create(CultureInfo.InvariantCulture, $"n{Interlocked.Increment(ref made)}");

    private async Task<JsonNode> PostAsync(string scope, string path, JsonObject body)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await api.With(scope).PostAsync(new Uri(path, UriKind.Relative), content, Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }
}
