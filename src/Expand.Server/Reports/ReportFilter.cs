using System.Globalization;
using Expand.Server.Activity;
using Expand.Server.Cdr;
using Expand.Server.Platform;
using Expand.Server.Queues;
using Expand.Server.Recordings;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Expand.Server.Reports;

/// <summary>
/// What a report is asked for, as its address holds it: a report can be kept as a bookmark, and sent. Public because components are.
/// Numbers that the address has and that are none are -1, which no field allows.
/// </summary>
public sealed record ReportFilter
{
    /// <summary>The period by a name (<see cref="ReportPeriod"/>); empty: from <see cref="From"/> to <see cref="To"/>.</summary>
    public string Period { get; set; } = "";

    /// <summary>Local time, where the period has no name.</summary>
    public string From { get; set; } = "";

    /// <summary>Local time; a whole minute is all of that minute, and a bare day all of that day.</summary>
    public string To { get; set; } = "";

    /// <summary>A queue's name; empty: all.</summary>
    public string Queue { get; set; } = "";

    /// <summary>An agent's number; empty: all.</summary>
    public string Agent { get; set; } = "";

    /// <summary>The contract's word for an activity; empty: all.</summary>
    public string Action { get; set; } = "";

    /// <summary>A part of a number that called or was called.</summary>
    public string Number { get; set; } = "";

    /// <summary>A call's Uniqueid.</summary>
    public string Call { get; set; } = "";

    /// <summary>An extension that called or was called.</summary>
    public string Extension { get; set; } = "";

    /// <summary>A call's result as Asterisk writes it; empty: all.</summary>
    public string Result { get; set; } = "";

    /// <summary>A call's duration in seconds at least.</summary>
    public int MinSeconds { get; set; }

    /// <summary>Up to which wait an answered call is in time, in seconds.</summary>
    public int Threshold { get; set; } = DefaultThreshold;

    /// <summary>Up to which wait an abandoned call does not count, in seconds.</summary>
    public int ShortAbandon { get; set; } = DefaultShortAbandon;

    internal const int DefaultThreshold = 20;
    internal const int DefaultShortAbandon = 5;

    /// <summary>The results of calls, as Asterisk writes them.</summary>
    internal static readonly string[] Results = ["ANSWERED", "NO ANSWER", "BUSY", "CONGESTION", "FAILED"];

    internal ServiceTarget Target => new(Threshold, ShortAbandon);

    internal ActivityFilter Activities => new(Queue, Agent, ActionOf(Action));

    internal CallFilter Calls => new(Number, Extension, Result, MinSeconds);

    internal RecordingFilter Recordings => new(Number, Queue, Agent, Call, MinSeconds);

    /// <summary>The agent's number at whatever time; null: all agents.</summary>
    internal IReadOnlyList<AgentPart>? Parts => Agent.Length == 0 ? null : [new AgentPart(Agent, null, null)];

    /// <summary>What an address asks for.</summary>
    internal static ReportFilter Read(IEnumerable<KeyValuePair<string, StringValues>> query)
    {
        var values = query.ToDictionary(q => q.Key, q => q.Value.ToString().Trim(), StringComparer.Ordinal);
        string Text(string name) => values.GetValueOrDefault(name, "");
        int Whole(string name, int usual) =>
            Text(name) is { Length: > 0 } text ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1 : usual;
        return new ReportFilter
        {
            Period = Text("periodo"),
            From = Text("desde"),
            To = Text("hasta"),
            Queue = Text("cola"),
            Agent = Text("agente"),
            Action = Text("accion"),
            Number = Text("numero"),
            Call = Text("llamada"),
            Extension = Text("interno"),
            Result = Text("resultado"),
            MinSeconds = Whole("duracion", 0),
            Threshold = Whole("umbral", DefaultThreshold),
            ShortAbandon = Whole("corta", DefaultShortAbandon),
        };
    }

    /// <summary>The address of a report that is asked for this: only what is not as usual.</summary>
    internal string Address(string path, params (string Name, string Value)[] more)
    {
        static string Unusual(int value, int usual) => value == usual ? "" : value.ToString(CultureInfo.InvariantCulture);
        (string Name, string Value)[] all =
        [
            ("periodo", Period), ("desde", Period.Length > 0 ? "" : From), ("hasta", Period.Length > 0 ? "" : To), ("cola", Queue), ("agente", Agent), ("accion", Action),
            ("numero", Number), ("llamada", Call), ("interno", Extension), ("resultado", Result), ("duracion", Unusual(MinSeconds, 0)),
            ("umbral", Unusual(Threshold, DefaultThreshold)), ("corta", Unusual(ShortAbandon, DefaultShortAbandon)), .. more,
        ];
        return QueryHelpers.AddQueryString(path, all.Where(q => q.Value.Length > 0).Select(q => KeyValuePair.Create<string, string?>(q.Name, q.Value)));
    }

    /// <summary>The period asked for, or what is wrong with this; a refusal names the field as the address does.</summary>
    internal Result<ReportPeriod> Check(LocalTime time)
    {
        if (MinSeconds is < 0 or > 86_400) return Failure.Invalid("duracion", "the duration is a number of seconds from 0 to 86400");
        if (Threshold is < 0 or > 3600) return Failure.Invalid("umbral", "the threshold is a number of seconds from 0 to 3600");
        if (ShortAbandon is < 0 or > 3600) return Failure.Invalid("corta", "a short abandonment is a number of seconds from 0 to 3600");
        if (Action.Length > 0 && ActionOf(Action) is null) return Failure.Invalid("accion", "the action is one of queueData's");
        return ReportPeriod.Of(this, time);
    }

    internal static QueueAction? ActionOf(string word) =>
        Enum.GetValues<QueueAction>().Cast<QueueAction?>().FirstOrDefault(action => QueuesSoap.WordOf(action!.Value) == word);
}
