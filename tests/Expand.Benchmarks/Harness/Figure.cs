using System.Text.Json.Serialization;

namespace Expand.Benchmarks.Harness;

/// <summary>In which direction a figure is better.</summary>
internal enum Better
{
    Lower,
    Higher,
}

/// <summary>What a benchmark found out.</summary>
/// <param name="Name">Unlike any other of its benchmark; the same from run to run.</param>
/// <param name="Value">How much, in the unit.</param>
/// <param name="Better">Which way is better.</param>
/// <param name="Against">What it was measured against, in the same run; empty where the figure stands for itself.</param>
/// <param name="Unit"><c>×</c> of a ratio; else what is counted: <c>B</c>, <c>ms</c>, <c>MB</c>, <c>/s</c>.</param>
/// <param name="Limit">At least (or at most, where lower is better) that much is promised; null: nothing is.</param>
/// <param name="Detail">What the ratio was made of, in words.</param>
internal sealed record Figure(string Name, double Value, string Unit, Better Better, double? Limit = null, string Against = "", string Detail = "")
{
    /// <summary>Whether what is promised holds.</summary>
    [JsonIgnore]
    public bool Holds => Limit is not { } limit || (Better == Better.Lower ? Value <= limit : Value >= limit);

    /// <summary>Whether it says something about another run, on another day: ratios within a run and amounts of memory do, times do not.</summary>
    [JsonIgnore]
    public bool IsComparable => Unit is "×" or "B" or "MB";

    /// <summary>By which part of the earlier one this is worse; below 0 it is better.</summary>
    public double WorseThan(Figure earlier) =>
        earlier.Value == 0 || Value == 0 ? 0 : Better == Better.Lower ? (Value / earlier.Value) - 1 : (earlier.Value / Value) - 1;
}
