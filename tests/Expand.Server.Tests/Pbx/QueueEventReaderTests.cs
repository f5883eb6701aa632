using System.Globalization;
using Expand.Server.Pbx;

namespace Expand.Server.Tests.Pbx;

/// <summary>Facts of queues from what real Asterisks of both generations told.</summary>
public sealed class QueueEventReaderTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(22)]
    public void Logins_pauses_and_logouts_of_a_member_come_with_its_number_and_the_reason(int generation)
    {
        string[] expected =
        [
            "added q_ven 157 PJSIP/701", "added q_tec 157 PJSIP/701",
            "paused q_ven Almuerzo", "paused q_ven Descanso", "unpaused q_ven ",
            "paused q_ven Tareas administrativas, baño", "paused q_tec Tareas administrativas, baño", "unpaused q_ven ", "unpaused q_tec ",
            "removed q_ven 157 PJSIP/701", "removed q_tec 157 PJSIP/701",
        ];
        var said = Facts(generation, "30").Select(Word).OfType<string>().ToList();
        // Asterisk tells once more that it is not paused where it is unpaused twice.
        said.RemoveAt(5);
        Assert.Equal(expected, said);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(22)]
    public void A_member_has_the_instants_that_the_pbx_has(int generation)
    {
        var added = Facts(generation, "30").OfType<MemberAdded>().First();
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1795369981), added.Member.LoginAt);
        Assert.Null(added.Member.PausedAt);
        Assert.Null(added.Member.LastCallAt);
        Assert.Equal(MemberState.Free, added.Member.State);
        // The event's own clock, to the microsecond: not when it was heard.
        Assert.InRange(added.At, DateTimeOffset.FromUnixTimeSeconds(1795369981), DateTimeOffset.FromUnixTimeSeconds(1795369982));
        var paused = Facts(generation, "30").OfType<MemberPaused>().First();
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1795369981), paused.Member.PausedAt);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(22)]
    public void A_call_is_followed_from_the_queue_to_the_agent_and_to_its_end(int generation) =>
        Assert.Equal(
            ["joined 099123456 Cliente", "rung 157 PJSIP/701", "left", "connected 157 PJSIP/701", "completed 157 caller"],
            CallOf(generation, "31"));

    [Theory]
    [InlineData(16)]
    [InlineData(22)]
    public void A_connection_tells_who_called_and_since_when_for_whoever_did_not_see_the_caller_enter(int generation)
    {
        var facts = Facts(generation, "31");
        var (entered, told) = (facts.OfType<CallerJoined>().Single().Caller, facts.OfType<AgentConnected>().Single().Caller);
        Assert.Equal(entered with { EnteredAt = told.EnteredAt }, told);
        // What it waited is told in whole seconds.
        Assert.InRange(told.EnteredAt, entered.EnteredAt.AddSeconds(-1), entered.EnteredAt.AddSeconds(1));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(22)]
    public void A_caller_who_gives_up_is_told_as_abandoned_and_left(int generation)
    {
        var call = CallOf(generation, "37");
        Assert.Equal(["joined 099123456 Cliente", "abandoned", "left", "joined 099123456 Cliente", "rung 153 PJSIP/706"], call.Take(5));
        Assert.Equal(["abandoned", "left"], call.Skip(5).Where(word => word is "abandoned" or "left"));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(22)]
    public void A_ring_that_nobody_took_names_the_leg_whose_cause_tells_why(int generation)
    {
        var facts = Facts(generation, "38");
        var missed = facts.OfType<AgentMissed>().First();
        Assert.Equal("153", missed.Agent);
        Assert.Equal(facts.OfType<AgentRung>().First().RingId, missed.RingId);
        Assert.Contains(facts.OfType<ChannelEnded>(), ended => ended.UniqueId == missed.RingId && ended.Cause is 0 or 19);
    }

    [Theory]
    [InlineData(16, "33", false)]
    [InlineData(22, "33", false)]
    [InlineData(16, "34", true)]
    [InlineData(22, "34", true)]
    [InlineData(16, "36", true)]
    [InlineData(22, "36", true)]
    public void A_transfer_names_the_caller_the_agents_leg_and_where_it_went(int generation, string recording, bool attended)
    {
        var facts = Facts(generation, recording);
        var connected = facts.OfType<AgentConnected>().Single();
        var transfer = facts.OfType<CallTransferred>().Single();
        Assert.Equal(("702", attended), (transfer.Destination, transfer.Attended));
        Assert.Equal((connected.UniqueId, connected.RingId), (transfer.UniqueId, transfer.TransfererId));
        Assert.Equal("transfer", facts.OfType<AgentCompleted>().Single().Reason);
    }

    [Theory]
    [InlineData("BlindTransfer")]
    [InlineData("AttendedTransfer")]
    public void A_transfer_that_failed_is_none(string name)
    {
        var message = Expand.Asterisk.Ami.AmiMessage.Parse(System.Text.Encoding.UTF8.GetBytes($"Event: {name}\r\nResult: Fail\r\nExtension: 702\r\n"));
        Assert.Null(PbxEventReader.Read(message, DateTimeOffset.UnixEpoch));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(22)]
    public void The_state_of_the_queues_shows_members_under_their_number_and_since_when_a_caller_waits(int generation)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1795369990);
        var items = Calls.Recordings.Messages(generation, "31").ToList();
        var member = items.Where(item => item.Name == "QueueMember").Select(QueueEventReader.Member).OfType<PbxMember>().First();
        // Where a phone takes one call, 22 calls it busy while it rings.
        var state = generation == 16 ? MemberState.Ringing : MemberState.Busy;
        Assert.Equal(("q_ven", "157", "PJSIP/701", state, false), (member.Queue, member.Agent, member.Device, member.State, member.Paused));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1795369982), member.LoginAt);
        var entry = items.First(item => item.Name == "QueueEntry");
        var caller = QueueEventReader.Caller(entry, now)!;
        Assert.Equal(new PbxCaller("q_ven", entry["Uniqueid"]!, "099123456", "Cliente", now.AddSeconds(-int.Parse(entry["Wait"]!, CultureInfo.InvariantCulture))), caller);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(22)]
    public void A_live_channel_shows_who_it_is_what_it_dialled_and_for_how_long(int generation)
    {
        var channels = Calls.Recordings.Messages(generation, "25").Where(m => m.Name == "CoreShowChannel").Select(PbxEventReader.Channel).OfType<LiveChannel>().ToList();
        var dialling = Assert.Single(channels, channel => channel.Application == "Dial");
        Assert.Equal(("701", "702", "PJSIP/702,30,tT"), (dialling.Number, dialling.Dialled, dialling.Data));
        Assert.InRange(dialling.Age, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4));
        Assert.Equal(new TimeSpan(51, 2, 3), PbxEventReader.AmiText.Duration("51:02:03"));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(22)]
    public void What_a_phone_dials_is_known_from_its_channel_and_from_the_ring(int generation)
    {
        var facts = Facts(generation, "34");
        Assert.Contains(facts.OfType<ChannelStarted>(), c => c.Channel == "PJSIP/711-00000058" && c is { Number: "711", Dialled: "702" });
        Assert.Contains(facts.OfType<ChannelStarted>(), c => c.Channel == "PJSIP/702-00000059" && c is { Number: "702", Dialled: "" });
        Assert.Contains(facts.OfType<DialStarted>(), d => d is { FromChannel: "PJSIP/711-00000058", Dialled: "702" });
    }

    private static List<PbxFact> Facts(int generation, string number) => [.. Calls.Recordings.Read(generation, number).Facts];

    private static List<string> CallOf(int generation, string number) => [.. Facts(generation, number).Select(Word).OfType<string>()
        .Where(word => !word.StartsWith("added", StringComparison.Ordinal) && !word.StartsWith("removed", StringComparison.Ordinal))];

    private static string? Word(PbxFact fact) => fact switch
    {
        MemberAdded added => $"added {added.Member.Queue} {added.Member.Agent} {added.Member.Device}",
        MemberRemoved removed => $"removed {removed.Member.Queue} {removed.Member.Agent} {removed.Member.Device}",
        MemberPaused { Member.Paused: true } paused => $"paused {paused.Member.Queue} {paused.Member.PauseReason}",
        MemberPaused paused => $"unpaused {paused.Member.Queue} {paused.Member.PauseReason}",
        CallerJoined joined => $"joined {joined.Caller.CallerId} {joined.Caller.CallerName}",
        CallerLeft => "left",
        CallerAbandoned => "abandoned",
        AgentRung rung => $"rung {rung.Agent} {rung.Device}",
        AgentConnected connected => $"connected {connected.Agent} {connected.Device}",
        AgentCompleted completed => $"completed {completed.Agent} {completed.Reason}",
        AgentMissed missed => $"missed {missed.Agent}",
        _ => null,
    };
}
