using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Expand.TestKit;
using Xunit;

namespace Expand.EndToEnd.Ui;

/// <summary>A preview campaign that calls at any time, made by REST; it is ended with the test.</summary>
internal sealed class PreviewCampaign : IAsyncDisposable
{
    private readonly HttpClient rest;
    private string id = "";

    private PreviewCampaign(ServerFixture server)
    {
        rest = new HttpClient { BaseAddress = new Uri(server.Url + "/expandweb3/api/campaign/external/campaigns/") };
        var credential = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{server.Credentials.ApiUser}:{server.Credentials.ApiPassword}"));
        rest.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credential);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A campaign of a queue, with these contacts, that calls already.</summary>
    public static async Task<PreviewCampaign> BeginAsync(ServerFixture server, string queue, params object[] contacts)
    {
        var campaign = new PreviewCampaign(server);
        using var made = await campaign.rest.PostAsJsonAsync("", new
        {
            name = "Bienvenida",
            queue,
            mode = "preview",
            startdate = "2020-01-01",
            enddate = "9998-12-31",
            schedule = new[] { new { weekdays = new[] { "mon", "tue", "wed", "thu", "fri", "sat", "sun" }, from = "00:00", to = "24:00" } },
            ringtime = 5,
            registers = false,
        }, Ct);
        Assert.Equal(System.Net.HttpStatusCode.Created, made.StatusCode);
        campaign.id = ((int)(await made.Content.ReadFromJsonAsync<JsonNode>(Ct))!["id"]!).ToString(CultureInfo.InvariantCulture);
        foreach (var contact in contacts) (await campaign.rest.PostAsJsonAsync($"{campaign.id}/contacts", contact, Ct)).EnsureSuccessStatusCode();
        (await campaign.rest.PutAsJsonAsync($"{campaign.id}/state", new { state = "Active" }, Ct)).EnsureSuccessStatusCode();
        return campaign;
    }

    /// <summary>Its contacts by name: state and last attempt.</summary>
    public async Task<IReadOnlyList<(string Name, string State, string LastAttempt)>> ContactsAsync()
    {
        var page = await JsonNode.ParseAsync(await rest.GetStreamAsync(new Uri($"{id}/contacts?order_by=name", UriKind.Relative), Ct), cancellationToken: Ct);
        return [.. page!["data"]!.AsArray().Select(c => ((string)c!["name"]!, (string)c["state"]!, (string)c["lastattempt"]!))];
    }

    public async ValueTask DisposeAsync()
    {
        await rest.PutAsJsonAsync($"{id}/state", new { state = "Finalized" }, CancellationToken.None);
        rest.Dispose();
    }
}
