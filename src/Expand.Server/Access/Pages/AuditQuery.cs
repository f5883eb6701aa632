using Expand.Server.Platform;
using Microsoft.AspNetCore.Http.Extensions;

namespace Expand.Server.Access.Pages;

/// <summary>What the page Auditoría asks for, as it stands in its address and in that of its export.</summary>
internal sealed class AuditQuery
{
    private readonly string? from;
    private readonly string? to;

    public AuditQuery(LocalTime time, string? from, string? to, string? actor, string? action, string? text)
    {
        (this.from, this.to) = (from, to);
        var (start, end) = (time.Start(from ?? ""), time.End(to ?? ""));
        IsFromWrong = !string.IsNullOrWhiteSpace(from) && start is null;
        IsToWrong = !string.IsNullOrWhiteSpace(to) && end is null;
        // A period holds its last second, and the log has parts of seconds.
        Search = new AuditSearch(start, end?.AddSeconds(1), actor, action, text);
    }

    public AuditSearch Search { get; }

    public bool IsFromWrong { get; }

    public bool IsToWrong { get; }

    /// <summary>As the query of an address; empty where nothing narrows it.</summary>
    public string Query
    {
        get
        {
            var query = new QueryBuilder();
            foreach (var (name, value) in (ReadOnlySpan<(string, string?)>)
                [("desde", from), ("hasta", to), ("quien", Search.Actor), ("que", Search.Action), (Auditoria.TextParameter, Search.Text)])
            {
                if (!string.IsNullOrEmpty(value)) query.Add(name, value);
            }

            return query.ToQueryString().Value ?? "";
        }
    }
}
