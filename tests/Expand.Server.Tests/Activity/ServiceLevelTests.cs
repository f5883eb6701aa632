using Expand.Server.Activity;
using Expand.Server.Tests.Host;
using Npgsql;

namespace Expand.Server.Tests.Activity;

/// <summary>The service level, counted by hand from lines of a queue_log.</summary>
public sealed class ServiceLevelTests(Databases databases)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_is_in_time_up_to_the_threshold_itself_and_a_short_abandon_does_not_count()
    {
        await using var desk = await ActivityDesk.OpenAsync(databases);
        await desk.TakeAsync(
            "0|NONE|q|1|ADDMEMBER",
            // Answered after 20 seconds: in time; after 21: late. They talk 10 and 31 seconds.
            "10|c.1|q|NONE|ENTERQUEUE||099|1", "30|c.1|q|1|CONNECT|20|1.1|5", "40|c.1|q|1|COMPLETECALLER|20|10|1",
            "50|c.2|q|NONE|ENTERQUEUE||099|1", "71|c.2|q|1|CONNECT|21|1.2|5", "102|c.2|q|1|COMPLETEAGENT|21|31|1",
            // Abandoned after 5 seconds: short; after 6 and 40: abandoned, the latter because time ran out.
            "110|c.3|q|NONE|ENTERQUEUE||099|1", "115|c.3|q|NONE|ABANDON|1|1|5",
            "120|c.4|q|NONE|ENTERQUEUE||099|1", "126|c.4|q|NONE|ABANDON|1|1|6",
            "130|c.5|q|NONE|ENTERQUEUE||099|1", "170|c.5|q|NONE|EXITWITHTIMEOUT|1|1|40",
            // Waits still: offered to nobody yet.
            "180|c.6|q|NONE|ENTERQUEUE||099|1",
            // Another queue.
            "190|c.7|r|NONE|ENTERQUEUE||099|1", "191|c.7|r|1|CONNECT|1|1.7|1");
        var report = await OfAsync(desk, "", 0, 3600);
        var q = report.Queues["q"];
        Assert.Equal(new ServiceFigures(Answered: 2, InTime: 1, Abandoned: 3, ShortlyAbandoned: 1, Wait: 41, LongestWait: 40, Ended: 2, Talk: 41), q);
        Assert.Equal((5, 4, 1), (q.Offered, q.Counted, q.Late));
        Assert.Equal((25.0, 50.0, 20.5, 20.5), (q.Level, q.AbandonRate, q.MeanWait, q.MeanTalk));
        Assert.Equal(new ServiceFigures(1, 1, 0, 0, 1, 1, 0, 0), report.Queues["r"]);
        Assert.Equal(new ServiceFigures(3, 2, 3, 1, 42, 40, 2, 41), report.Total);
        Assert.Equal(["q"], (await OfAsync(desk, "q", 0, 3600)).Queues.Keys);
        Assert.Equal(q, (await OfAsync(desk, "q", 0, 3600)).Total);
    }

    [Fact]
    public async Task The_period_holds_both_its_ends_and_each_call_is_in_the_part_of_its_own_instant()
    {
        await using var desk = await ActivityDesk.OpenAsync(databases);
        await desk.TakeAsync(
            "0|NONE|q|1|ADDMEMBER", "3598|c.1|q|1|CONNECT|9|1.1|1", "3599|c.2|q|NONE|ABANDON|1|1|30", "3600|c.3|q|NONE|ABANDON|1|1|30", "7200|c.4|q|NONE|ABANDON|1|1|30");
        var report = await OfAsync(desk, "q", 3598, 3600, 3598, 3600);
        Assert.Equal((1, 2), (report.Total.Answered, report.Total.Abandoned));
        Assert.Equal([(0, 2), (1, 1)], report.Parts.OrderBy(p => p.Key).Select(p => (p.Key, p.Value.Offered)));
    }

    [Fact]
    public async Task Where_nothing_counts_there_is_no_percentage_and_no_mean()
    {
        await using var desk = await ActivityDesk.OpenAsync(databases);
        var none = await OfAsync(desk, "", 0, 3600);
        Assert.Equal(ServiceFigures.None, none.Total);
        Assert.Equal((null, null, null, null), (none.Total.Level, none.Total.AbandonRate, none.Total.MeanWait, none.Total.MeanTalk));
        await desk.TakeAsync("10|c.1|q|NONE|ABANDON|1|1|2");
        var shortOnly = (await OfAsync(desk, "", 0, 3600)).Total;
        Assert.Equal((1, 0, null), (shortOnly.Offered, shortOnly.Counted, shortOnly.Level));
    }

    private static async Task<ServiceReport> OfAsync(ActivityDesk desk, string queue, double from, double to, params double[] parts)
    {
        await using var source = NpgsqlDataSource.Create(desk.Database);
        return await new ServiceLevels(source).OfAsync(
            queue, ActivityDesk.At(from), ActivityDesk.At(to), new ServiceTarget(20, 5), parts.Length == 0 ? [ActivityDesk.At(from)] : [.. parts.Select(ActivityDesk.At)], Ct);
    }
}
