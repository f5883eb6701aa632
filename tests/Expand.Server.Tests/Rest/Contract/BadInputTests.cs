using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Expand.Server.OutgoingCalls;
using Expand.Server.Tests.Host;
using Npgsql;

namespace Expand.Server.Tests.Rest.Contract;

/// <summary>
/// Everything that may be wrong with a request, for every parameter and every field that the document has: a refusal that names it, never a failure,
/// and nothing written.
/// </summary>
[Collection(nameof(RestWorld))]
public sealed class BadInputTests(RestWorld world)
{
    /// <summary>What only the subject can say: that there is no such thing, or that it cannot be.</summary>
    private const int AnyRefusal = 4;

    /// <summary>What names nothing; \u0000 is left out, which the server refuses before any of ours.</summary>
    private static readonly string[] BadAddresses =
        ["a\u0007", "a\nb", "99999999999999999999", "-1", "1e400", "'", "\"", "%", " ", new string('9', 2000), "ñ\ud83d\ude00"];

    private static readonly string[] BadTypes =
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "nada"];

    private readonly ConcurrentBag<string> faults = [];
    private int asked;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private RestApi Api => world.Api;

    [Fact]
    public async Task Whatever_is_wrong_is_refused_by_its_name_and_nothing_is_written()
    {
        var requests = new List<ApiRequest>();
        foreach (var operation in Api.Document.Operations) requests.Add(await Api.RequestAsync(operation));
        await SettleAsync();
        var before = await Tables.ReadAsync(world.Database, Ct);

        var some = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Ct };
        await Parallel.ForEachAsync(requests.SelectMany(Bad), some, async (bad, _) => await RefusedAsync(bad));
        foreach (var request in requests.Where(r => r.Operation.Body is { IsLines: true })) await LinesRefusedAsync(request);

        foreach (var (table, sum) in await Tables.ReadAsync(world.Database, Ct))
        {
            if (sum != before[table]) faults.Add($"something was written: {before[table]} became {sum}");
        }

        Faults.None(faults);
        TestContext.Current.TestOutputHelper?.WriteLine($"{asked} wrong requests and rows, of {requests.Count} operations");
        Assert.True(asked > 50 * requests.Count, $"only {asked} requests were made of {requests.Count} operations");
    }

    /// <summary>What the contract takes although the document has a stricter word for it, and what the others of its kind refuse.</summary>
    [Fact]
    public async Task What_the_contract_tolerates_is_taken()
    {
        foreach (var operation in Api.Document.Operations)
        {
            foreach (var (tolerance, make) in Tolerances.Of(operation, Api.Document))
            {
                using var answer = await make(await Api.RequestAsync(operation)).SendAsync(Api.With(operation.Scope), Ct);
                var body = await AnswerCheck.ReadAsync(answer, Ct);
                if ((int)answer.StatusCode != operation.Success) faults.Add($"{operation} {tolerance}: {answer.StatusCode} {body}");
            }
        }

        Faults.None(faults);
    }

    /// <summary>Calls that other tests made with a date long past are written down as expired by a job, which is not to be taken for ours.</summary>
    private async Task SettleAsync()
    {
        var database = Api.Host.Get<NpgsqlDataSource>();
        await Eventually.TrueAsync(async () =>
        {
            await OutgoingCallRepository.ExpireAsync(database, TimeProvider.System.GetUtcNow(), 1000, Ct);
            await using var left = database.CreateCommand("select not exists (select from outgoing_calls where status = 0 and expires_at <= now())");
            return (bool)(await left.ExecuteScalarAsync(Ct))!;
        });
    }

    private sealed record BadRequest(string Name, string Field, int Status, ApiRequest Request, bool IsBroken = false);

    private IEnumerable<BadRequest> Bad(ApiRequest request)
    {
        var operation = request.Operation;
        foreach (var bad in QueryMutations.Of(operation))
            yield return new($"query {bad.Name}", bad.Field, 400, request with { Query = bad.Query });
        foreach (var (name, header, value) in BadHeaders(operation)) yield return new(name, header, 400, request.With(header, value));
        foreach (var parameter in operation.InPath)
        {
            foreach (var value in BadAddresses)
                yield return new($"address {value}", "", AnyRefusal, request.About(parameter.Name, value));
        }

        if (operation.Body is not { } body) yield break;
        foreach (var type in BadTypes.Append($"{body.MediaType}; charset=latin1").Append($"{body.MediaType}; charset=utf-16"))
            yield return new($"as {type}", "Content-Type", 415, request with { ContentType = type });
        if (!body.IsJson) yield break;
        yield return new("of 2 MB", "body", 413, request.With($"{{\"name\":\"{new string('a', ApiCase.TooMany)}\"}}"));
        var mutations = new BodyMutations(Api.Document, body.Schema, body.Example!);
        foreach (var bad in mutations.Wholes().Concat(mutations.Fields()).Where(b => !Tolerances.Takes(operation, b)))
            yield return new($"{bad.Field}: {bad.Name}", bad.Field, bad.Field.Length == 0 ? AnyRefusal : 400, request with { Body = bad.Bytes }, bad.IsBroken);
    }

    private static IEnumerable<(string Name, string Header, string Value)> BadHeaders(ApiOperation operation)
    {
        if (operation.TakesHeader("If-Match"))
        {
            foreach (var value in (string[])["3", "\"3", "nada", "\"3\" \"4\"", "W/3"]) yield return ($"If-Match {value}", "If-Match", value);
        }

        if (!operation.TakesHeader("Idempotency-Key")) yield break;
        yield return ("a key too long", "Idempotency-Key", new string('k', 201));
        yield return ("an empty key", "Idempotency-Key", "");
    }

    private async Task RefusedAsync(BadRequest bad)
    {
        Interlocked.Increment(ref asked);
        var operation = bad.Request.Operation;
        using var answer = await bad.Request.SendAsync(Api.With(operation.Scope), Ct);
        var body = await AnswerCheck.ReadAsync(answer, Ct);
        var what = $"{operation} {bad.Name}";
        if (!Is(bad.Status, (int)answer.StatusCode))
        {
            faults.Add($"{what}: {bad.Status} was to come, and {(int)answer.StatusCode} did: {body}");
            return;
        }

        var wrong = AnswerCheck.ProblemFaults(answer, body).ToList();
        foreach (var fault in wrong) faults.Add($"{what}: {fault}");
        if (wrong.Count == 0 && !Names(JsonNode.Parse(body)!, bad.Field, bad.IsBroken)) faults.Add($"{what}: {bad.Field} is not named: {body}");
    }

    /// <summary>All the wrong rows at once: each has its line in the answer.</summary>
    private async Task LinesRefusedAsync(ApiRequest request)
    {
        var operation = request.Operation;
        var example = operation.Body!.Items.First()!;
        var mutations = new BodyMutations(Api.Document, operation.Body.ItemSchema, example);
        // A line without anything is no row, and a break inside one makes two.
        var rows = mutations.Wholes().Concat(mutations.Fields())
            .Where(b => !Tolerances.Takes(operation, b) && !b.Bytes.Contains((byte)'\n') && Encoding.UTF8.GetString(b.Bytes).Trim().Length > 0).ToList();
        rows.Add(new("of 2 MB", "line", Encoding.UTF8.GetBytes($"{{\"name\":\"{new string('a', ApiCase.TooMany)}\"}}")));
        using var answer = await (request with { Body = [.. rows.SelectMany(r => r.Bytes.Append((byte)'\n'))] }).SendAsync(Api.With(operation.Scope), Ct);
        var body = await AnswerCheck.ReadAsync(answer, Ct);
        if (!answer.IsSuccessStatusCode)
        {
            faults.Add($"{operation}: {answer.StatusCode} {body}");
            return;
        }

        var lines = ApiContent.Lines(body).ToList();
        if (lines.Count != rows.Count) faults.Add($"{operation}: {rows.Count} rows were answered by {lines.Count} lines");
        foreach (var (row, line) in rows.Zip(lines))
        {
            Interlocked.Increment(ref asked);
            var what = $"{operation} row {row.Field}: {row.Name}";
            var expected = row.Field switch { "" => AnyRefusal, "line" => 413, _ => 400 };
            if (!Is(expected, line!["status"]!.GetValue<int>())) faults.Add($"{what}: {line.ToJsonString()}");
            else if (!Names(line, row.Field, row.IsBroken)) faults.Add($"{what}: {row.Field} is not named: {line.ToJsonString()}");
        }
    }

    private static bool Is(int expected, int status) => expected == AnyRefusal ? status is 400 or 404 or 409 : status == expected;

    /// <summary>Whether a refusal says which field it is about: in <c>errors</c>, by its path or the beginning of it, or in <c>detail</c>.</summary>
    private static bool Names(JsonNode problem, string field, bool isBroken)
    {
        if (field.Length == 0) return true;
        var keys = (problem["errors"] as JsonObject)?.Select(e => e.Key).ToList() ?? [];
        if (isBroken && keys.Contains("body")) return true;
        var (first, last) = (field.Split('.')[0], field.Split('.')[^1]);
        // Parameters are named as the client writes them.
        return keys.Any(k => k.Equals(last, StringComparison.OrdinalIgnoreCase) || k.Split('.', '[')[0].Equals(first, StringComparison.OrdinalIgnoreCase))
            || problem["detail"]!.GetValue<string>().Contains(first, StringComparison.OrdinalIgnoreCase);
    }
}
