using System.Diagnostics;
using Expand.Soap;

namespace Expand.Server.Access.Inspector;

/// <summary>A header of a request as it came.</summary>
internal readonly record struct SentHeader(string Name, string Value);

/// <summary>
/// What is noted of a request while it is answered. Raw, secrets and all, and in memory only: what is stored of it is made in the background
/// (<see cref="InspectionReading"/>).
/// </summary>
internal sealed class Inspection(DateTimeOffset at, int bodyBytes)
{
    /// <summary>Bytes kept of an answer.</summary>
    public const int AnswerBytes = 2048;

    private static readonly string[] Interesting =
    [
        "Host", "Content-Type", "SOAPAction", "Content-Encoding", "Content-Length", "Transfer-Encoding", "Accept", "Accept-Encoding", "User-Agent",
        "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID", "Expect", "X-Forwarded-For", "Authorization",
    ];

    private readonly long began = Stopwatch.GetTimestamp();

    public DateTimeOffset At => at;

    public Head Body { get; } = new(bodyBytes);

    public Head Answer { get; } = new(AnswerBytes);

    /// <summary>Whose secret was shown; empty where it was nobody's.</summary>
    public string Caller { get; private set; } = "";

    /// <summary>Why it was refused at the door; null where it was not.</summary>
    public string? Refusal { get; private set; }

    /// <summary>The SOAP operation that was called; null where it did not come to that.</summary>
    public string? Operation { get; private set; }

    /// <summary>Its arguments as the server read them, the key first.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Arguments { get; private set; } = [];

    public string Method { get; private set; } = "";

    public string Path { get; private set; } = "";

    public string Query { get; private set; } = "";

    public string Protocol { get; private set; } = "";

    public string Address { get; private set; } = "";

    public List<SentHeader> Headers { get; } = [];

    /// <summary>The REST route; null where none fits.</summary>
    public string? Route { get; private set; }

    public IReadOnlyList<KeyValuePair<string, string>> PathValues { get; private set; } = [];

    public int Status { get; private set; }

    public bool ClientGone { get; private set; }

    public TimeSpan Duration { get; private set; }

    /// <summary>The name that faults and problems show of this request: no secret, though it has the form of one.</summary>
    public string TraceId { get; private set; } = "";

    public static string OfKey(int id) => $"key:{id}";

    public static string OfCredential(int id) => $"credential:{id}";

    /// <summary>A SOAP operation was called: notes its arguments.</summary>
    public static Inspection? Called(SoapCall call)
    {
        if (call.Http.Features.Get<Inspection>() is not { } noted) return null;
        noted.Operation = call.Operation.Name;
        var parameters = call.Operation.Parameters;
        var arguments = new KeyValuePair<string, string>[parameters.Count];
        for (var i = 0; i < arguments.Length; i++) arguments[i] = new(parameters[i].Name, call[parameters[i].Name]);
        noted.Arguments = arguments;
        return noted;
    }

    /// <summary>The secret that was shown is this caller's.</summary>
    public void Is(string caller) => Caller = caller;

    /// <summary>It is refused for want of a right secret, or for a limit of it.</summary>
    public void Refused(string reason) => Refusal = reason;

    /// <summary>Takes from the request what will be gone when it is over.</summary>
    public void End(HttpContext http)
    {
        Duration = Stopwatch.GetElapsedTime(began);
        var request = http.Request;
        (Method, Path, Query, Protocol) = (request.Method, request.PathBase.ToUriComponent() + request.Path.ToUriComponent(), request.QueryString.Value ?? "", request.Protocol);
        Address = http.Connection.RemoteIpAddress?.ToString() ?? "";
        (Status, ClientGone) = (http.Response.StatusCode, http.RequestAborted.IsCancellationRequested);
        TraceId = System.Diagnostics.Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;
        foreach (var name in Interesting)
        {
            if (request.Headers.TryGetValue(name, out var values) && values.Count > 0) Headers.Add(new(name, values.ToString()));
        }

        if (Operation is not null || http.GetEndpoint() is not RouteEndpoint { RoutePattern: { } pattern }) return;
        Route = "/" + pattern.RawText?.Trim('/');
        PathValues = [.. pattern.Parameters.Select(p => KeyValuePair.Create(p.Name, request.RouteValues[p.Name]?.ToString() ?? ""))];
    }
}
