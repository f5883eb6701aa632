using Expand.Dialing.Redial;

namespace Expand.Benchmarks.Dialer;

/// <summary>What the call centre and its contacts are like. Times in seconds.</summary>
internal sealed record World
{
    public const double Day = 86400;

    /// <summary>When the clock of the simulation stands at 0.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    public int Contacts { get; init; } = 100_000;

    public int Agents { get; init; } = 200;

    public int Seed { get; init; } = 1;

    public double Opens { get; init; } = 9 * 3600;

    public double Closes { get; init; } = 21 * 3600;

    /// <summary>Of a hundred calls, how many a person answers, at each hour from the opening (linear between): few in the morning, most when people are at home.</summary>
    public IReadOnlyList<double> AnswerRates { get; init; } = [20, 22, 24, 28, 30, 26, 24, 26, 30, 36, 42, 44, 40];

    /// <summary>Of the calls that no person answers, those that a machine does; the dialplan tells, and no agent hears it.</summary>
    public double Machines { get; init; } = 0.12;

    public double Busy { get; init; } = 0.10;

    public double Congestion { get; init; } = 0.06;

    /// <summary>How long a phone rings at most.</summary>
    public double RingTime { get; init; } = 30;

    /// <summary>Talks are log-normal: half of them are shorter than 131 s, one in twenty longer than 490 s.</summary>
    public double TalkMean { get; init; } = 180;

    public double TalkSigma { get; init; } = 0.8;

    public double WrapUpMean { get; init; } = 20;

    public double WrapUpSigma { get; init; } = 0.5;

    /// <summary>A contact who waits hangs up after three seconds at the earliest, ten on the average.</summary>
    public double PatienceLeast { get; init; } = 3;

    public double PatienceMean { get; init; } = 10;

    /// <summary>The abandonment cap.</summary>
    public double Cap { get; init; } = 0.03;

    public RedialPlan Redial { get; init; } = new(
    [
        new(AttemptOutcome.Busy, 600, 3), new(AttemptOutcome.NoAnswer, 3 * 3600, 4), new(AttemptOutcome.Congestion, 1800, 2),
        new(AttemptOutcome.Abandoned, 2 * 3600, 2), new(AttemptOutcome.AnsweringMachine, 4 * 3600, 3),
    ], 6);

    public static DateTimeOffset Time(double at) => Start.AddSeconds(at);

    /// <summary>The part of the calls that a person answers at a time of the day.</summary>
    public double AnswerRateAt(double timeOfDay)
    {
        var hour = Math.Clamp((timeOfDay - Opens) / 3600, 0, AnswerRates.Count - 1.001);
        var (before, part) = ((int)hour, hour - (int)hour);
        return ((AnswerRates[before] * (1 - part)) + (AnswerRates[before + 1] * part)) / 100;
    }
}
