using System.Text;

namespace Expand.Server.Tests.Rest.Contract;

/// <summary>A request that provokes a documented status.</summary>
/// <param name="Name">What is wrong or right about it.</param>
/// <param name="Status">What it is to be answered.</param>
/// <param name="Client">Who asks.</param>
/// <param name="Make">The request, from one as the operation's example says.</param>
/// <param name="Before">What has to have happened before.</param>
internal sealed record ApiCase(
    string Name, int Status, HttpClient Client, Func<ApiRequest, ApiRequest> Make, Func<ApiRequest, Task>? Before = null)
{
    /// <summary>More than a body may have (contract: 2 MB are refused).</summary>
    public const int TooMany = 2 * 1024 * 1024;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Whether the case asks for what the operation is for.</summary>
    public bool IsSuccess => Status < 300;

    /// <summary>The cases that every operation has by what it takes and says of itself.</summary>
    public static IEnumerable<ApiCase> Of(ApiOperation operation, RestApi api)
    {
        var client = api.With(operation.Scope);
        return
        [
            .. Common(operation, api), .. Questions(operation, client), .. Missing(operation, client), .. Bodies(operation, client),
            .. Conditions(operation, client), .. OwnCases.Of(operation, api),
        ];
    }

    private static IEnumerable<ApiCase> Common(ApiOperation operation, RestApi api)
    {
        yield return new("as its example says", operation.Success, api.With(operation.Scope), r => r);
        yield return new("with an unknown parameter", 400, api.With(operation.Scope), r => r with { Query = "nonsense=1" });
        yield return new("without a credential", 401, api.Anonymous, r => r);
        yield return new("without the scope", 403, api.Without(operation.Scope), r => r);
        yield return new("locked out", 429, api.LockedOut, r => r);
    }

    /// <summary>Every value that a parameter is documented to take, by itself and with all others.</summary>
    private static IEnumerable<ApiCase> Questions(ApiOperation operation, HttpClient client)
    {
        string Pair(ApiParameter parameter, string value) => $"{parameter.Name}={Uri.EscapeDataString(value)}";
        foreach (var (parameter, value) in operation.InQuery.SelectMany(p => p.Valid.Select(v => (p, v))))
            yield return new($"{parameter.Name}={value}", operation.Success, client, r => r with { Query = Pair(parameter, value) });
        var all = operation.InQuery.ToList();
        if (all.Count < 2) yield break;
        yield return new("every parameter", operation.Success, client, r => r with { Query = string.Join('&', all.Select(p => Pair(p, p.Valid.Last()))) });
    }

    private static IEnumerable<ApiCase> Missing(ApiOperation operation, HttpClient client) =>
        // A number that no list has is a number all the same, and is not to be found missing.
        operation.InPath.Where(parameter => parameter.Name != "number").Select(parameter => new ApiCase($"{parameter.Name} that is not there", 404, client, r => r.About(parameter.Name, "999999999")));

    private static IEnumerable<ApiCase> Bodies(ApiOperation operation, HttpClient client)
    {
        if (operation.Body is not { } body) yield break;
        yield return new("of another media type", 415, client, r => r with { ContentType = "text/plain" });
        if (body.IsLines) yield break;
        yield return new("with an empty body", 400, client, r => r.With(""));
        yield return new("with too long a body", 413, client, r => r with { Body = [.. Encoding.UTF8.GetBytes(new string(' ', TooMany)), .. r.Body!] });
    }

    private static IEnumerable<ApiCase> Conditions(ApiOperation operation, HttpClient client)
    {
        if (operation.TakesHeader("If-Match"))
        {
            yield return new("for another version", 412, client, r => r.With("If-Match", "\"none\""));
            yield return new("for whatever version", operation.Success, client, r => r.With("If-Match", "*"));
        }

        if (!operation.TakesHeader("Idempotency-Key")) yield break;
        var key = Guid.NewGuid().ToString();
        ApiRequest Keyed(ApiRequest request) => request.With("Idempotency-Key", key + request.Path + request.Slash);
        async Task Send(ApiRequest request) => (await Keyed(request).SendAsync(client, Ct)).Dispose();
        yield return new("repeated with its key", operation.Success, client, Keyed, Send);
        yield return new("with another request's key", 409, client, r => Keyed(r) with { Body = [.. r.Body!, (byte)' '] }, Send);
    }
}
