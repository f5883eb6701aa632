using Expand.Dialing.Redial;

namespace Expand.Benchmarks.Dialer;

/// <summary>Somebody to be called.</summary>
internal sealed class Person(int number)
{
    public int Number { get; } = number;

    public List<AttemptOutcome> Attempts { get; } = [];
}

/// <summary>An attempt that goes on, and what will become of it.</summary>
internal sealed class Attempt(Person person, double askedAt)
{
    public Person Person { get; } = person;

    public double AskedAt { get; } = askedAt;

    public double? AnsweredAt { get; set; }

    public double? ConnectedAt { get; set; }

    /// <summary>What comes of the ringing; <see cref="AttemptOutcome.Answer"/> may yet be abandoned.</summary>
    public AttemptOutcome Fate { get; private init; }

    public double Rings { get; private init; }

    public double Patience { get; private init; }

    public double Talk { get; private init; }

    public bool IsOver { get; set; }

    public Worker? Worker { get; set; }

    /// <summary>Where it stands in the list of calls that go on.</summary>
    public int Place { get; set; }

    public static Attempt Of(World world, Person person, double now)
    {
        var luck = new Luck(world.Seed, Luck.Attempts, person.Number, person.Attempts.Count);
        // Some people are at home more than others.
        var reach = new Luck(world.Seed, Luck.People, person.Number, 0).Between(0.5, 1.5);
        var fate = luck.Next() < world.AnswerRateAt(now % World.Day) * reach ? AttemptOutcome.Answer : FateOf(world, luck.Next());
        return new(person, now)
        {
            Fate = fate,
            Rings = fate switch
            {
                AttemptOutcome.Answer => Math.Min(world.RingTime - 0.5, 2 + luck.LogNormal(10, 0.5)),
                AttemptOutcome.AnsweringMachine => luck.Between(18, 24),
                AttemptOutcome.Busy => luck.Between(1, 3),
                AttemptOutcome.Congestion => luck.Between(0.5, 2),
                _ => world.RingTime,
            },
            Patience = world.PatienceLeast + luck.Exponential(world.PatienceMean - world.PatienceLeast),
            Talk = luck.LogNormal(world.TalkMean, world.TalkSigma),
        };
    }

    private static AttemptOutcome FateOf(World world, double luck) =>
        luck < world.Machines ? AttemptOutcome.AnsweringMachine
        : luck < world.Machines + world.Busy ? AttemptOutcome.Busy
        : luck < world.Machines + world.Busy + world.Congestion ? AttemptOutcome.Congestion
        : AttemptOutcome.NoAnswer;
}
