using Expand.Server.Pbx;
using Expand.Server.Tests.Host;

namespace Expand.Server.Tests.Activity;

/// <summary>Asterisk dies and comes back: what was open ends truthfully, and what it kept goes on.</summary>
public sealed class RestartTests(Databases databases) : IAsyncLifetime
{
    private ActivityDesk desk = null!;

    public async ValueTask InitializeAsync() => desk = await ActivityDesk.OpenAsync(databases);

    public ValueTask DisposeAsync() => desk.DisposeAsync();

    [Fact]
    public async Task What_was_open_ends_at_the_last_line()
    {
        await desk.TakeAsync(
            "0|MANAGER|q|1|ADDMEMBER", "5|NONE|q|1|PAUSE|Baño", "10|MANAGER|q|2|ADDMEMBER", "20|c.1|q|2|CONNECT|1|c.2|1", "27|c.3|q|NONE|ENTERQUEUE||099|1",
            "60|NONE|NONE|NONE|QUEUESTART");
        Assert.Equal(["q 1 0-27 [Baño 5-27]", "q 2 10-27"], await desk.SessionsAsync());
        var totals = await desk.TotalsAsync("q", "2");
        Assert.Equal((17L, 7L, 1), (totals.Logged, totals.Talk, totals.Answered));
        Assert.Contains("27 Logout q 1", await desk.ActivitiesAsync());
    }

    [Fact]
    public async Task What_was_open_ends_when_the_connection_was_lost()
    {
        desk.Hear(List(), new PbxLost(ActivityDesk.At(41.7)));
        await desk.TakeAsync("0|MANAGER|q|1|ADDMEMBER", "27|c.3|q|NONE|ENTERQUEUE||099|1");
        desk.Hear(List());
        await desk.TakeAsync("60|NONE|NONE|NONE|QUEUESTART");
        Assert.Equal(["q 1 0-41"], await desk.SessionsAsync());
    }

    [Fact]
    public async Task What_was_open_ends_at_the_last_sign_of_life_that_was_written_down()
    {
        desk.Hear(List());
        await desk.TakeAsync("0|MANAGER|q|1|ADDMEMBER");
        await desk.IdleAsync(50);
        // A new life of this server, which saw nothing of it.
        await desk.TakeAsync("60|NONE|NONE|NONE|QUEUESTART");
        Assert.Equal(["q 1 0-50"], await desk.SessionsAsync());
    }

    [Theory]
    [InlineData("70|NONE|q|1|UNPAUSE", "[Baño 60-70]")]
    [InlineData("70|c.1|q|1|RINGNOANSWER|1000", "[Baño 60-…]")]
    [InlineData("70|c.1|q|1|CONNECT|1|c.2|1", "[Baño 60-…]")]
    [InlineData("70|NONE|q|1|PAUSE|Baño", "[Baño 60-…]")]
    [InlineData("70|NONE|q|1|PAUSE|Almuerzo", "[Baño 60-70] [Almuerzo 70-…]")]
    public async Task A_login_that_Asterisk_kept_goes_on_from_its_start_once_a_line_shows_it(string line, string pauses)
    {
        await desk.TakeAsync("0|MANAGER|q|1|ADDMEMBER", "5|NONE|q|1|PAUSE|Baño", "60|NONE|NONE|NONE|QUEUESTART");
        await desk.TakeAsync(line);
        Assert.Equal(["q 1 0-5 [Baño 5-5]", $"q 1 60-… {pauses}"], await desk.SessionsAsync());
    }

    [Fact]
    public async Task A_login_that_Asterisk_kept_goes_on_once_its_list_shows_it()
    {
        await desk.TakeAsync("0|MANAGER|q|1|ADDMEMBER", "5|NONE|q|1|PAUSE|Baño", "6|MANAGER|q|2|ADDMEMBER", "6|MANAGER|q|3|ADDMEMBER", "60|NONE|NONE|NONE|QUEUESTART");
        desk.Clock.Advance(TimeSpan.FromSeconds(64));
        desk.Hear(List(Member("1", 701, paused: true), Member("3", 703)));
        await desk.IdleAsync(65);
        Assert.Equal(3, (await desk.SessionsAsync()).Count);
        await desk.IdleAsync(67);
        await desk.IdleAsync(68);
        Assert.Equal(["q 1 0-6 [Baño 5-6]", "q 2 6-6", "q 3 6-6", "q 1 60-… [Baño 60-…]", "q 3 60-…"], await desk.SessionsAsync());
        // Nothing was kept of 2.
        await desk.TakeAsync("80|MANAGER|q|2|ADDMEMBER", "90|MANAGER|q|2|REMOVEMEMBER", "90|MANAGER|q|1|REMOVEMEMBER", "91|MANAGER|q|3|REMOVEMEMBER");
        Assert.Equal(
            ["q 1 0-6 [Baño 5-6]", "q 2 6-6", "q 3 6-6", "q 1 60-90 [Baño 60-90]", "q 3 60-91", "q 2 80-90"], await desk.SessionsAsync());
    }

    [Fact]
    public async Task A_list_that_comes_in_the_second_of_the_start_counts_and_one_of_the_old_life_does_not()
    {
        await desk.TakeAsync("0|MANAGER|q|1|ADDMEMBER");
        desk.Hear(List(Member("1", 701)), new PbxLost(ActivityDesk.At(58)));
        await desk.TakeAsync("60|NONE|NONE|NONE|QUEUESTART");
        await desk.IdleAsync(63);
        Assert.Equal(["q 1 0-58"], await desk.SessionsAsync());
        desk.Clock.Advance(TimeSpan.FromSeconds(60.3));
        desk.Hear(List(Member("1", 701)));
        await desk.IdleAsync(64);
        Assert.Equal(["q 1 0-58", "q 1 60-…"], await desk.SessionsAsync());
    }

    [Fact]
    public async Task A_login_that_Asterisk_forgot_and_that_is_made_again_begins_there()
    {
        await desk.TakeAsync("0|MANAGER|q|1|ADDMEMBER", "5|NONE|q|1|PAUSE|Baño", "60|NONE|NONE|NONE|QUEUESTART", "75|MANAGER|q|1|ADDMEMBER");
        Assert.Equal(["q 1 0-5 [Baño 5-5]", "q 1 75-…"], await desk.SessionsAsync());
    }

    [Fact]
    public async Task Members_of_the_configuration_and_those_that_went_without_a_line_are_learned_from_the_list()
    {
        await desk.TakeAsync("0|MANAGER|q|1|ADDMEMBER");
        desk.Clock.Advance(TimeSpan.FromSeconds(100));
        desk.Hear(List(Member("9", 709, loginAt: 40)));
        await desk.IdleAsync(103);
        Assert.Equal(["q 1 0-100", "q 9 40-…"], await desk.SessionsAsync());
    }

    [Fact]
    public async Task Who_logs_in_or_out_around_the_list_is_left_to_the_lines()
    {
        await desk.TakeAsync("0|MANAGER|q|1|ADDMEMBER");
        desk.Clock.Advance(TimeSpan.FromSeconds(100));
        desk.Hear(List(Member("1", 701, loginAt: 0)));
        await desk.TakeAsync("100|MANAGER|q|1|REMOVEMEMBER", "101|MANAGER|q|2|ADDMEMBER");
        await desk.IdleAsync(103);
        Assert.Equal(["q 1 0-100", "q 2 101-…"], await desk.SessionsAsync());
    }

    [Fact]
    public async Task Who_logs_in_or_out_while_a_slow_PBX_is_being_asked_is_left_to_the_lines()
    {
        await desk.TakeAsync("0|MANAGER|q|1|ADDMEMBER", "0|MANAGER|q|3|ADDMEMBER");
        // Asked at 100; the members came at once, the channels eight seconds later.
        desk.Clock.Advance(TimeSpan.FromSeconds(108));
        desk.Hear(List(Member("1", 701, loginAt: 0)) with { AskedAt = ActivityDesk.At(100) });
        await desk.TakeAsync("102|MANAGER|q|1|REMOVEMEMBER", "103|MANAGER|q|2|ADDMEMBER");
        await desk.IdleAsync(109);
        Assert.Equal(["q 1 0-102", "q 3 0-…", "q 2 103-…"], await desk.SessionsAsync());
        await desk.IdleAsync(110);
        Assert.Equal(["q 1 0-102", "q 3 0-100", "q 2 103-…"], await desk.SessionsAsync());
    }

    private QueuesSnapshot List(params PbxMember[] members) => new(desk.Clock.GetUtcNow(), ["q"], members, [], []);

    private static PbxMember Member(string agent, int extension, bool paused = false, double loginAt = 60) =>
        new("q", agent, $"PJSIP/{extension}", MemberState.Free, paused, "", ActivityDesk.At(loginAt));
}
