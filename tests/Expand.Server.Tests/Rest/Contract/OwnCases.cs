using System.Globalization;
using System.Text;
using Expand.Server.OutgoingCalls;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Expand.Server.Tests.Rest.Contract;

/// <summary>The cases that only the subject knows: what a state does not allow, and what is there already.</summary>
internal static class OwnCases
{
    private const string Disabled = """{"name":"Rodrigo","numcall":"27111200","enable":false}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static IEnumerable<ApiCase> Of(ApiOperation operation, RestApi api)
    {
        var client = api.With(operation.Scope);
        return operation.Name switch
        {
            $"POST {Stage.Lists}/simple/{{list}}/elements" =>
                [new("with a key that is there", 409, client, r => r.With($$"""{"key":"{{r.Address["key"]}}","value":"1"}"""))],
            $"PUT {Stage.Lists}/simple/{{list}}/elements/{{key}}" =>
                [new("to a key that is there", 409, client, r => r.With($$"""{"key":"{{r.Address[Stage.Beside]}}","value":"1"}"""))],
            $"POST {Stage.Lists}/range/{{list}}/elements" =>
                [new("over another range", 409, client, r => r.With("""{"from":"5500","to":"6500","value":"1"}"""))],
            $"PUT {Stage.Lists}/range/{{list}}/elements/{{from}}" =>
                [new("over another range", 409, client, r => r.With("""{"to":"7500","value":"1"}"""))],
            $"GET {Stage.Lists}/range/{{list}}/lookup/{{key}}" =>
                [new("of what is no key", 400, client, r => r.About("key", "12a"))],
            $"PUT {Stage.Calls}/{{id}}" or $"DELETE {Stage.Calls}/{{id}}" =>
                [new("of a call that was made", 409, client, r => r, r => CompleteAsync(api, r.Address["id"]))],
            $"GET {Stage.Forms}/{{form}}/entries/{{idcall}}" =>
                [new("of what is no call", 400, client, r => r.About("idcall", "abc"))],
            $"PUT {Stage.Campaigns}/{{id}}/state" =>
                [new("that it cannot come to from here", 409, client, r => r.With("""{"state":"Stored"}"""))],
            $"PUT {Stage.Campaigns}/{{id}}/paused" =>
                [new("of a campaign that has ended", 409, client, r => r, r => EndAsync(client, r.Address["id"]))],
            $"PUT {Stage.Campaigns}/{{id}}" =>
                [new("of a campaign that has ended", 409, client, r => r, r => EndAsync(client, r.Address["id"]))],
            $"POST {Stage.Campaigns}/{{id}}/contacts" =>
                [new("of a campaign that has ended", 409, client, r => r, r => EndAsync(client, r.Address["id"]))],
            $"PUT {Stage.Campaigns}/{{id}}/contacts/{{contactId}}" =>
                [new("of a campaign that has ended", 409, client, r => r.With(Disabled), r => EndAsync(client, r.Address["id"]))],
            $"PUT {Stage.DoNotCall}/lists/{{id}}/numbers/{{number}}" or $"DELETE {Stage.DoNotCall}/lists/{{id}}/numbers/{{number}}" =>
                [new("of a register", 409, client, r => r, r => BecomesRegisterAsync(api, r.Address["id"]))],
            $"GET {Stage.Recordings}/{{uniqueid}}" =>
                [new("beyond its end", 416, client, r => r.With("Range", "bytes=99999999-"))],
            _ => [],
        };
    }

    private static async Task CompleteAsync(RestApi api, string id)
    {
        await using var scope = api.Host.Scope();
        var calls = scope.ServiceProvider.GetRequiredService<PendingCalls>();
        Assert.Null((await calls.CompleteAsync(long.Parse(id, CultureInfo.InvariantCulture), CallTerms.Any, Ct)).Failure);
    }

    private static async Task BecomesRegisterAsync(RestApi api, string list)
    {
        await using var command = api.Host.Get<NpgsqlDataSource>().CreateCommand("update dnc_lists set kind = 2 where id = $1");
        command.Parameters.Add(new() { Value = int.Parse(list, CultureInfo.InvariantCulture) });
        Assert.Equal(1, await command.ExecuteNonQueryAsync(Ct));
    }

    private static async Task EndAsync(HttpClient client, string campaign)
    {
        foreach (var state in (string[])["Active", "Finalized"])
        {
            using var content = new StringContent($$"""{"state":"{{state}}"}""", Encoding.UTF8, "application/json");
            using var answer = await client.PutAsync(new Uri($"{Stage.Campaigns}/{campaign}/state", UriKind.Relative), content, Ct);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
        }
    }
}
