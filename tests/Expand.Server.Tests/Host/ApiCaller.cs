using System.Text;
using System.Text.Json.Nodes;

namespace Expand.Server.Tests.Host;

/// <summary>An answer of the REST API.</summary>
internal sealed record ApiAnswer(int Status, string Body, string? ETag, string? Location)
{
    public JsonNode Json => JsonNode.Parse(Body) ?? throw new InvalidOperationException("null where JSON was expected");

    /// <summary>The fields at fault, of a problem document.</summary>
    public string[] Faults => Json["errors"]?.AsObject().Select(e => e.Key).Order(StringComparer.Ordinal).ToArray() ?? [];
}

/// <summary>Calls routes of the REST API and keeps what tests look at.</summary>
/// <param name="http">A client with or without a credential; disposed with this one.</param>
/// <param name="root">Where the routes are, below the API's root.</param>
internal sealed class ApiCaller(HttpClient http, string root) : IDisposable
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, "/expandweb3/api" + root + path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await http.SendAsync(request, Ct);
        return new ApiAnswer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct), answer.Headers.ETag?.ToString(), answer.Headers.Location?.ToString());
    }

    public void Dispose() => http.Dispose();
}
