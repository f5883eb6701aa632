using Expand.Server.Activity;
using Expand.Server.Pbx;
using Expand.Server.Tests.Host;

namespace Expand.Server.Tests.Activity;

/// <summary>Lines as a real Asterisk writes them, and the contract's activities that they become.</summary>
public sealed class QueueLogTests(Databases databases) : IAsyncLifetime
{
    private ActivityDesk desk = null!;

    public async ValueTask InitializeAsync() => desk = await ActivityDesk.OpenAsync(databases);

    public ValueTask DisposeAsync() => desk.DisposeAsync();

    [Theory]
    [InlineData("", "1 fields")]
    [InlineData("1795369982|a|b|c", "4 fields")]
    [InlineData("now|a|q|1|PAUSE|", "no time")]
    [InlineData("-5|a|q|1|PAUSE|", "no time")]
    [InlineData("999999999999999|a|q|1|PAUSE|", "no time")]
    public void A_line_that_is_none_says_why(string text, string reason) => Assert.Contains(reason, QueueLogLine.Read(text).Reason, StringComparison.Ordinal);

    [Fact]
    public async Task A_call_that_is_taken_and_ended_by_the_caller()
    {
        await desk.TakeAsync(
            "0|MANAGER|q_ven|157|ADDMEMBER|||||", "10|c.1|q_ven|NONE|ENTERQUEUE||099123456|1||", "13|c.1|q_ven|157|CONNECT|3|c.2|2||",
            "17|c.1|q_ven|157|COMPLETECALLER|3|4|1||", "20|MANAGER|q_ven|157|REMOVEMEMBER|||||");
        Assert.Equal(
            [
                "0 Login q_ven 157", "10 EnterQueue q_ven c.1 from=099123456", "11 Ringing q_ven 157 c.1", "13 Connect q_ven 157 c.1 wait=3",
                "17 CompleteCaller q_ven 157 c.1 talk=4", "20 Logout q_ven 157",
            ], await desk.ActivitiesAsync());
        var totals = await desk.TotalsAsync("q_ven", "157");
        Assert.Equal(new AgentTotals("157", 20, 0, 4, 0, 1, 0, 0, 0, 0, 0, 1), totals);
    }

    [Fact]
    public async Task Transfers_of_both_kinds_end_a_call_with_its_destination()
    {
        desk.Hear(
            new AgentRung(ActivityDesk.At(30.2), "q", "c.5", "157", "PJSIP/711", "c.6"),
            new CallTransferred(ActivityDesk.At(40.9), "c.9", "c.6", "702", true));
        await desk.TakeAsync(
            "0|MANAGER|q|157|ADDMEMBER", "2|c.1|q|157|CONNECT|1|c.2|1", "6|c.1|q|157|BLINDTRANSFER|703|internal|1|4|1",
            "31|c.5|q|157|CONNECT|1|c.6|1", "40|c.5|q|157|ATTENDEDTRANSFER|BRIDGE|e70acf1b|1|9|1",
            "50|c.7|q|157|CONNECT|1|c.8|1", "53|c.7|q|157|ATTENDEDTRANSFER|LINK|Local/1|Local/2|1|3|1");
        var rows = await desk.ActivitiesAsync();
        Assert.Contains("6 CompleteTransfer q 157 c.1 talk=4 dest=703", rows);
        Assert.Contains("40 CompleteTransfer q 157 c.5 talk=9 dest=702", rows);
        // Seen by nobody: its destination is not known yet.
        Assert.Contains("53 CompleteTransfer q 157 c.7 talk=3", rows);
        Assert.Equal((3, 16L), ((await desk.TotalsAsync("q", "157")).Transferred, (await desk.TotalsAsync("q", "157")).Talk));
    }

    [Fact]
    public async Task The_destination_that_nobody_saw_is_found_in_the_CDR_of_the_consultation()
    {
        await desk.TakeAsync(
            "0|MANAGER|q|157|ADDMEMBER", "1|a.1|q|157|DEVICE|PJSIP/711", "10|c.7|q|157|CONNECT|1|c.8|1", "23|c.7|q|157|ATTENDEDTRANSFER|BRIDGE|x|1|13|1");
        await desk.IdleAsync(24);
        await desk.CdrAsync("c.9", 16.2, 23.4, "PJSIP/711-00000058", "702", "PJSIP/702-00000059");
        await desk.CdrAsync("c.10", 1.2, 8.4, "PJSIP/711-00000050", "799", "PJSIP/799-00000059");
        await desk.IdleAsync(30);
        var rows = await desk.ActivitiesAsync();
        Assert.Contains("23 CompleteTransfer q 157 c.7 talk=13 dest=702", rows);
        // The consultation is a part of the call, the call before it is not.
        Assert.Contains("1 DialOut q 157 c.10 dest=799", rows);
        Assert.DoesNotContain(rows, r => r.Contains("c.9", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_destination_that_left_no_trace_stays_empty_after_a_while()
    {
        await desk.TakeAsync("0|MANAGER|q|157|ADDMEMBER", "10|c.7|q|157|CONNECT|1|c.8|1", "23|c.7|q|157|ATTENDEDTRANSFER|BRIDGE|x|1|13|1");
        await desk.IdleAsync(24, 142);
        Assert.Equal(1L, await UnknownDestinationsAsync());
        await desk.IdleAsync(145);
        Assert.Equal(0L, await UnknownDestinationsAsync());
    }

    [Fact]
    public async Task After_an_outage_the_consultations_CDR_is_given_its_time_however_long_ago_the_transfer_was()
    {
        await desk.TakeAsync(
            "0|MANAGER|q|157|ADDMEMBER", "1|a.1|q|157|DEVICE|PJSIP/711", "10|c.7|q|157|CONNECT|1|c.8|1", "23|c.7|q|157|ATTENDEDTRANSFER|BRIDGE|x|1|13|1");
        await desk.IdleAsync(1_000, 1_100);
        await desk.CdrAsync("c.9", 16.2, 23.4, "PJSIP/711-00000058", "702", "PJSIP/702-00000059");
        await desk.IdleAsync(1_105);
        Assert.Contains("23 CompleteTransfer q 157 c.7 talk=13 dest=702", await desk.ActivitiesAsync());
    }

    [Fact]
    public async Task An_outage_without_a_restart_is_an_outage_too()
    {
        await desk.IdleAsync(5);
        await desk.TakeAsync("0|MANAGER|q|157|ADDMEMBER", "10|c.7|q|157|CONNECT|1|c.8|1", "23|c.7|q|157|ATTENDEDTRANSFER|BRIDGE|x|1|13|1");
        await desk.IdleAsync(1_000, 1_115);
        Assert.Equal(1L, await UnknownDestinationsAsync());
        await desk.IdleAsync(1_120);
        Assert.Equal(0L, await UnknownDestinationsAsync());
    }

    [Fact]
    public async Task Where_CDRs_of_later_calls_are_there_the_transfers_own_will_not_come()
    {
        await desk.TakeAsync(
            "0|MANAGER|q|157|ADDMEMBER", "1|a.1|q|157|DEVICE|PJSIP/711", "10|c.7|q|157|CONNECT|1|c.8|1", "23|c.7|q|157|ATTENDEDTRANSFER|BRIDGE|x|1|13|1");
        await desk.CdrAsync("x.1", 16, 32, "PJSIP/799-00000058", "702", "PJSIP/702-00000059");
        await desk.IdleAsync(40);
        Assert.Equal(1L, await UnknownDestinationsAsync());
        await desk.CdrAsync("x.2", 16, 34, "PJSIP/799-00000060", "702", "PJSIP/702-00000061");
        await desk.IdleAsync(41);
        Assert.Equal(0L, await UnknownDestinationsAsync());
    }

    [Fact]
    public async Task While_it_is_not_known_where_the_agent_sat_later_calls_tell_nothing_of_the_transfer()
    {
        await desk.TakeAsync("0|MANAGER|q|157|ADDMEMBER", "10|c.7|q|157|CONNECT|1|c.8|1", "23|c.7|q|157|ATTENDEDTRANSFER|BRIDGE|x|1|13|1");
        await desk.CdrAsync("c.9", 16.2, 23.4, "PJSIP/711-00000058", "702", "PJSIP/702-00000059");
        await desk.CdrAsync("x.2", 16, 34, "PJSIP/799-00000060", "702", "PJSIP/702-00000061");
        await desk.IdleAsync(40);
        Assert.Equal(1L, await UnknownDestinationsAsync());
        desk.Hear(new QueuesSnapshot(desk.Clock.GetUtcNow(), ["q"], [new PbxMember("q", "157", "PJSIP/711", MemberState.Free, false, "", ActivityDesk.At(0.4))], [], []));
        await desk.IdleAsync(42);
        Assert.Contains("23 CompleteTransfer q 157 c.7 talk=13 dest=702", await desk.ActivitiesAsync());
    }

    [Fact]
    public async Task What_the_agent_dialled_before_the_talk_or_asked_somebody_else_is_not_where_it_went()
    {
        await desk.TakeAsync("0|MANAGER|q|157|ADDMEMBER", "1|a.1|q|157|DEVICE|PJSIP/711", "22|c.7|q|157|CONNECT|1|c.8|1", "24|c.7|q|157|ATTENDEDTRANSFER|BRIDGE|x|1|2|1");
        await desk.CdrAsync("c.9", 19.9, 21.5, "PJSIP/711-00000056", "099123", "PJSIP/trunk-00000057");
        await desk.IdleAsync(25);
        Assert.Equal(1L, await UnknownDestinationsAsync());
        await desk.CdrAsync("c.11", 22.9, 23.9, "PJSIP/711-00000058", "701", "PJSIP/701-00000059", answered: false);
        await desk.IdleAsync(26);
        Assert.Equal(1L, await UnknownDestinationsAsync());
        await desk.CdrAsync("c.12", 23.9, 24.9, "PJSIP/711-00000060", "702", "PJSIP/702-00000061", answered: false);
        await desk.IdleAsync(27);
        Assert.Contains("24 CompleteTransfer q 157 c.7 talk=2 dest=702", await desk.ActivitiesAsync());
        Assert.Equal(["19 DialOut q 157 c.9 dest=099123"], (await desk.ActivitiesAsync()).Where(r => r.Contains("DialOut ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task CDRs_that_come_all_at_once_after_an_outage_tell_the_destination_whenever_they_come()
    {
        await desk.TakeAsync("0|MANAGER|q|157|ADDMEMBER", "1|a.1|q|157|DEVICE|PJSIP/711");
        desk.Hear(new QueuesSnapshot(desk.Clock.GetUtcNow(), ["q"], [new PbxMember("q", "157", "PJSIP/711", MemberState.Free, false, "", ActivityDesk.At(0.4))], [], []));
        var ct = TestContext.Current.CancellationToken;
        const int times = 60;
        for (var i = 0; i < times; i++)
        {
            var at = 100 * (i + 1);
            await desk.TakeAsync($"{at}|c.{i}|q|157|CONNECT|1|d.{i}|1", $"{at + 13}|c.{i}|q|157|ATTENDEDTRANSFER|BRIDGE|x|1|13|1");
            // The feed of CDRs runs beside this one.
            var coming = Task.Run(async () =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(i % 6), ct);
                await desk.CdrsAsync(
                    new SeenCdr($"e.{i}", at + 6, at + 13.2, "PJSIP/711-00000058", "702", "PJSIP/702-00000059"),
                    new SeenCdr($"x.{i}", at + 6, at + 30, "PJSIP/799-00000060", "702", "PJSIP/702-00000061"));
            }, ct);
            while (!coming.IsCompleted) await desk.IdleAsync(at + 31);
            await coming;
            await desk.IdleAsync(at + 32);
        }

        Assert.Equal(times, (await desk.ActivitiesAsync()).Count(r => r.EndsWith("dest=702", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Where_an_agent_sat_who_came_and_went_unseen_is_told_by_the_calls_own_CDR()
    {
        await desk.TakeAsync(
            "0|MANAGER|q|157|ADDMEMBER", "10|c.7|q|157|CONNECT|1|c.8|1", "23|c.7|q|157|ATTENDEDTRANSFER|BRIDGE|x|1|13|1", "25|MANAGER|q|157|REMOVEMEMBER");
        desk.Hear(new QueuesSnapshot(desk.Clock.GetUtcNow(), ["q"], [], [], []));
        await desk.CdrAsync("c.9", 16.2, 23.4, "PJSIP/711-00000058", "702", "PJSIP/702-00000059");
        await desk.CdrAsync("c.11", 15.2, 23.3, "PJSIP/755-00000058", "755", "PJSIP/755-00000059");
        await desk.CdrAsync("x.2", 16, 34, "PJSIP/799-00000060", "702", "PJSIP/702-00000061");
        await desk.IdleAsync(40);
        Assert.Equal(1L, await UnknownDestinationsAsync());
        // The caller was rung at another agent's phone first, and talked with whom it was handed on to.
        await desk.CdrAsync("c.7", 1, 9, "PJSIP/trunk-00000001", "q", "PJSIP/755-00000002", answered: false, application: "Queue");
        await desk.CdrAsync("c.7", 10, 23.4, "PJSIP/trunk-00000001", "q", "PJSIP/711-00000003", application: "Queue");
        await desk.CdrAsync("c.7", 23.4, 50, "PJSIP/trunk-00000001", "q", "PJSIP/702-00000059", application: "Queue");
        await desk.IdleAsync(51);
        Assert.Contains("23 CompleteTransfer q 157 c.7 talk=13 dest=702", await desk.ActivitiesAsync());
    }

    [Fact]
    public async Task A_talk_whose_end_was_never_logged_ends_with_its_channel_and_hides_nothing_after_it()
    {
        await desk.TakeAsync(
            "0|MANAGER|q|157|ADDMEMBER", "1|a.1|q|157|DEVICE|PJSIP/711", "10|c.7|q|157|CONNECT|1|c.8|1", "12|o.1|q|157|DIALOUT|099123", "30|c.9|q|157|CONNECT|1|c.10|1");
        await desk.CdrAsync("c.7", 8.2, 23.4, "PJSIP/trunk-00000058", "q", "PJSIP/711-00000059", application: "Queue");
        await desk.CdrAsync("o.1", 12, 40, "PJSIP/711-00000060", "099123", "PJSIP/trunk-00000061", talk: 17);
        await desk.IdleAsync(70);
        Assert.Equal(3L, await desk.ScalarAsync<long>("select count(*) from agent_calls where talk_to is null"));
        await desk.IdleAsync(105);
        var rows = await desk.ActivitiesAsync();
        Assert.Contains("23 CompleteCaller q 157 c.7 talk=13", rows);
        Assert.Contains("40 DialOutEnd q 157 o.1 talk=17", rows);
        // Whose channel is still there talks on.
        Assert.Equal("c.9", await desk.ScalarAsync<string>("select string_agg(unique_id, ' ') from agent_calls where talk_to is null"));
        await desk.TakeAsync("110|c.9|q|157|COMPLETEAGENT|1|80|1");
        await desk.CdrAsync("o.2", 150, 160, "PJSIP/711-00000062", "099124", "PJSIP/trunk-00000063");
        await desk.IdleAsync(170);
        Assert.Contains("150 DialOut q 157 o.2 dest=099124", await desk.ActivitiesAsync());
    }

    private Task<long> UnknownDestinationsAsync() => desk.ScalarAsync<long>("select count(*) from queue_activities where destination is null");

    [Fact]
    public async Task Offers_that_fail_are_rung_out_or_rejected_by_what_was_seen_and_else_by_how_long_they_rang()
    {
        desk.Hear(
            new AgentRung(ActivityDesk.At(10.1), "q", "c.1", "1", "PJSIP/701", "r.1"), new AgentMissed(ActivityDesk.At(25.2), "q", "c.1", "1", "r.1"),
            new ChannelEnded(ActivityDesk.At(25.2), "r.1", "c.1", 21),
            new AgentRung(ActivityDesk.At(30.4), "q", "c.1", "1", "PJSIP/701", "r.2"), new AgentMissed(ActivityDesk.At(31.2), "q", "c.1", "1", "r.2"),
            new ChannelEnded(ActivityDesk.At(31.2), "r.2", "c.1", 19));
        await desk.TakeAsync(
            "25|c.1|q|1|RINGNOANSWER|15000", "31|c.1|q|1|RINGNOANSWER|1000",
            "50|c.1|q|1|RINGNOANSWER|15000", "60|c.1|q|1|RINGNOANSWER|14000", "70|c.1|q|1|RINGNOANSWER|0", "74|c.1|q|1|RINGCANCELED|2503", "74|c.1|q|NONE|ABANDON|1|1|63");
        Assert.Equal(
            [
                "10 Ringing q 1 c.1", "25 Congestion q 1 c.1", "30 Ringing q 1 c.1", "31 NoAnswer q 1 c.1", "35 Ringing q 1 c.1", "46 Ringing q 1 c.1",
                "50 NoAnswer q 1 c.1", "60 NoAnswer q 1 c.1", "70 Ringing q 1 c.1", "70 Congestion q 1 c.1", "72 Ringing q 1 c.1", "74 Abandon q c.1 wait=63",
            ], await desk.ActivitiesAsync());
        Assert.Equal(6, (await desk.TotalsAsync("q", "1")).Lost);
    }

    [Theory]
    [InlineData(8, 0, 8)]
    [InlineData(9, 0, 9)]
    [InlineData(10, 0, 10)]
    [InlineData(5, 0, 5)]
    [InlineData(11, 0, 10)]
    [InlineData(3, 1, 9)]
    [InlineData(7, 2, 7)]
    [InlineData(9, 5, 9)]
    public async Task A_ring_that_nobody_saw_began_when_the_agents_leg_came_to_be(int legBegan, int written, int rang)
    {
        var leg = ActivityDesk.At(legBegan).ToUnixTimeSeconds();
        await desk.TakeAsync($"10|c.1|q|1|CONNECT|5|{leg}.7|{written}");
        Assert.Equal($"{rang} Ringing q 1 c.1", (await desk.ActivitiesAsync())[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_ring_after_a_colleagues_rejection_began_then_although_Asterisk_counts_from_the_attempts_beginning(bool heard)
    {
        if (heard)
        {
            desk.Hear(
                new AgentRung(ActivityDesk.At(2.1), "q", "c.1", "1", "PJSIP/701", "r.1"), new AgentRung(ActivityDesk.At(13.4), "q", "c.1", "2", "PJSIP/702", "r.2"),
                new AgentRung(ActivityDesk.At(30.1), "q", "c.2", "1", "PJSIP/701", "r.3"), new AgentRung(ActivityDesk.At(41.2), "q", "c.2", "2", "PJSIP/702", "r.4"));
        }

        var leg = heard ? "r.2" : $"{ActivityDesk.At(13).ToUnixTimeSeconds()}.2";
        await desk.TakeAsync("12|c.1|q|1|RINGNOANSWER|10000", $"15|c.1|q|2|CONNECT|13|{leg}|13", "40|c.2|q|1|RINGNOANSWER|10000");
        // Read later, by another book.
        await desk.TakeAsync("43|c.2|q|2|RINGCANCELED|13006", "43|c.2|q|NONE|ABANDON|1|1|13");
        Assert.Equal(
            ["2 Ringing q 1 c.1", "13 Ringing q 2 c.1", "30 Ringing q 1 c.2", $"{(heard ? 41 : 40)} Ringing q 2 c.2"],
            (await desk.ActivitiesAsync()).Where(a => a.Contains("Ringing", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_ring_at_all_that_the_caller_gave_up_began_with_the_attempt_where_it_was_seen()
    {
        desk.Hear(
            new AgentRung(ActivityDesk.At(2.1), "q", "c.1", "1", "PJSIP/701", "r.1"), new AgentRung(ActivityDesk.At(2.2), "q", "c.1", "2", "PJSIP/702", "r.2"));
        await desk.TakeAsync("8|c.1|q|1|RINGNOANSWER|6000", "12|c.1|q|2|RINGCANCELED|10006", "12|c.1|q|NONE|ABANDON|1|1|10");
        Assert.Equal(
            ["2 Ringing q 1 c.1", "2 Ringing q 2 c.1"], (await desk.ActivitiesAsync()).Where(a => a.Contains("Ringing", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Two_offers_in_one_second_are_two()
    {
        desk.Hear(new AgentRung(ActivityDesk.At(10.1), "q", "c.1", "1", "PJSIP/701", "r.1"), new AgentRung(ActivityDesk.At(10.6), "q", "c.1", "1", "PJSIP/701", "r.2"));
        await desk.TakeAsync("10|c.1|q|1|RINGNOANSWER|0", "10|c.1|q|1|RINGNOANSWER|0");
        Assert.Equal(["10 Ringing q 1 c.1", "10 Congestion q 1 c.1", "10 Ringing q 1 c.1", "10 Congestion q 1 c.1"], await desk.ActivitiesAsync());
    }

    [Fact]
    public async Task Every_call_that_no_agent_takes_is_abandoned_with_its_wait()
    {
        await desk.TakeAsync("5|c.1|q|NONE|EXITWITHTIMEOUT|1|1|4", "6|c.2|q|NONE|EXITEMPTY|1|1|9", "7|c.3|q|NONE|EXITWITHKEY|#|1|1|2", "8|c.4|q|NONE|ABANDON|1|1|3");
        Assert.Equal(["5 Abandon q c.1 wait=4", "6 Abandon q c.2 wait=9", "7 Abandon q c.3 wait=2", "8 Abandon q c.4 wait=3"], await desk.ActivitiesAsync());
    }

    [Fact]
    public async Task Pauses_are_told_once_and_change_their_reason()
    {
        await desk.TakeAsync(
            "0|MANAGER|q|1|ADDMEMBER", "10|NONE|q|1|PAUSE|Almuerzo", "12|NONE|NONE|1|PAUSEALL|Almuerzo", "12|NONE|q|1|PAUSE|Almuerzo", "20|NONE|q|1|PAUSE|Descanso",
            "30|NONE|q|1|UNPAUSE", "31|NONE|q|1|UNPAUSE", "40|NONE|q|1|PAUSE|Ñandú, \"<b>\"", "50|MANAGER|q|1|REMOVEMEMBER", "51|NONE|q|1|PAUSE|x", "60|MANAGER|q|2|ADDMEMBER|PAUSED");
        Assert.Equal(
            [
                "0 Login q 1", "10 Pause q 1 cause=Almuerzo", "20 Pause q 1 cause=Descanso", "30 Unpause q 1", "40 Pause q 1 cause=Ñandú, \"<b>\"", "50 Logout q 1",
                "60 Login q 2", "60 Pause q 2",
            ], await desk.ActivitiesAsync());
        Assert.Equal(["q 1 0-50 [Almuerzo 10-20] [Descanso 20-30] [Ñandú, \"<b>\" 40-50]", "q 2 60-… [ 60-…]"], await desk.SessionsAsync());
    }

    [Fact]
    public async Task Lines_cut_into_chunks_anywhere_tell_the_same()
    {
        string[] lines =
        [
            "0|MANAGER|q|1|ADDMEMBER", "5|NONE|q|1|PAUSE|Baño", "9|NONE|q|1|UNPAUSE", "10|c.1|q|NONE|ENTERQUEUE||099|1", "12|c.1|q|1|CONNECT|2|c.2|1",
            "30|c.1|q|1|COMPLETEAGENT|2|18|1", "40|MANAGER|q|1|REMOVEMEMBER",
        ];
        foreach (var line in lines) await desk.TakeAsync(line);
        await using var other = await ActivityDesk.OpenAsync(databases);
        await other.TakeAsync(lines);
        Assert.Equal(await other.ActivitiesAsync(), await desk.ActivitiesAsync());
        Assert.Equal(await other.SessionsAsync(), await desk.SessionsAsync());
        Assert.Equal(await other.TotalsAsync("q", "1"), await desk.TotalsAsync("q", "1"));
        Assert.Equal(18, (await desk.TotalsAsync("q", "1")).Talk);
    }
}
