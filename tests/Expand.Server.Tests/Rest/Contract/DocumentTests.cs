using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;

namespace Expand.Server.Tests.Rest.Contract;

/// <summary>The OpenAPI document by itself, and against the routes that the server really has and the contract asks for.</summary>
[Collection(nameof(RestWorld))]
public sealed partial class DocumentTests(RestWorld world)
{
    private ApiDocument Document => world.Api.Document;

    [Fact]
    public void Every_route_of_the_contract_is_there_and_documented()
    {
        var documented = Document.Operations.Select(o => Anonymous($"{o.Method} {o.Path}")).ToHashSet();
        Faults.None(ContractRoutes.All.Select(Anonymous).Except(documented));
    }

    [Fact]
    public void Every_route_is_documented_and_every_documented_one_is_routed()
    {
        var routed = world.Api.Host.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(e => (
                Path: "/" + Constraint().Replace(e.RoutePattern.RawText ?? "", "{$1}").Trim('/'),
                Methods: e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["ANY"]))
            .Where(e => e.Path.StartsWith(ContractRoutes.Root, StringComparison.Ordinal))
            // A HEAD is what its GET is, without the body.
            .SelectMany(e => e.Methods.Where(method => method != HttpMethods.Head).Select(method => $"{method} {e.Path}")).Order().ToList();
        Assert.Equal(routed, Document.Operations.Select(o => o.Name).Order());
    }

    [Fact]
    public void It_is_OpenAPI_3_1_without_errors_and_warnings()
    {
        Assert.StartsWith("3.1.", Document.Root["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        var read = OpenApiDocument.Parse(Document.Text, "json");
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic!.SpecificationVersion);
        Faults.None(read.Diagnostic.Errors.Concat(read.Diagnostic.Warnings).Select(e => $"{e.Pointer}: {e.Message}"));
        Assert.Equal(Document.Operations.Count, read.Document!.Paths.Sum(p => p.Value.Operations!.Count));
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var dangling = ApiDocument.Objects(Document.Root).Select(o => o["$ref"]).OfType<JsonValue>().Select(r => r.GetValue<string>())
            .Distinct().Where(r => Document.At(r) is null);
        Faults.None(dangling);
    }

    [Fact]
    public void Every_operation_says_what_it_is_and_gives_an_example_of_all_that_goes_in_and_out() =>
        Faults.None(Document.Operations.SelectMany(Lacks)
            .Concat(from operation in Document.Operations
                    group operation by operation.Node["operationId"]?.ToString() into same
                    where same.Count() > 1
                    select $"the operationId {same.Key} is of {string.Join(", ", same)}"));

    [Fact]
    public void Every_example_is_valid_by_its_own_schema()
    {
        var wrong = new List<string>();
        foreach (var operation in Document.Operations)
        {
            var contents = operation.Answers.Values.SelectMany(a => a.Contents.Select(c => (Where: $"{a.Status}", Content: c)));
            if (operation.Body is { } body) contents = contents.Append(("request", body));
            wrong.AddRange(from part in contents
                           where part.Content.IsJson || part.Content.IsLines
                           from item in part.Content.Items
                           let fault = world.Api.Schemas.Wrong(part.Content.ItemSchema, item)
                           where fault is not null
                           select $"{operation} {part.Where}: {fault}: {item?.ToJsonString()}");
            wrong.AddRange(from parameter in operation.Parameters
                           where parameter.Example is not null
                           let fault = world.Api.Schemas.Wrong(parameter.Schema, parameter.Example)
                           where fault is not null
                           select $"{operation} {parameter.Name}: {fault}");
        }

        Faults.None(wrong);
    }

    private static IEnumerable<string> Lacks(ApiOperation operation)
    {
        var id = operation.Node["operationId"]?.ToString();
        if (!Identifier().IsMatch(id ?? "")) yield return $"{operation}: the operationId {id} makes no method's name";
        foreach (var text in (string[])["summary", "description"])
        {
            if (string.IsNullOrWhiteSpace(operation.Node[text]?.ToString())) yield return $"{operation}: no {text}";
        }

        if (operation.Node["tags"] is not JsonArray { Count: > 0 }) yield return $"{operation}: no tag";
        if (operation.Scope.Length == 0) yield return $"{operation}: no scope";
        if (!operation.Answers.Keys.Any(s => s is >= 200 and < 300)) yield return $"{operation}: no answer but refusals";
        foreach (var parameter in operation.InQuery.Where(p => string.IsNullOrWhiteSpace(p.Description)))
            yield return $"{operation}: {parameter.Name} is not described";
        foreach (var answer in operation.Answers.Values)
        {
            if (answer.Contents.Count == 0 || answer.Contents.Any(c => c.Example is null)) yield return $"{operation}: {answer.Status} has no example";
        }

        if (operation.Body is { Example: null }) yield return $"{operation}: the body has no example";
    }

    /// <summary>What a parameter of the address is called is not the contract's.</summary>
    private static string Anonymous(string route) => Parameter().Replace(route, "{}");

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\{(\w+)[^}]*\}")]
    private static partial Regex Constraint();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_]*\z")]
    private static partial Regex Identifier();
}
