using System.Collections.Concurrent;
using Expand.Server.Tests.Host;
using Npgsql;

namespace Expand.Server.Tests.Rest.Contract;

/// <summary>The documented answers of a server that fails, in a world that is broken for it.</summary>
public sealed class OutageTests
{
    /// <summary>Every table under another name: whatever is asked of the database fails, and it is not the database that is away.</summary>
    private const string Break =
        """
        do $$ declare t record; begin
          for t in select tablename from pg_tables where schemaname = 'public' loop
            execute format('alter table %I rename to %I', t.tablename, t.tablename || '_gone');
          end loop;
        end $$
        """;

    private readonly ConcurrentBag<string> faults = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_operation_is_500_where_the_server_is_wrong_and_503_where_the_database_is_away()
    {
        await using var postgres = await Databases.PrivateAsync();
        var database = await postgres.NewDatabaseAsync();
        await using var api = await RestApi.StartAsync(database);
        var requests = new List<ApiRequest>();
        foreach (var operation in api.Document.Operations) requests.Add(await api.RequestAsync(operation));

        await ExecuteAsync(database, Break);
        await EveryAsync(api, requests, 500);
        await postgres.StopAsync(Ct);
        await EveryAsync(api, requests, 503);
        Assert.Equal(["/expandweb3/api/external/events"], api.Document.Operations.Where(o => !o.Answers.ContainsKey(503)).Select(o => o.Path));
        Faults.None(faults);
    }

    private async Task EveryAsync(RestApi api, List<ApiRequest> requests, int status)
    {
        var check = new AnswerCheck(api.Schemas);
        foreach (var request in requests)
        {
            // What is answered from memory goes on, and nothing here can make it fail: its 500 is the one documented answer without a case.
            var expected = request.Operation.Answers.ContainsKey(503) ? status : request.Operation.Success;
            using var answer = await request.SendAsync(api.With(request.Operation.Scope), Ct);
            var body = await AnswerCheck.ReadAsync(answer, Ct);
            if ((int)answer.StatusCode != expected) faults.Add($"{request.Operation}: {expected} was to come, and {(int)answer.StatusCode} did: {body}");
            foreach (var fault in check.FaultsOf(request.Operation, answer, body)) faults.Add($"{request.Operation}: {fault}");
        }
    }

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }
}
