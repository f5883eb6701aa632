using System.Text.Json;
using Expand.Server.Platform.Outbound;
using Expand.Soap;

namespace Expand.Server.Crm;

/// <summary>What was wrong with a call of a service.</summary>
public enum CrmProblem
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It was not reached.</summary>
    NotReached,

    /// <summary>It gave no answer in time.</summary>
    TimedOut,

    /// <summary>The connection broke.</summary>
    Broken,

    /// <summary>The answer was longer than is read.</summary>
    TooLong,

    /// <summary>A status that is none of success.</summary>
    Status,

    /// <summary>A redirect, which is not followed.</summary>
    Redirected,

    /// <summary>A SOAP fault.</summary>
    Fault,

    /// <summary>No SOAP answer.</summary>
    NotSoap,

    /// <summary>No JSON.</summary>
    NotJson,

    /// <summary>JSON without the value where it should be.</summary>
    NoValue,

    /// <summary>A page for people.</summary>
    Html,

    /// <summary>No truth value.</summary>
    NotBoolean,

    /// <summary>Not asked: the circuit is open.</summary>
    Open,
}

/// <summary>What became of a call: the value as text, or the problem.</summary>
/// <param name="Value">The value; empty where there is a problem.</param>
/// <param name="Problem">What was wrong.</param>
/// <param name="Detail">The problem's particulars, such as a fault's words.</param>
/// <param name="Http">The exchange; null where nothing was asked.</param>
internal sealed record CrmAnswer(string Value, CrmProblem Problem, string Detail, OutboundAnswer? Http)
{
    private const int LongestDetail = 300;

    public bool IsSuccess => Problem == CrmProblem.None;

    /// <summary>Whether the service itself seems to be away, which opens the circuit. A fault or a refusal came from one that is there.</summary>
    public bool IsOutage => Problem is CrmProblem.NotReached or CrmProblem.TimedOut or CrmProblem.Broken or CrmProblem.TooLong or CrmProblem.Html
        || (Problem == CrmProblem.Status && Http!.Status is >= 500 or 429);

    public static readonly CrmAnswer Open = new("", CrmProblem.Open, "", null);

    /// <summary>Reads what the other side sent.</summary>
    public static CrmAnswer Of(OutboundAnswer http, CrmOperation operation, CrmServiceSettings settings)
    {
        var answer = http.End switch
        {
            OutboundEnd.NotReached => Wrong(CrmProblem.NotReached, http.Reason ?? ""),
            OutboundEnd.TimedOut => Wrong(CrmProblem.TimedOut, ""),
            OutboundEnd.Broken => Wrong(CrmProblem.Broken, http.Reason ?? ""),
            OutboundEnd.TooLong => Wrong(CrmProblem.TooLong, ""),
            _ when http.Status is >= 300 and < 400 => Wrong(CrmProblem.Redirected, $"{http.Status}"),
            _ => settings.Kind == CrmKind.Soap ? Soap() : Rest(),
        };
        return answer.IsSuccess && operation == CrmOperation.AgentInfo && Truth(answer.Value) is null ? Wrong(CrmProblem.NotBoolean, answer.Value) : answer;

        CrmAnswer Wrong(CrmProblem problem, string detail) => new("", problem, detail.Length > LongestDetail ? detail[..LongestDetail] : detail, http);

        CrmAnswer Soap()
        {
            var read = SoapClientEnvelope.Read(http.Body);
            if (read.Fault is { } fault) return Wrong(CrmProblem.Fault, fault);
            if (!http.IsSuccess) return Wrong(CrmProblem.Status, $"{http.Status}");
            if (IsHtml()) return Wrong(CrmProblem.Html, "");
            return read.Value is { } value ? new(value, CrmProblem.None, "", http) : Wrong(CrmProblem.NotSoap, read.Wrong ?? "");
        }

        CrmAnswer Rest()
        {
            // Of REST, that there is nothing at the address of a number is how many say that they do not know it.
            if (http.Status is 404 or 410 && operation == CrmOperation.CallerName) return new("", CrmProblem.None, "", http);
            if (!http.IsSuccess) return Wrong(CrmProblem.Status, $"{http.Status}");
            if (IsHtml()) return Wrong(CrmProblem.Html, "");
            var path = CrmAnswerPath.Parse(settings.Answer)!;
            // 2xx without a word: done.
            if (http.Body.AsSpan().Trim().IsEmpty) return path.IsWhole || http.Status == 204 ? new(operation == CrmOperation.AgentInfo ? "true" : "", CrmProblem.None, "", http) : Wrong(CrmProblem.NoValue, settings.Answer);
            if (path.IsWhole && !IsJson()) return new(http.Body.Trim(), CrmProblem.None, "", http);
            try
            {
                using var json = JsonDocument.Parse(http.Body);
                return path.Find(json.RootElement) is { } value ? new(value, CrmProblem.None, "", http) : Wrong(CrmProblem.NoValue, settings.Answer);
            }
            catch (JsonException)
            {
                return Wrong(CrmProblem.NotJson, "");
            }
        }

        bool IsJson() => http.MediaType is "application/json" || http.MediaType.EndsWith("+json", StringComparison.Ordinal);

        bool IsHtml() => http.MediaType is "text/html" or "application/xhtml+xml"
            && http.Body.AsSpan().TrimStart().StartsWith("<", StringComparison.Ordinal);
    }

    /// <summary>A truth value as services write it; null where it is none.</summary>
    public static bool? Truth(string text) => text.Trim().ToLowerInvariant() switch
    {
        "true" or "1" or "yes" or "si" or "sí" or "ok" => true,
        "false" or "0" or "no" => false,
        _ => null,
    };
}
