using CsCheck;
using Expand.Server.Queues;

namespace Expand.Server.Tests.Queues;

/// <summary>Whatever happens in whatever order: what the facts made, what the PBX says and what the events tell is one and the same.</summary>
public sealed class LivePropertyTests
{
    private static readonly Gen<int[]> Shifts = Gen.Int[0, 1_000_000].Array[1, 120];

    [Fact]
    public void The_picture_by_events_is_the_picture_of_a_snapshot() => Shifts.Sample(shift =>
    {
        var (pbx, live) = (new ModelPbx(), new LivePictures());
        live.Hear(pbx.Snapshot());
        foreach (var number in shift)
        {
            live.Hear([.. pbx.Do(number)]);
            if (number % 4 == 0) Assert.Equal(Drawn(new LivePictures().Hear(pbx.Snapshot()).Picture.View()), Drawn(live.Picture.View()));
        }
    }, iter: 80, threads: 1);

    [Fact]
    public void A_snapshot_of_what_is_known_changes_nothing() => Shifts.Sample(shift =>
    {
        var (pbx, live) = (new ModelPbx(), new LivePictures());
        live.Hear(pbx.Snapshot());
        foreach (var number in shift) live.Hear([.. pbx.Do(number)]);
        var before = live.Picture.View();
        live.Hear(pbx.Snapshot());
        Assert.Same(before, live.Picture.View());
    }, iter: 80, threads: 1);

    [Fact]
    public void Facts_that_were_missed_or_come_again_are_made_good_by_the_next_snapshot() => Shifts.Sample(shift =>
    {
        // No reason may mean that Asterisk lost it: the one that is known here is kept.
        var (pbx, live) = (new ModelPbx(reasonless: false), new LivePictures());
        live.Hear(pbx.Snapshot());
        foreach (var number in shift)
        {
            var facts = pbx.Do(number);
            // Some are dropped, some come twice.
            foreach (var (fact, i) in facts.Select((f, i) => (f, i)))
            {
                if ((number + i) % 5 == 0) continue;
                live.Hear(fact);
                if ((number + i) % 7 == 0) live.Hear(fact);
            }
        }

        live.Hear(pbx.Snapshot());
        Assert.Equal(Drawn(new LivePictures().Hear(pbx.Snapshot()).Picture.View(), sincePause: false), Drawn(live.Picture.View(), sincePause: false));
    }, iter: 200, threads: 1);

    [Fact]
    public void The_events_one_after_the_other_make_the_picture_and_each_says_truly_what_was_before() => Shifts.Sample(shift =>
    {
        var (pbx, live) = (new ModelPbx(), new LivePictures());
        live.Hear(pbx.Snapshot());
        var copy = new FoldedPicture(Assert.IsType<LiveView>(Assert.Single(live.Picture.EventsAfter(null, 1)).After));
        foreach (var number in shift)
        {
            var facts = pbx.Do(number);
            if (number % 11 == 0) live.Hear(pbx.Snapshot());
            else live.Hear([.. facts]);
        }

        live.Hear(pbx.Snapshot());
        foreach (var one in live.Picture.EventsAfter(copy.Cursor, int.MaxValue)) copy.Take(one);
        Assert.Equal(Drawn(live.Picture.View()), copy.Drawn());
    }, iter: 80, threads: 1);

    /// <summary>Everything but the instants that a snapshot can only estimate.</summary>
    /// <param name="view">The picture.</param>
    /// <param name="sincePause">
    /// Whether the beginnings of pauses count: of a pause that ended and began again unheard, for the same reason, nobody can tell.
    /// </param>
    internal static string Drawn(LiveView view, bool sincePause = true) => Drawn(
        view.Queues.SelectMany(q => q.Members).Select(m => sincePause ? m : m with { PausedAt = null }), view.Queues.SelectMany(q => q.Calls), view.Offers, view.Agents.Values, view.Queues.Select(q => q.Totals));

    internal static string Drawn(
        IEnumerable<LiveMember> members, IEnumerable<LiveCall> calls, IEnumerable<LiveOffer> offers, IEnumerable<LiveAgent> agents, IEnumerable<QueueTotals> totals) =>
        string.Join('\n', new[]
        {
            members.Select(m => m.ToString()),
            calls.Select(c => (c with { ConnectedAt = c.ConnectedAt is null ? null : LivePictures.Start }).ToString()),
            offers.Select(o => o.ToString()),
            agents.Where(a => a.Status != AgentStatus.Offline).Select(a => $"{a.Agent} {a.Status}"),
            totals.Select(t => t.ToString()),
        }.SelectMany(lines => lines.Order(StringComparer.Ordinal)));
}

/// <summary>The picture as somebody has it who took a snapshot and then the events.</summary>
internal sealed class FoldedPicture(LiveView first)
{
    private readonly Dictionary<string, LiveState> states = Keyed(first);
    private LiveCursor cursor = new(first.Stream, first.Number);

    public LiveCursor Cursor => cursor;

    public void Take(LiveEvent one)
    {
        Assert.Equal(cursor.Number + 1, one.Number);
        cursor = one.Cursor;
        var key = KeyOf(one.Before ?? one.After!);
        // A caller who was let go and is not connected yet is in no picture, and still in the mind of whoever folds.
        Assert.Equal(one.Before, states.GetValueOrDefault(key));
        if (one.After is null) states.Remove(key);
        else states[key] = one.After;
    }

    public string Drawn() => LivePropertyTests.Drawn(
        states.Values.OfType<LiveMember>(), states.Values.OfType<LiveCall>(), states.Values.OfType<LiveOffer>(), states.Values.OfType<LiveAgent>(), states.Values.OfType<QueueTotals>());

    private static Dictionary<string, LiveState> Keyed(LiveView view) =>
        new[] { view.Queues.SelectMany(q => q.Members), view.Queues.SelectMany(q => q.Calls), view.Offers, view.Agents.Values, view.Queues.Select(q => q.Totals).Cast<LiveState>() }
            .SelectMany(s => s).ToDictionary(KeyOf);

    private static string KeyOf(LiveState state) => state switch
    {
        LiveMember m => $"member {m.Queue} {m.Device}",
        LiveCall c => $"call {c.Queue} {c.UniqueId}",
        LiveOffer o => $"offer {o.RingId}",
        LiveAgent a => $"agent {a.Agent}",
        QueueTotals t => $"totals {t.Queue}",
        _ => "freshness",
    };
}
