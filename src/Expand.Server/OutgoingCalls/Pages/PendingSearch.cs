using Expand.Server.Platform;

namespace Expand.Server.OutgoingCalls.Pages;

/// <summary>What a supervisor looks for. Public because components are.</summary>
public sealed record PendingSearch
{
    /// <summary>Calls of every queue or agent, and of every state.</summary>
    public const string All = "*";

    /// <summary>Calls that are every agent's of their queue.</summary>
    public const string Nobody = "-";

    /// <summary>The queue.</summary>
    public string Queue { get; set; } = All;

    /// <summary>The agent's username.</summary>
    public string Agent { get; set; } = All;

    /// <summary>The contract's word of the state.</summary>
    public string Status { get; set; } = OutgoingCallStatus.Pending.Word();

    /// <summary>The first day, <c>YYYY-MM-DD</c>.</summary>
    public string? From { get; set; }

    /// <summary>The last day.</summary>
    public string? To { get; set; }

    /// <summary>A number, whatever separators are in it.</summary>
    public string? Number { get; set; }

    internal static PendingSearch Of(IQueryCollection query)
    {
        var search = new PendingSearch { Status = All };
        if (query["cola"] is [{ Length: > 0 } queue]) search.Queue = queue;
        if (query["agente"] is [{ Length: > 0 } agent]) search.Agent = agent;
        if (query["estado"] is [{ Length: > 0 } status] && OutgoingCallStates.Words.Contains(status)) search.Status = status;
        (search.From, search.To, search.Number) = (query["desde"], query["hasta"], query["numero"]);
        return search;
    }

    /// <summary>The same as a query.</summary>
    internal string Query() => QueryString.Create(new Dictionary<string, string?>
    {
        ["cola"] = Queue,
        ["agente"] = Agent,
        ["estado"] = Status,
        ["desde"] = From,
        ["hasta"] = To,
        ["numero"] = Number,
    }).Value!;

    /// <summary>What is pending is wanted by the hour that comes next, everything else by the one that was last.</summary>
    internal OutgoingCallFilter Filter(LocalTime time) => new()
    {
        Queue = Queue == All ? null : Queue,
        Agent = Agent switch { All => null, Nobody => "", _ => Agent },
        Status = Status == All ? null : OutgoingCallStates.Of(Status),
        From = time.Start(From ?? ""),
        To = time.End(To ?? ""),
        Phone = string.IsNullOrWhiteSpace(Number) ? null : Number.Trim(),
        NewestFirst = Status != OutgoingCallStatus.Pending.Word(),
    };
}
