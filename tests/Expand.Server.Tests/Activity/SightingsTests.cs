using Expand.Server.Pbx;
using Expand.Server.Tests.Host;

namespace Expand.Server.Tests.Activity;

/// <summary>What AMI showed finds the line that it belongs to, whenever the line is read.</summary>
public sealed class SightingsTests(Databases databases) : IAsyncLifetime
{
    private ActivityDesk desk = null!;

    public async ValueTask InitializeAsync() => desk = await ActivityDesk.OpenAsync(databases);

    public ValueTask DisposeAsync() => desk.DisposeAsync();

    [Fact]
    public async Task A_login_whose_event_comes_before_the_second_of_its_line_has_its_device()
    {
        desk.Hear(LogsIn(701, 9.97));
        await desk.TakeAsync("10|MANAGER|q|1|ADDMEMBER");
        Assert.Equal(["q 1 10 PJSIP/701"], await desk.DevicesAsync());
    }

    [Fact]
    public async Task Each_session_has_its_own_device_when_the_lines_are_read_late()
    {
        desk.Hear(LogsIn(701, 10.1), LogsIn(702, 60.1));
        // The list tells the last login again, in whole seconds.
        desk.Hear(new QueuesSnapshot(ActivityDesk.At(70), ["q"], [LogsIn(702, 60).Member with { LoginAt = ActivityDesk.At(60) }], [], []), LogsIn(703, 90.9));
        await desk.TakeAsync(
            "10|MANAGER|q|1|ADDMEMBER", "50|MANAGER|q|1|REMOVEMEMBER", "60|MANAGER|q|1|ADDMEMBER", "80|MANAGER|q|1|REMOVEMEMBER", "91|MANAGER|q|1|ADDMEMBER");
        Assert.Equal(["q 1 10 PJSIP/701", "q 1 60 PJSIP/702", "q 1 91 PJSIP/703"], await desk.DevicesAsync());
    }

    [Fact]
    public async Task A_login_that_was_not_seen_gets_no_device_of_another_one()
    {
        desk.Hear(LogsIn(701, 60));
        await desk.TakeAsync("10|MANAGER|q|1|ADDMEMBER", "50|MANAGER|q|1|REMOVEMEMBER", "60|MANAGER|q|1|ADDMEMBER");
        Assert.Equal(["q 1 10 -", "q 1 60 PJSIP/701"], await desk.DevicesAsync());
    }

    [Fact]
    public async Task The_device_of_a_login_that_was_not_seen_is_learned_from_the_list()
    {
        await desk.TakeAsync("0|MANAGER|q|1|ADDMEMBER");
        desk.Clock.Advance(TimeSpan.FromSeconds(100));
        desk.Hear(new QueuesSnapshot(desk.Clock.GetUtcNow(), ["q"], [LogsIn(701, 0).Member], [], []));
        await desk.IdleAsync(103);
        Assert.Equal(["q 1 0 PJSIP/701"], await desk.DevicesAsync());
    }

    [Fact]
    public async Task What_was_seen_is_not_spent_by_a_transaction_that_fails()
    {
        // Rejected after 17 s, which nothing but AMI tells of a queue that rings for 15 s; it began to ring a second earlier than the line tells.
        desk.Hear(
            new AgentRung(ActivityDesk.At(2.9), "q", "c.1", "1", "PJSIP/701", "c.2"), new AgentMissed(ActivityDesk.At(20), "q", "c.1", "1", "c.2"),
            new ChannelEnded(ActivityDesk.At(20), "c.2", "c.1", 21));
        var lines = ActivityDesk.Text("0|MANAGER|q|1|ADDMEMBER", "20|c.1|q|1|RINGNOANSWER|17000");
        await desk.TakeInVainAsync(lines);
        await desk.TakeTextAsync(lines);
        Assert.Equal(["0 Login q 1", "2 Ringing q 1 c.1", "20 Congestion q 1 c.1"], await desk.ActivitiesAsync());
        // It counts once.
        await desk.TakeAsync("20|c.1|q|1|RINGNOANSWER|17000");
        Assert.Contains("20 NoAnswer q 1 c.1", await desk.ActivitiesAsync());
    }

    private static MemberAdded LogsIn(int extension, double at) =>
        new(ActivityDesk.At(at), new PbxMember("q", "1", $"PJSIP/{extension}", MemberState.Free, false, ""));
}
