using System.Globalization;
using Expand.Server.Platform;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Expand.Server.Dialer.Pages;

/// <summary>Which attempts of a campaign are asked for, as an address holds it. Public because components are.</summary>
public sealed record ActivityQuery
{
    /// <summary>Names of periods.</summary>
    internal static readonly string[] Periods = ["hoy", "ayer", "7dias", "30dias"];

    private const string Date = "yyyy-MM-dd";
    private const int MostDays = 3660;

    /// <summary>The period by a name; empty: from <see cref="From"/> to <see cref="To"/>.</summary>
    public string Period { get; set; } = "";

    /// <summary>The first day.</summary>
    public string From { get; set; } = "";

    /// <summary>The last day.</summary>
    public string To { get; set; } = "";

    /// <summary>The outcome, by the contract's word; empty: any.</summary>
    public string Outcome { get; set; } = "";

    /// <summary>The agent's number; empty: any.</summary>
    public string Agent { get; set; } = "";

    /// <summary>A part of what was dialled; empty: any.</summary>
    public string Number { get; set; } = "";

    /// <summary>The period that is meant, where it has a name.</summary>
    internal string PeriodName => Period.Length == 0 && From.Length == 0 && To.Length == 0 ? Periods[0] : Period;

    internal static ActivityQuery Read(IEnumerable<KeyValuePair<string, StringValues>> query)
    {
        var values = query.ToDictionary(q => q.Key, q => q.Value.ToString().Trim(), StringComparer.Ordinal);
        string Text(string name) => values.GetValueOrDefault(name, "");
        return new()
        {
            Period = Text("periodo"),
            From = Text("desde"),
            To = Text("hasta"),
            Outcome = Text("resultado"),
            Agent = Text("agente"),
            Number = Text("numero"),
        };
    }

    internal string Address(string path, params (string Name, string Value)[] more)
    {
        (string Name, string Value)[] all =
        [
            ("periodo", Period), ("desde", Period.Length > 0 ? "" : From), ("hasta", Period.Length > 0 ? "" : To), ("resultado", Outcome), ("agente", Agent),
            ("numero", Number), .. more,
        ];
        return QueryHelpers.AddQueryString(path, all.Where(q => q.Value.Length > 0).Select(q => KeyValuePair.Create<string, string?>(q.Name, q.Value)));
    }

    /// <summary>What is asked for, or what is wrong with it; a refusal names the field as the address does.</summary>
    internal Result<AttemptFilter> Filter(int campaign, LocalTime time)
    {
        var outcome = default(AttemptOutcome?);
        if (Outcome.Length > 0)
        {
            if (!Enum.GetNames<AttemptOutcome>().Contains(Outcome)) return Failure.Invalid("resultado", $"takes one of {string.Join(", ", Enum.GetNames<AttemptOutcome>())}");
            outcome = Enum.Parse<AttemptOutcome>(Outcome);
        }

        var today = DateTime.ParseExact(time.Format(time.Now)[..10], Date, CultureInfo.InvariantCulture);
        var (first, last) = PeriodName switch
        {
            "hoy" => (Text(today), Text(today)),
            "ayer" => (Text(today.AddDays(-1)), Text(today.AddDays(-1))),
            "7dias" => (Text(today.AddDays(-6)), Text(today)),
            "30dias" => (Text(today.AddDays(-29)), Text(today)),
            _ => (From, To),
        };
        if (Period.Length > 0 && !Periods.Contains(Period)) return Failure.Invalid("periodo", $"takes one of {string.Join(", ", Periods)}");
        if (time.Start(first) is not { } from) return Failure.Invalid("desde", "takes a day, YYYY-MM-DD");
        if (time.End(last) is not { } to) return Failure.Invalid("hasta", "takes a day, YYYY-MM-DD");
        if (from > to) return Failure.Invalid("hasta", "may not be before the first day");
        if (to - from > TimeSpan.FromDays(MostDays)) return Failure.Invalid("hasta", $"may be {MostDays} days after the first at most");
        return new AttemptFilter(campaign, from, to.AddTicks(TimeSpan.TicksPerSecond - 10)) { Outcome = outcome, Agent = Agent, Number = Number };
    }

    private static string Text(DateTime day) => day.ToString(Date, CultureInfo.InvariantCulture);
}
