using System.Collections.Concurrent;
using System.Net;

namespace Expand.Server.Tests.Rest.Contract;

/// <summary>What the document promises of every operation, asked for one by one: what comes is documented, and all that is documented comes.</summary>
[Collection(nameof(RestWorld))]
public sealed class BehaviourTests(RestWorld world)
{
    /// <summary>Failures of ours are provoked in a world that is broken for it (<see cref="OutageTests"/>).</summary>
    private static readonly int[] Elsewhere = [500, 503];

    private static readonly string[] Nowhere = [ContractRoutes.Root, $"{ContractRoutes.Root}/", $"{ContractRoutes.Root}/external"];

    private readonly ConcurrentBag<string> faults = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private RestApi Api => world.Api;

    [Fact]
    public async Task Every_documented_answer_comes_as_documented_with_and_without_a_slash_at_the_end()
    {
        var check = new AnswerCheck(Api.Schemas);
        await Parallel.ForEachAsync(Api.Document.Operations, new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = Ct }, async (operation, _) =>
        {
            foreach (var given in ApiCase.Of(operation, Api)) await RunAsync(check, operation, given);
        });
        foreach (var operation in Api.Document.Operations)
        {
            foreach (var status in operation.Answers.Keys.Except(Elsewhere).Where(s => !check.Saw(operation, s)))
                faults.Add($"{operation}: {status} is documented, and no case provokes it");
        }

        Faults.None(faults);
    }

    [Fact]
    public async Task A_method_that_a_path_does_not_have_is_405_with_those_that_it_has()
    {
        foreach (var path in Api.Document.Operations.GroupBy(o => o.Path))
        {
            var operation = path.First();
            var request = await Api.RequestAsync(operation);
            // "activity" and "bulk" may be a key as well.
            var has = Api.Document.Operations.Where(o => o.Matches(request.Path)).Select(o => o.Method).ToHashSet();
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch }.Except(has))
            {
                using var message = new HttpRequestMessage(method, request.Path);
                using var answer = await Api.With(operation.Scope).SendAsync(message, Ct);
                var body = await answer.Content.ReadAsStringAsync(Ct);
                var allowed = answer.Content.Headers.Allow;
                if (answer.StatusCode != HttpStatusCode.MethodNotAllowed) faults.Add($"{method} {path.Key}: {answer.StatusCode} {body}");
                else if (!allowed.Where(m => m != "HEAD").ToHashSet().SetEquals(has.Select(m => m.Method))) faults.Add($"{method} {path.Key}: Allow is {string.Join(", ", allowed)}");
                foreach (var fault in AnswerCheck.ProblemFaults(answer, body)) faults.Add($"{method} {path.Key}: {fault}");
            }
        }

        Faults.None(faults);
    }

    [Fact]
    public async Task A_path_that_is_none_is_404()
    {
        foreach (var operation in Api.Document.Operations.DistinctBy(o => o.Path))
        {
            var request = await Api.RequestAsync(operation);
            foreach (var path in (string[])[$"{request.Path}/a/b/c/d", $"{request.Path}x/y/z/w/v", .. Nowhere])
            {
                using var answer = await Api.With(operation.Scope).GetAsync(new Uri(path, UriKind.Relative), Ct);
                var body = await answer.Content.ReadAsStringAsync(Ct);
                if (answer.StatusCode != HttpStatusCode.NotFound) faults.Add($"{path}: {answer.StatusCode}");
                foreach (var fault in AnswerCheck.ProblemFaults(answer, body)) faults.Add($"{path}: {fault}");
            }
        }

        Faults.None(faults);
    }

    private async Task RunAsync(AnswerCheck check, ApiOperation operation, ApiCase given)
    {
        var bodies = new List<string>();
        var shared = await Api.RequestAsync(operation);
        foreach (var slash in new[] { false, true })
        {
            // What changes nothing is asked twice about the same; what changes something is about things of its own.
            var request = (operation.Method == HttpMethod.Get || !slash ? shared : await Api.RequestAsync(operation)) with { Slash = slash };
            if (given.Before is { } before) await before(request);
            using var answer = await given.Make(request).SendAsync(given.Client, Ct);
            var body = await AnswerCheck.ReadAsync(answer, Ct);
            var wrong = check.FaultsOf(operation, answer, body);
            if ((int)answer.StatusCode != given.Status) wrong = [$"{given.Status} was to come, and {(int)answer.StatusCode} did: {body}"];
            foreach (var fault in wrong) faults.Add($"{operation}{(slash ? "/" : "")} {given.Name}: {fault}");
            if (answer.Headers.Location is { } location) await FollowAsync(operation, location);
            bodies.Add(body);
        }

        // Listings of everything grow meanwhile.
        var isSettled = operation.Method == HttpMethod.Get && operation.InPath.Any() && given.IsSuccess;
        if (isSettled && bodies[0] != bodies[1]) faults.Add($"{operation} {given.Name}: the slash makes {bodies[1]} of {bodies[0]}");
    }

    private async Task FollowAsync(ApiOperation operation, Uri location)
    {
        using var answer = await Api.With(operation.Scope).GetAsync(location, Ct);
        if (answer.StatusCode != HttpStatusCode.OK) faults.Add($"{operation}: Location {location} leads to {answer.StatusCode}");
    }
}
