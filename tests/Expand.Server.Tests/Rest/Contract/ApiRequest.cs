using System.Text;
using System.Text.Json.Nodes;

namespace Expand.Server.Tests.Rest.Contract;

/// <summary>A request of an operation, to be varied.</summary>
internal sealed record ApiRequest(ApiOperation Operation, IReadOnlyDictionary<string, string> Address)
{
    /// <summary>Without the question mark.</summary>
    public string Query { get; init; } = "";

    public bool Slash { get; init; }

    public byte[]? Body { get; init; } = BodyOf(Operation.Body);

    public string? ContentType { get; init; } = Operation.Body?.MediaType;

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public string Path => Operation.InPath.Aggregate(Operation.Path, (path, parameter) =>
        path.Replace($"{{{parameter.Name}}}", Uri.EscapeDataString(Address[parameter.Name]), StringComparison.Ordinal));

    /// <summary>The same with another body.</summary>
    public ApiRequest With(string body) => this with { Body = Encoding.UTF8.GetBytes(body) };

    /// <summary>The same with a header.</summary>
    public ApiRequest With(string header, string value) => this with { Headers = [.. Headers, (header, value)] };

    /// <summary>The same about something else.</summary>
    public ApiRequest About(string parameter, string value) => this with { Address = new Dictionary<string, string>(Address) { [parameter] = value } };

    public async Task<HttpResponseMessage> SendAsync(HttpClient client, CancellationToken ct)
    {
        using var message = new HttpRequestMessage(Operation.Method, Path + (Slash ? "/" : "") + (Query.Length > 0 ? "?" + Query : ""));
        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Body);
            if (ContentType is not null) message.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        }

        foreach (var (name, value) in Headers) message.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ct);
    }

    private static byte[]? BodyOf(ApiContent? content) => content switch
    {
        null => null,
        { IsLines: true } => Encoding.UTF8.GetBytes(content.Example!.GetValue<string>() + "\n"),
        _ => Encoding.UTF8.GetBytes((content.Example as JsonNode)!.ToJsonString()),
    };
}
