using Expand.Dialing;
using Expand.Dialing.Pacing;

namespace Expand.Benchmarks.Dialer;

/// <summary>Who says how many calls to place.</summary>
internal interface IDialing
{
    string Name { get; }

    int Calls(View view, double now, int due, int waiting);
}

/// <summary>The planner that the server uses.</summary>
internal sealed class Planned(DialingMode mode) : IDialing
{
    public string Name => mode == DialingMode.Predictive ? "predictive" : "progressive";

    public int Calls(View view, double now, int due, int waiting) => DialPlanner.Plan(view.At(now, mode, due, waiting)).Campaigns[0].Calls;
}

/// <summary>So many calls that ring for each agent who waits for one.</summary>
internal sealed class PerFreeAgent(double ratio) : IDialing
{
    public string Name => FormattableString.Invariant($"{ratio:0.00} calls per free agent");

    public int Calls(View view, double now, int due, int waiting) =>
        (int)((ratio * view.Count(AgentActivity.Free)) + 1e-9) - view.Ringing;
}

/// <summary>So many lines for each agent who waits or talks, those that are talked on among them: VICIdial's rule, with its "dial level" for the ratio.</summary>
internal sealed class LinesPerAgent(double ratio) : IDialing
{
    public string Name => FormattableString.Invariant($"{ratio:0.00} lines per agent");

    public int Calls(View view, double now, int due, int waiting) =>
        (int)((ratio * (view.Count(AgentActivity.Free) + view.Count(AgentActivity.Ringing) + view.Count(AgentActivity.Talking))) + 1e-9) - view.Calls;
}
