using System.Globalization;
using Expand.Server.Activity;
using Expand.Server.Tests.Host;

namespace Expand.Server.Tests.Activity;

/// <summary>
/// Random shifts, and every report of every period equal to a plain recount of the lines, second by second: no intervals, no SQL, nothing of
/// the code under test.
/// </summary>
public sealed class ReportsPropertyTests(Databases databases)
{
    private static readonly string[] Queues = ["q_a", "q_b", "q_c"];
    private static readonly string[] Agents = ["1", "2", "3", "4"];
    private const int Length = 900;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Every_report_equals_a_recount_of_the_lines(int seed)
    {
        var random = new Random(seed);
        var shift = new Shift(random);
        await using var desk = await ActivityDesk.OpenAsync(databases);
        foreach (var chunk in shift.Lines.Chunk(random.Next(5, 60))) await desk.TakeAsync(chunk);
        for (var i = 0; i < 20; i++)
        {
            var from = random.Next(-50, Length);
            var to = random.Next(from, Length + 100);
            var now = random.Next(3) == 0 ? random.Next(0, Length) : Length + 200;
            foreach (var queue in Queues)
            {
                var totals = (await desk.Reports.TotalsAsync(queue, ActivityDesk.At(from), ActivityDesk.At(to), ActivityDesk.At(now), 10, Ct)).ToDictionary(t => t.Agent);
                foreach (var agent in Agents)
                {
                    var expected = shift.Totals(queue, agent, from, to, now);
                    Assert.Equal(expected, totals.GetValueOrDefault(agent, expected with { Agent = "none" }) is { Agent: not "none" } found ? found : Shift.Empty(agent));
                }
            }

            await CompareTimesAsync(desk, shift, "", from, to, now);
            await CompareTimesAsync(desk, shift, Queues[random.Next(3)], from, to, now);
            await CompareSessionsAsync(desk, shift, from, to);
        }
    }

    private static async Task CompareTimesAsync(ActivityDesk desk, Shift shift, string queue, int from, int to, int now)
    {
        var times = (await desk.Reports.TimesAsync(queue, null, ActivityDesk.At(from), ActivityDesk.At(to), ActivityDesk.At(now), Ct)).ToDictionary(t => t.Agent);
        foreach (var agent in Agents)
        {
            var (logged, paused) = shift.Times(queue, agent, from, to, now);
            var found = times.GetValueOrDefault(agent);
            Assert.Equal((logged, paused), (found?.Logged ?? 0, found?.Paused ?? 0));
        }
    }

    private static async Task CompareSessionsAsync(ActivityDesk desk, Shift shift, int from, int to)
    {
        var found = new List<string>();
        await foreach (var session in desk.Reports.CompleteSessionsAsync("", null, ActivityDesk.At(from), ActivityDesk.At(to), Ct))
        {
            found.Add($"{session.Agent} {session.Queue} {Second(session.BeganAt)}-{Second(session.EndedAt)}"
                + string.Concat(session.Pauses.Select(p => $" {p.Cause} {Second(p.BeganAt)}-{Second(p.EndedAt)}")));
        }

        Assert.Equal(shift.CompleteSessions(from, to), found);
    }

    private static int Second(DateTimeOffset at) => (int)(at - ActivityDesk.Nine).TotalSeconds;

    /// <summary>A random shift as lines, and its recount.</summary>
    private sealed class Shift
    {
        private readonly List<(int At, string Text)> lines = [];
        private readonly List<(string Queue, string Agent, int From, int To, List<(string Cause, int From, int To)> Pauses)> sessions = [];
        private readonly List<(string Queue, string Agent, int From, int Talk, bool Transferred)> talks = [];
        private readonly List<(string Queue, string Agent, int At)> missed = [];

        public Shift(Random random)
        {
            foreach (var agent in Agents)
            {
                foreach (var queue in Queues)
                {
                    for (var at = random.Next(0, 200); at < Length;) at = Session(random, queue, agent, at) + random.Next(0, 120);
                }
            }

            Lines = [.. lines.OrderBy(l => l.At).Select(l => l.At.ToString(CultureInfo.InvariantCulture) + l.Text)];
        }

        public string[] Lines { get; }

        public static AgentTotals Empty(string agent) => new(agent, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        public AgentTotals Totals(string queue, string agent, int from, int to, int now)
        {
            var (logged, paused) = Times(queue, agent, from, to, now);
            var mine = talks.Where(t => t.Queue == queue && t.Agent == agent).ToList();
            var counted = mine.Where(t => t.From >= from && t.From <= to).ToList();
            return new AgentTotals(
                agent, logged, paused, Seconds(from, to, now).Sum(s => mine.Count(t => t.From <= s && s < t.From + t.Talk)), 0, counted.Count,
                missed.Count(m => m.Queue == queue && m.Agent == agent && m.At >= from && m.At <= to), 0, 0, 0,
                mine.Count(t => t.Transferred && t.From + t.Talk >= from && t.From + t.Talk <= to), counted.Count(t => t.Talk < 10));
        }

        public (long Logged, long Paused) Times(string queue, string agent, int from, int to, int now)
        {
            var mine = sessions.Where(s => s.Agent == agent && (queue.Length == 0 || s.Queue == queue)).ToList();
            return (Seconds(from, to, now).Count(s => mine.Exists(i => i.From <= s && s < i.To)),
                Seconds(from, to, now).Count(s => mine.Exists(i => i.Pauses.Exists(p => p.From <= s && s < p.To))));
        }

        public List<string> CompleteSessions(int from, int to) =>
            [.. sessions.Where(s => s.From >= from && s.To <= to && s.To <= Length + 300)
                .OrderBy(s => s.Agent, StringComparer.Ordinal).ThenBy(s => s.Queue, StringComparer.Ordinal).ThenBy(s => s.From)
                .Select(s => $"{s.Agent} {s.Queue} {s.From}-{s.To}" + string.Concat(s.Pauses.Select(p => $" {p.Cause} {p.From}-{p.To}")))];

        /// <summary>The seconds of a period, both ends held; a second that has not begun is not over.</summary>
        private static IEnumerable<int> Seconds(int from, int to, int now) => Enumerable.Range(from, Math.Max(0, Math.Min(to + 1, now) - from));

        private int Session(Random random, string queue, string agent, int at)
        {
            Line(at, $"|MANAGER|{queue}|{agent}|ADDMEMBER");
            var pauses = new List<(string, int, int)>();
            var from = at;
            for (var step = random.Next(0, 7); step > 0; step--)
            {
                at += random.Next(1, 30);
                if (random.Next(2) == 0)
                {
                    var (cause, until) = (random.Next(2) == 0 ? "Baño" : "", at + random.Next(1, 40));
                    Line(at, $"|NONE|{queue}|{agent}|PAUSE|{cause}");
                    Line(until, $"|NONE|{queue}|{agent}|UNPAUSE|");
                    pauses.Add((cause, at, until));
                    at = until;
                }
                else
                {
                    at = Call(random, queue, agent, at);
                }
            }

            at += random.Next(1, 50);
            // Some are still logged in at the end.
            if (at > Length && random.Next(2) == 0) at = 1_000_000;
            else Line(at, $"|MANAGER|{queue}|{agent}|REMOVEMEMBER");
            sessions.Add((queue, agent, from, at, pauses));
            return at;
        }

        private int Call(Random random, string queue, string agent, int at)
        {
            var id = $"c.{lines.Count}.{queue}{agent}";
            if (random.Next(3) == 0)
            {
                Line(at, $"|{id}|{queue}|{agent}|{(random.Next(4) == 0 ? "RINGCANCELED" : "RINGNOANSWER")}|1000");
                missed.Add((queue, agent, at));
                return at;
            }

            var (talk, end) = (random.Next(0, 25), random.Next(3));
            Line(at, $"|{id}|{queue}|{agent}|CONNECT|2|{id}.x|1");
            Line(at + talk, $"|{id}|{queue}|{agent}|" + (end switch { 0 => $"COMPLETECALLER|2|{talk}|1", 1 => $"COMPLETEAGENT|2|{talk}|1", _ => $"BLINDTRANSFER|702|internal|2|{talk}|1" }));
            talks.Add((queue, agent, at, talk, end == 2));
            return at + talk;
        }

        private void Line(int at, string text) => lines.Add((at, text));
    }
}
