using Expand.Server.Activity;
using Expand.Server.Cdr;
using Expand.Server.Tests.Host;
using Npgsql;

namespace Expand.Server.Tests.Activity;

/// <summary>What is known of a number that calls.</summary>
public sealed class CallsOfNumberTests(Databases databases)
{
    private const string Number = "099111222";
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_last_calls_tell_direction_agent_duration_and_what_became_of_them()
    {
        var database = await databases.NewAsync();
        await using (var db = Databases.Open(database))
        {
            // A queue answers before anybody talks: what became of its calls stands in its activities.
            db.Add(Record("1.1", 0, Number, "q_ventas", "PJSIP/701-1", 60));
            db.Add(Happened("1.1", 0, QueueAction.EnterQueue, ""));
            db.Add(Happened("1.1", 10, QueueAction.Connect, "101"));
            db.Add(Happened("1.1", 60, QueueAction.CompleteCaller, "101", talk: 50));
            db.Add(Record("1.2", 1, Number, "q_ventas", "", 20));
            db.Add(Happened("1.2", 3600, QueueAction.EnterQueue, ""));
            db.Add(Happened("1.2", 3620, QueueAction.Abandon, ""));
            db.Add(Record("1.3", 2, "702", Number, "PJSIP/trunk-3", 33, channel: "PJSIP/702-9"));
            db.Add(Record("1.4", 3, "702", Number, "", 0, "NO ANSWER", channel: "PJSIP/702-a"));
            db.Add(Record("1.5", 4, Number, "q_ventas", "", 5));
            db.Add(Record("9.9", 5, "098000000", "q_ventas", "PJSIP/701-4", 60));
            await db.SaveChangesAsync(Ct);
        }

        await using var source = NpgsqlDataSource.Create(database);
        var known = await new CallsOfNumber(source).LastAsync(Number, "1.5", 8, Ct);
        Assert.Equal(["1.4", "1.3", "1.2", "1.1"], known.Select(k => k.UniqueId));
        Assert.Equal([KnownOutcome.Unanswered, KnownOutcome.Answered, KnownOutcome.Abandoned, KnownOutcome.Answered], known.Select(k => k.Outcome));
        Assert.Equal([false, false, true, true], known.Select(k => k.IsIncoming));
        Assert.Equal([0, 33, 0, 50], known.Select(k => k.TalkSeconds));
        Assert.Equal(["", "", "", "101"], known.Select(k => k.Agent));
        Assert.Equal(["PJSIP/702", "PJSIP/702", "", "PJSIP/701"], known.Select(k => k.Device));
        Assert.Equal(["", "", "q_ventas", "q_ventas"], known.Select(k => k.Queue));
        Assert.Equal(2, (await new CallsOfNumber(source).LastAsync(Number, "", 2, Ct)).Count);
        Assert.Empty(await new CallsOfNumber(source).LastAsync("", "", 8, Ct));
    }

    private static CallRecord Record(
        string id, int hour, string from, string to, string reached, int seconds, string disposition = "ANSWERED", string channel = "PJSIP/trunk-1") => new()
        {
            Pbx = "pbx",
            UniqueId = id,
            Sequence = hour,
            LinkedId = id,
            CallDate = Noon.AddHours(hour),
            CallerId = from,
            Source = from,
            Destination = to,
            Context = "internal",
            Channel = channel,
            DestinationChannel = reached,
            LastApplication = "Dial",
            LastData = "",
            Duration = seconds,
            BillableSeconds = disposition == "ANSWERED" ? seconds : 0,
            Disposition = disposition,
            UserField = "",
        };

    private static QueueActivity Happened(string id, int seconds, QueueAction action, string agent, int? talk = null) => new()
    {
        Pbx = "pbx",
        At = Noon.AddSeconds(seconds),
        Queue = "q_ventas",
        Action = action,
        UniqueId = id,
        Agent = agent,
        TalkSeconds = talk,
    };
}
