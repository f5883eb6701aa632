using System.Globalization;
using Expand.Server.Activity;
using Expand.Server.Calls;
using Expand.Server.Pbx;
using Expand.Server.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Expand.Server.Tests.Activity;

/// <summary>Calls that agents make, and take straight at their extension, from the CDRs.</summary>
public sealed class OutsideCallsTests(Databases databases) : IAsyncLifetime
{
    private ActivityDesk desk = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        desk = await ActivityDesk.OpenAsync(databases);
        await desk.TakeAsync(
            "0|MANAGER|q_b|1|ADDMEMBER", "0|a.1|q_b|1|DEVICE|PJSIP/701", "5|MANAGER|q_a|1|ADDMEMBER", "5|a.2|q_a|1|DEVICE|PJSIP/701",
            "100|MANAGER|q_b|1|REMOVEMEMBER", "200|MANAGER|q_a|1|REMOVEMEMBER");
    }

    public ValueTask DisposeAsync() => desk.DisposeAsync();

    [Fact]
    public async Task A_call_counts_for_the_queue_that_its_agent_was_logged_in_to_first()
    {
        await desk.CdrAsync("o.1", 20.4, 31.9, "PJSIP/701-00000001", "099123", "PJSIP/trunk-00000002", talk: 8);
        await desk.CdrAsync("o.2", 120.4, 131.9, "PJSIP/701-00000003", "099124", "PJSIP/trunk-00000004", answered: false);
        await desk.CdrAsync("o.3", 220.4, 231.9, "PJSIP/701-00000005", "099125", "PJSIP/trunk-00000006");
        await desk.CdrAsync("o.4", 30, 31, "PJSIP/7011-00000005", "099125", "PJSIP/trunk-00000006");
        await desk.IdleAsync(240);
        Assert.Equal(["20 DialOut q_b 1 o.1 dest=099123", "31 DialOutEnd q_b 1 o.1 talk=8"], (await desk.ActivitiesAsync("q_b")).Where(r => r.Contains("o.", StringComparison.Ordinal)));
        Assert.Equal(["120 DialOut q_a 1 o.2 dest=099124", "131 DialOutEnd q_a 1 o.2 talk=0"], (await desk.ActivitiesAsync("q_a")).Where(r => r.Contains("o.", StringComparison.Ordinal)));
        var (b, a) = (await desk.TotalsAsync("q_b", "1"), await desk.TotalsAsync("q_a", "1"));
        Assert.Equal((1, 1, 8L, 0), (b.Outgoing, b.OutgoingAnswered, b.OutgoingTalk, b.Direct));
        Assert.Equal((1, 0, 0L), (a.Outgoing, a.OutgoingAnswered, a.OutgoingTalk));
    }

    [Fact]
    public async Task Each_record_is_taken_once_and_not_before_the_lines_of_its_time_are_read()
    {
        await desk.CdrAsync("o.1", 20, 30, "PJSIP/701-00000001", "099123", "PJSIP/trunk-00000002");
        await desk.CdrAsync("o.1", 30, 30, "PJSIP/701-00000001", "099123", "", answered: false, application: "Hangup");
        await desk.IdleAsync(31);
        Assert.Equal(0, (await desk.TotalsAsync("q_b", "1")).Outgoing);
        for (var i = 32; i < 40; i++) await desk.IdleAsync(i);
        Assert.Equal(1, (await desk.TotalsAsync("q_b", "1")).Outgoing);
    }

    [Fact]
    public async Task In_the_second_in_which_a_talk_ends_only_a_call_to_whom_it_was_handed_on_to_is_a_question()
    {
        await desk.TakeAsync("40|c.1|q_b|1|CONNECT|1|c.2|1", "60|c.1|q_b|1|ATTENDEDTRANSFER|BRIDGE|b.1|1|20|1");
        await desk.CdrAsync("o.1", 60.1, 60.8, "PJSIP/701-00000001", "702", "PJSIP/702-00000002", talk: 0);
        await desk.TakeAsync("70|c.3|q_b|1|CONNECT|1|c.4|1", "75|c.3|q_b|1|COMPLETEAGENT|1|5|1");
        await desk.CdrAsync("o.2", 75.9, 80, "PJSIP/701-00000003", "099123", "PJSIP/trunk-00000004");
        await desk.IdleAsync(90);
        Assert.Equal(["75 DialOut q_b 1 o.2 dest=099123", "80 DialOutEnd q_b 1 o.2 talk=4"], (await desk.ActivitiesAsync("q_b")).Where(r => r.Contains("o.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_call_dialled_right_after_a_transfer_that_nobody_saw_is_not_taken_for_its_question()
    {
        await desk.TakeAsync("40|c.1|q_b|1|CONNECT|1|c.2|1", "60|c.1|q_b|1|ATTENDEDTRANSFER|BRIDGE|b.1|1|20|1");
        await desk.CdrAsync("o.1", 55.2, 60.1, "PJSIP/701-00000001", "702", "PJSIP/702-00000002");
        await desk.CdrAsync("o.2", 60.3, 62.1, "PJSIP/701-00000003", "099123", "PJSIP/trunk-00000004", talk: 1);
        await desk.IdleAsync(90);
        Assert.Equal(["60 DialOut q_b 1 o.2 dest=099123", "62 DialOutEnd q_b 1 o.2 talk=1"], (await desk.ActivitiesAsync("q_b")).Where(r => r.Contains("o.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_call_that_was_over_in_the_second_in_which_a_talk_began_came_before_it()
    {
        await desk.TakeAsync("40|c.1|q_b|1|CONNECT|1|c.2|1", "60|c.1|q_b|1|COMPLETECALLER|1|20|1");
        await desk.CdrAsync("o.1", 40.1, 40.7, "PJSIP/701-00000001", "099123", "PJSIP/trunk-00000002", answered: false);
        await desk.IdleAsync(90);
        Assert.Equal(1, (await desk.TotalsAsync("q_b", "1")).Outgoing);
    }

    [Fact]
    public async Task What_is_dialled_during_a_queues_call_and_what_dials_nobody_is_no_outgoing_call()
    {
        await desk.TakeAsync("40|c.1|q_b|1|CONNECT|1|c.2|1", "60|c.1|q_b|1|COMPLETECALLER|1|20|1");
        await desk.CdrAsync("o.1", 45, 58, "PJSIP/701-00000001", "702", "PJSIP/702-00000002");
        await desk.CdrAsync("o.2", 70, 71, "PJSIP/701-00000003", "*46", "", application: "PauseQueueMember");
        await desk.CdrAsync("c.1", 39, 60, "PJSIP/trunk-00000009", "q_b", "PJSIP/701-00000003", application: "Queue");
        await desk.CdrAsync("o.3", 80, 84, "PJSIP/701-00000001", "702", "PJSIP/702-00000002", linkedId: "x.1");
        await desk.IdleAsync(90);
        Assert.Equal(0, (await desk.TotalsAsync("q_b", "1")).Outgoing);
        Assert.Equal(0, (await desk.TotalsAsync("q_b", "1")).Direct);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_is_answered_on_its_second_dial_is_one_call_with_its_talk(bool atOnce)
    {
        await desk.CdrAsync("o.1", 20.4, 24.2, "PJSIP/701-00000001", "099123", "PJSIP/trunk1-00000002", answered: false);
        if (!atOnce) await desk.IdleAsync(40);
        await desk.CdrAsync("o.1", 24.2, 35.9, "PJSIP/701-00000001", "099123", "PJSIP/trunk2-00000003", talk: 9);
        await desk.IdleAsync(42);
        Assert.Equal(["20 DialOut q_b 1 o.1 dest=099123", "35 DialOutEnd q_b 1 o.1 talk=9"], await OutgoingAsync());
        var totals = await desk.TotalsAsync("q_b", "1");
        Assert.Equal((1, 1, 9L), (totals.Outgoing, totals.OutgoingAnswered, totals.OutgoingTalk));
        // Only what lies in the period: the talk ends with the call.
        Assert.Equal(4L, (await desk.TotalsAsync("q_b", "1", from: 31)).OutgoingTalk);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_dials_on_after_a_talk_keeps_it_and_adds_what_is_talked_then(bool atOnce)
    {
        await desk.CdrAsync("o.1", 20, 30, "PJSIP/701-00000001", "099123", "PJSIP/trunk1-00000002", talk: 5);
        if (!atOnce) await desk.IdleAsync(60);
        await desk.CdrAsync("o.1", 30, 40, "PJSIP/701-00000001", "099123", "PJSIP/trunk2-00000003", talk: 6);
        if (!atOnce) await desk.IdleAsync(61);
        await desk.CdrAsync("o.1", 40, 44, "PJSIP/701-00000001", "099123", "PJSIP/trunk2-00000004", answered: false);
        await desk.IdleAsync(63);
        Assert.Equal(["20 DialOut q_b 1 o.1 dest=099123", "44 DialOutEnd q_b 1 o.1 talk=11"], await OutgoingAsync());
        Assert.Equal(11L, (await desk.TotalsAsync("q_b", "1")).OutgoingTalk);
    }

    [Fact]
    public async Task A_question_that_is_dialled_again_after_the_talk_is_over_stays_one()
    {
        await desk.TakeAsync("40|c.1|q_b|1|CONNECT|1|c.2|1", "60|c.1|q_b|1|COMPLETECALLER|1|20|1");
        await desk.CdrAsync("o.1", 55, 62, "PJSIP/701-00000001", "702", "PJSIP/702-00000002", answered: false);
        await desk.CdrAsync("o.1", 62, 66, "PJSIP/701-00000001", "702", "PJSIP/trunk-00000003");
        await desk.IdleAsync(90);
        Assert.Empty(await OutgoingAsync());
    }

    [Fact]
    public async Task Who_logged_in_during_an_outage_made_the_calls_of_it_too()
    {
        await desk.TakeAsync("300|MANAGER|q_c|9|ADDMEMBER", "310|MANAGER|q_c|8|ADDMEMBER");
        await desk.CdrAsync("o.1", 320, 330, "PJSIP/709-00000001", "099123", "PJSIP/trunk-00000002");
        await desk.CdrAsync("d.1", 340, 350, "PJSIP/trunk-00000003", "708", "PJSIP/708-00000004");
        await desk.IdleAsync(2_000, 2_110);
        Assert.Empty(await OutgoingAsync("q_c"));
        desk.Clock.Advance(TimeSpan.FromSeconds(2_110));
        desk.Hear(List(("9", 709, 300), ("8", 708, 310)));
        await desk.IdleAsync(2_110.3);
        await desk.IdleAsync(2_111.5);
        Assert.Equal(["320 DialOut q_c 9 o.1 dest=099123", "330 DialOutEnd q_c 9 o.1 talk=10"], await OutgoingAsync("q_c"));
        Assert.Equal(1, (await desk.TotalsAsync("q_c", "8")).Direct);
    }

    [Fact]
    public async Task A_PBX_that_never_tells_who_is_logged_in_where_holds_nothing_up_for_ever()
    {
        await desk.TakeAsync("300|MANAGER|q_c|9|ADDMEMBER", "0|MANAGER|q_c|1|ADDMEMBER", "0|a.1|q_c|1|DEVICE|PJSIP/702");
        await desk.CdrAsync("o.1", 320, 330, "PJSIP/709-00000001", "099123", "PJSIP/trunk-00000002");
        await desk.CdrAsync("o.2", 321, 331, "PJSIP/702-00000003", "099123", "PJSIP/trunk-00000004");
        await desk.IdleAsync(2_000, 2_115);
        Assert.Empty(await OutgoingAsync("q_c"));
        await desk.IdleAsync(2_120);
        Assert.Equal(["321 DialOut q_c 1 o.2 dest=099123", "331 DialOutEnd q_c 1 o.2 talk=10"], await OutgoingAsync("q_c"));
    }

    [Fact]
    public async Task A_call_that_is_made_before_it_is_known_that_the_PBX_kept_the_login_over_its_restart_counts()
    {
        await desk.TakeAsync("250|MANAGER|q_c|9|ADDMEMBER", "250|a.1|q_c|9|DEVICE|PJSIP/709", "300|NONE|NONE|NONE|QUEUESTART");
        await desk.CdrAsync("o.1", 305, 307, "PJSIP/709-00000001", "099123", "PJSIP/trunk-00000002", talk: 1);
        await desk.IdleAsync(309);
        desk.Clock.Advance(TimeSpan.FromSeconds(309));
        desk.Hear(List(("9", 709, 300)));
        await desk.IdleAsync(310);
        await desk.IdleAsync(312);
        Assert.Equal(["305 DialOut q_c 9 o.1 dest=099123", "307 DialOutEnd q_c 9 o.1 talk=1"], await OutgoingAsync("q_c"));
    }

    [Fact]
    public async Task A_host_that_lost_its_lease_while_it_waited_for_its_turn_counts_nothing_again()
    {
        await desk.IdleAsync(60);
        await desk.CdrAsync("d.1", 50, 58, "PJSIP/trunk-00000001", "701", "PJSIP/701-00000002");
        await desk.CdrAsync("o.1", 51, 57, "PJSIP/701-00000003", "099123", "PJSIP/trunk-00000004");
        await using var source = NpgsqlDataSource.Create(desk.Database);
        await using var connection = await source.OpenConnectionAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        await ActivityLedger.TakeTurnAsync(connection, Ct);
        var late = desk.IdleAsync(60.5);
        await Eventually.EqualAsync(1L, () => desk.ScalarAsync<long>(
            "select count(*) from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())"));
        var now = ActivityDesk.At(60.5);
        await new OutsideCalls(new CallRepository(source), desk.Days).TakeAsync("pbx", new FeedIdle(now, now, false), connection, Ct);
        await transaction.CommitAsync(Ct);
        await late;
        var totals = await desk.TotalsAsync("q_b", "1");
        Assert.Equal((1, 1), (totals.Direct, totals.Outgoing));
    }

    [Fact]
    public async Task A_call_that_is_put_through_twice_to_the_same_agent_is_taken_once()
    {
        await desk.CdrAsync("d.1", 50, 54, "PJSIP/trunk-00000001", "701", "PJSIP/701-00000002");
        await desk.CdrAsync("d.1", 54, 58, "PJSIP/trunk-00000001", "701", "PJSIP/701-00000003");
        await desk.IdleAsync(90);
        Assert.Equal(1, (await desk.TotalsAsync("q_b", "1")).Direct);
    }

    [Fact]
    public async Task Of_queues_logged_in_to_in_the_same_second_the_first_by_its_characters_counts_in_whatever_language_the_database_sorts()
    {
        await SqlAsync("alter table agent_sessions alter column queue type text collate \"und-x-icu\"");
        await desk.TakeAsync("300|MANAGER|q_a|9|ADDMEMBER", "300|a.1|q_a|9|DEVICE|PJSIP/709", "300|MANAGER|q_B|9|ADDMEMBER", "300|a.1|q_B|9|DEVICE|PJSIP/709");
        await desk.CdrAsync("o.1", 320, 330, "PJSIP/709-00000001", "099123", "PJSIP/trunk-00000002");
        await desk.IdleAsync(340);
        Assert.Equal(["320 DialOut q_B 9 o.1 dest=099123", "330 DialOutEnd q_B 9 o.1 talk=10"], await OutgoingAsync("q_B"));
    }

    [Fact]
    public async Task A_call_straight_to_the_extension_counts_where_it_was_taken()
    {
        await desk.CdrAsync("d.1", 50, 58, "PJSIP/trunk-00000001", "701", "PJSIP/701-00000002");
        await desk.CdrAsync("d.2", 60, 68, "PJSIP/trunk-00000001", "701", "PJSIP/701-00000002", answered: false);
        await desk.IdleAsync(90);
        Assert.Equal(1, (await desk.TotalsAsync("q_b", "1")).Direct);
        Assert.Equal(0L, (await desk.TotalsAsync("q_b", "1")).Talk);
    }

    [Fact]
    public async Task An_outgoing_call_that_the_dialplan_writes_into_the_log_counts_once()
    {
        await desk.TakeAsync("20|o.1|q_a|1|DIALOUT|099123", "30|o.2|q_a|1|DIALOUT|099124");
        await desk.TakeAsync("41|o.1|q_a|1|DIALOUTEND|17", "42|o.2|q_a|1|DIALOUTEND|0");
        await desk.CdrAsync("o.1", 20, 25, "PJSIP/701-00000001", "099123", "PJSIP/trunk-00000002", answered: false);
        await desk.CdrAsync("o.1", 25, 41, "PJSIP/701-00000001", "099123", "PJSIP/trunk-00000003");
        await desk.IdleAsync(90);
        Assert.Equal(
            ["20 DialOut q_a 1 o.1 dest=099123", "30 DialOut q_a 1 o.2 dest=099124", "41 DialOutEnd q_a 1 o.1 talk=17", "42 DialOutEnd q_a 1 o.2 talk=0"],
            (await desk.ActivitiesAsync()).Where(r => r.Contains("DialOut", StringComparison.Ordinal)));
        var totals = await desk.TotalsAsync("q_a", "1");
        Assert.Equal((2, 1, 17L, 0), (totals.Outgoing, totals.OutgoingAnswered, totals.OutgoingTalk, (await desk.TotalsAsync("q_b", "1")).Outgoing));
    }

    [Fact]
    public async Task A_call_that_we_originated_is_talked_on_from_when_both_sides_were_connected()
    {
        await JobAsync(7, answered: 27.2, ended: 31);
        await JobAsync(8, answered: null, ended: 50);
        await desk.CdrAsync("o.7", 20, 31.1, "PJSIP/701-00000001", "099123", "PJSIP/trunk-00000002");
        await desk.CdrAsync("o.8", 40, 50, "PJSIP/701-00000003", "099123", "PJSIP/trunk-00000002", answered: false);
        await desk.CdrAsync("o.9", 60, 70, "PJSIP/701-00000003", "714", "");
        await desk.IdleAsync(90);
        Assert.Equal(["31 DialOutEnd q_b 1 o.7 talk=4", "50 DialOutEnd q_b 1 o.8 talk=0", "70 DialOutEnd q_b 1 o.9 talk=10"], await EndsAsync());
    }

    [Fact]
    public async Task Where_nobody_heard_an_originated_call_connect_its_record_tells_and_without_the_dialplans_note_the_longer_time_counts()
    {
        await JobAsync(7, answered: null, ended: 31);
        await JobAsync(8, answered: null, ended: 50);
        await JobAsync(9, answered: null, ended: 70);
        await desk.CdrAsync("o.7", 20.3, 31.1, "PJSIP/701-00000001", "099123", "PJSIP/trunk-00000002", talk: 9, connected: 26);
        await desk.CdrAsync("o.8", 40.3, 50.1, "PJSIP/701-00000003", "099123", "PJSIP/trunk-00000004", talk: 8);
        // Dialled nobody: what stands there is when the source of a number outside answered.
        await desk.CdrAsync("o.9", 60.3, 70.1, "PJSIP/701-00000005", "714", "", talk: 7, connected: 62);
        await desk.IdleAsync(90);
        Assert.Equal(["31 DialOutEnd q_b 1 o.7 talk=5", "50 DialOutEnd q_b 1 o.8 talk=8", "70 DialOutEnd q_b 1 o.9 talk=0"], await EndsAsync());
    }

    [Fact]
    public async Task A_record_waits_until_what_this_server_knows_of_its_call_is_written_but_not_for_ever()
    {
        await JobAsync(7, answered: null, ended: null);
        await JobAsync(8, answered: null, ended: null);
        await desk.CdrAsync("o.7", 20, 31.1, "PJSIP/701-00000001", "099123", "PJSIP/trunk-00000002");
        await desk.CdrAsync("o.8", 33, 40.2, "PJSIP/701-00000003", "099124", "PJSIP/trunk-00000004", talk: 6);
        await desk.IdleAsync(44, 45);
        Assert.Empty(await EndsAsync());
        await SqlAsync("update originated_calls set answered_at = '2026-11-23T12:00:27.2Z', ended_at = '2026-11-23T12:00:31Z' where id = 7");
        await desk.IdleAsync(50);
        Assert.Equal(["31 DialOutEnd q_b 1 o.7 talk=4"], await EndsAsync());
        await desk.IdleAsync(55, 76);
        Assert.Equal(["31 DialOutEnd q_b 1 o.7 talk=4", "40 DialOutEnd q_b 1 o.8 talk=6"], await EndsAsync());
    }

    private async Task<IEnumerable<string>> OutgoingAsync(string queue = "q_b") =>
        (await desk.ActivitiesAsync(queue)).Where(r => r.Contains("DialOut", StringComparison.Ordinal));

    private QueuesSnapshot List(params (string Agent, int Extension, double LoginAt)[] members) => new(
        desk.Clock.GetUtcNow(), ["q_c"],
        [.. members.Select(m => new PbxMember("q_c", m.Agent, $"PJSIP/{m.Extension}", MemberState.Free, false, "", ActivityDesk.At(m.LoginAt)))], [], []);

    private async Task<IEnumerable<string>> EndsAsync() => (await desk.ActivitiesAsync("q_b")).Where(r => r.Contains("DialOutEnd", StringComparison.Ordinal));

    /// <summary>A job whose channel is <c>o.ID</c>; seconds after the desk's opening.</summary>
    private Task JobAsync(int id, double? answered, double? ended)
    {
        string Instant(double? seconds) => seconds is { } s ? string.Create(CultureInfo.InvariantCulture, $"timestamptz '2026-11-23T12:00:00Z' + interval '{s} seconds'") : "null";
        return SqlAsync(string.Create(CultureInfo.InvariantCulture,
            $"""
            insert into originated_calls (id, channel_id, pbx, owner, source, source_name, destination, destination_name, ring_seconds, status, requested_at, answered_at, ended_at)
            values ({id}, 'o.{id}', 'pbx', 'h', '701', '', '099', '', 30, 3, '2026-11-23T12:00:00Z', {Instant(answered)}, {Instant(ended)})
            """));
    }

    private async Task SqlAsync(string sql)
    {
        await using var db = Databases.Open(desk.Database);
        await db.Database.ExecuteSqlRawAsync(sql, TestContext.Current.CancellationToken);
    }
}
