using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Expand.Server.Tests.Rest.Contract;

/// <summary>Holds answers against the document, and remembers which of the documented ones came.</summary>
internal sealed class AnswerCheck(Schemas schemas)
{
    /// <summary>The original's codes (contract, rest.md), the same for all of a status.</summary>
    private static readonly Dictionary<int, string> Codes = new()
    {
        [400] = "Unknown_data_format",
        [401] = "Unauthorized",
        [403] = "Scope_not_granted",
        [404] = "Not_found",
        [405] = "Method_not_allowed",
        [409] = "Conflict",
        [412] = "Precondition_failed",
        [413] = "Request_too_large",
        [415] = "Unsupported_media_type",
        [416] = "Range_not_satisfiable",
        [429] = "Too_many_requests",
        [500] = "Internal_error",
        [501] = "Not_implemented",
        [503] = "Service_unavailable",
    };

    private readonly ConcurrentDictionary<(string Operation, int Status), bool> seen = new();

    public bool Saw(ApiOperation operation, int status) => seen.ContainsKey((operation.Name, status));

    /// <summary>Everything about an answer that is not as the document says.</summary>
    public IReadOnlyList<string> FaultsOf(ApiOperation operation, HttpResponseMessage answer, string body)
    {
        var status = (int)answer.StatusCode;
        if (!operation.Answers.TryGetValue(status, out var documented)) return [$"{status} is not documented: {body}"];
        seen[(operation.Name, status)] = true;
        var faults = new List<string>();
        var type = answer.Content.Headers.ContentType;
        var content = documented.Contents.FirstOrDefault(c => c.MediaType == type?.MediaType);
        if (content is null) faults.Add($"Content-Type {type} is not documented");
        else faults.AddRange(BodyFaults(content, body));
        if (type?.CharSet is { } charset && charset != "utf-8") faults.Add($"the charset is {charset}");
        faults.AddRange(HeaderFaults(documented, answer));
        if (status >= 400) faults.AddRange(ProblemFaults(status, body));
        return faults;
    }

    /// <summary>What is wrong with a problem document, whatever operation it is of.</summary>
    public static IEnumerable<string> ProblemFaults(HttpResponseMessage answer, string body)
    {
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json") yield return $"Content-Type is {answer.Content.Headers.ContentType}";
        foreach (var fault in ProblemFaults((int)answer.StatusCode, body)) yield return fault;
    }

    /// <summary>The whole of an answer; of one that does not end its first event.</summary>
    public static async Task<string> ReadAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        if (answer.Content.Headers.ContentType?.MediaType != "text/event-stream") return await answer.Content.ReadAsStringAsync(ct);
        await using var stream = await answer.Content.ReadAsStreamAsync(ct);
        var (text, portion) = (new StringBuilder(), new byte[4096]);
        while (!text.ToString().Contains("\n\n", StringComparison.Ordinal) && await stream.ReadAsync(portion, ct) is > 0 and var read)
            text.Append(Encoding.UTF8.GetString(portion, 0, read));
        return text.ToString();
    }

    private IEnumerable<string> BodyFaults(ApiContent content, string body)
    {
        if (!content.IsJson && !content.IsLines) return body.Length == 0 ? ["the body is empty"] : [];
        try
        {
            var items = content.IsLines ? ApiContent.Lines(body) : [JsonNode.Parse(body)];
            return items.Select(item => schemas.Wrong(content.ItemSchema, item)).OfType<string>().Take(1)
                .Select(wrong => $"the body is not of its schema: {wrong}: {body}");
        }
        catch (JsonException wrong)
        {
            return [$"the body is not JSON ({wrong.Message}): {body}"];
        }
    }

    private static IEnumerable<string> HeaderFaults(ApiAnswer documented, HttpResponseMessage answer)
    {
        foreach (var (name, isThere) in new[] { ("ETag", answer.Headers.ETag is not null), ("Location", answer.Headers.Location is not null) })
        {
            if (documented.HasHeader(name) != isThere) yield return isThere ? $"{name} is not documented" : $"{name} is documented and missing";
        }

        if (answer.Headers.ETag is { IsWeak: true }) yield return "the ETag is weak";
        if ((int)answer.StatusCode is 429 or 503 && answer.Headers.RetryAfter?.Delta is null) yield return "Retry-After is missing";
        var challenge = answer.Headers.WwwAuthenticate.ToString();
        if ((int)answer.StatusCode == 401 && challenge != "Basic realm=\"eXpand\"") yield return $"WWW-Authenticate is {challenge}";
    }

    private static IEnumerable<string> ProblemFaults(int status, string body)
    {
        JsonNode? problem = null;
        try
        {
            problem = JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            // Told below.
        }

        if (problem is not JsonObject members)
        {
            yield return $"the body is no problem document: {body}";
            yield break;
        }

        foreach (var name in (string[])["type", "title", "detail", "traceId", "errrorCode"])
        {
            if (members[name] is not JsonValue value || !value.TryGetValue<string>(out var text) || text.Length == 0) yield return $"{name} is missing: {body}";
        }

        if (members["status"]?.ToJsonString() != status.ToString(CultureInfo.InvariantCulture))
            yield return $"status is {members["status"]} in the document of a {status}";
        if (members["errrorCode"]?.ToString() != Codes[status]) yield return $"errrorCode of {status} is {members["errrorCode"]}";
        if (body.Contains("System.", StringComparison.Ordinal) || body.Contains("   at ", StringComparison.Ordinal)) yield return $"it tells internals: {body}";
    }
}
