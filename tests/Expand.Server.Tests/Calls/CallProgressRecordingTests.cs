using CsCheck;
using Expand.Server.Calls;
using Expand.Server.Pbx;

namespace Expand.Server.Tests.Calls;

/// <summary>The statuses that the contract asks for, from what Asterisk 16 and 22 really sent.</summary>
public sealed class CallProgressRecordingTests
{
    /// <summary>Recording, final status, and whether both sides were connected on the way.</summary>
    private static readonly (string Recording, CallStatus Status, bool Connected, bool Cancelled)[] Table =
    [
        ("03", CallStatus.HungUp, true, false),       // the source hangs up
        ("04", CallStatus.HungUp, true, false),       // the destination hangs up
        ("05", CallStatus.OffHook, false, false),     // source 486
        ("06", CallStatus.NoAnswer, false, false),    // source rings its whole time
        ("07", CallStatus.Congestion, false, false),  // source 603
        ("08", CallStatus.Congestion, false, false),  // source 503
        ("09", CallStatus.Congestion, false, false),  // source not registered
        ("10", CallStatus.Congestion, false, false),  // source unknown
        ("11", CallStatus.Busy, false, false),        // destination 486
        ("12", CallStatus.NoAnswer, false, false),    // destination rings its whole time
        ("13", CallStatus.Congestion, false, false),  // destination 603
        ("14", CallStatus.Congestion, false, false),  // destination 503
        ("15", CallStatus.Congestion, false, false),  // destination not registered
        ("16", CallStatus.Congestion, false, false),  // destination unknown
        ("18", CallStatus.HungUp, false, true),       // cancelled while the source rings
        ("19", CallStatus.HungUp, false, true),       // cancelled while the destination rings
        ("20", CallStatus.HungUp, false, true),       // cancelled at once
        ("23", CallStatus.HungUp, true, false),       // through a Local channel
    ];

    public static TheoryData<int, string> Recorded()
    {
        var data = new TheoryData<int, string>();
        foreach (var generation in new[] { 16, 22 })
        {
            foreach (var row in Table) data.Add(generation, row.Recording);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Each_recorded_call_ends_with_the_contracts_status(int generation, string recording)
    {
        var (facts, jobs) = Recordings.Read(generation, recording);
        var row = Table.Single(r => r.Recording == recording);
        var progress = new CallProgress(jobs[0]) { Cancelled = row.Cancelled };
        var seen = new List<CallStatus>();
        foreach (var fact in facts)
        {
            var moved = progress.Hear(fact);
            Assert.Equal(moved, seen.LastOrDefault(CallStatus.Ringing) != progress.Status);
            if (moved) seen.Add(progress.Status);
        }

        Assert.NotEmpty(facts);
        Assert.Equal(row.Connected ? [CallStatus.Answer, row.Status] : [row.Status], progress.IsFinal ? seen : [.. seen, progress.Outcome()]);
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void The_facts_of_a_recorded_call_told_twice_change_nothing(int generation, string recording)
    {
        var (facts, jobs) = Recordings.Read(generation, recording);
        var row = Table.Single(r => r.Recording == recording);
        var progress = new CallProgress(jobs[0]) { Cancelled = row.Cancelled };
        foreach (var fact in facts)
        {
            progress.Hear(fact);
            Assert.False(progress.Hear(fact));
        }

        Assert.Equal(row.Status, Final(progress));
        foreach (var fact in facts) Assert.False(progress.Hear(fact));
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void The_order_between_the_legs_facts_does_not_matter(int generation, string recording)
    {
        var (facts, jobs) = Recordings.Read(generation, recording);
        var row = Table.Single(r => r.Recording == recording);
        var legs = Legs(facts, jobs[0]);
        Gen.Int[0, int.MaxValue - 1].Array[facts.Count].Sample(draws =>
        {
            var order = Interleaved(legs, draws);
            var progress = new CallProgress(jobs[0]) { Cancelled = row.Cancelled };
            foreach (var fact in order) progress.Hear(fact);
            return Final(progress) == row.Status;
        }, iter: 200, threads: 1, print: draws => string.Join('\n', Interleaved(legs, draws)));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(22)]
    public void Two_jobs_at_once_do_not_hear_each_other(int generation)
    {
        var (facts, jobs) = Recordings.Read(generation, "21");
        // The second Originate of the recording asked for the id of the first, and was refused: the one call goes on.
        var progress = new CallProgress(jobs[0]);
        foreach (var fact in facts) progress.Hear(fact);
        var stranger = new CallProgress("1.1");
        foreach (var fact in facts) Assert.False(stranger.Hear(fact));
        Assert.Equal(CallStatus.Ringing, stranger.Status);
        Assert.False(stranger.Born);
        Assert.True(progress.Born);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(22)]
    public void A_source_in_a_call_is_rung_again_by_Asterisk_and_its_second_call_has_its_own_end(int generation)
    {
        var (facts, jobs) = Recordings.Read(generation, "22");
        var second = new CallProgress(jobs[1]);
        foreach (var fact in facts) second.Hear(fact);
        Assert.Equal(CallStatus.HungUp, Final(second));
    }

    /// <summary>What the watch says a second after the end where a fact is still awaited.</summary>
    private static CallStatus Final(CallProgress progress) => progress.IsFinal ? progress.Status : progress.Outcome();

    /// <summary>The facts by the leg they tell of; what tells of the Originate itself stands alone.</summary>
    private static List<Queue<PbxFact>> Legs(IReadOnlyList<PbxFact> facts, string job) =>
        [.. facts.GroupBy(fact => fact switch
        {
            ChannelStarted started => started.UniqueId,
            ChannelEnded ended => ended.UniqueId,
            DialStarted dial => dial.To,
            DialEnded dial => dial.To,
            OriginateEnded => job + " originate",
            _ => "other",
        }).Select(leg => new Queue<PbxFact>(leg))];

    private static List<PbxFact> Interleaved(List<Queue<PbxFact>> legs, int[] draws)
    {
        var left = legs.Select(leg => new Queue<PbxFact>(leg)).ToList();
        var order = new List<PbxFact>();
        foreach (var draw in draws)
        {
            // OriginateEnded may even come before its channel: Asterisk sends it another way.
            var open = left.Where(leg => leg.Count > 0).ToList();
            order.Add(open[draw % open.Count].Dequeue());
        }

        return order;
    }
}
