using System.Text.Json;
using Expand.Server.Access;
using Expand.Server.Activity;
using Expand.Server.Cdr;
using Npgsql;

namespace Expand.Server.Webhooks;

/// <summary>Something that happened, ready to be told.</summary>
/// <param name="Id">Its id within its source.</param>
/// <param name="Type">What happened.</param>
/// <param name="At">When.</param>
/// <param name="Queue">The queue that it belongs to; null where it belongs to none.</param>
/// <param name="Data">What is told about it, JSON.</param>
internal sealed record Happening(long Id, string Type, DateTimeOffset At, string? Queue, string Data);

/// <summary>An agent as messages name one.</summary>
/// <param name="Number">The agent's number.</param>
/// <param name="Username">Who had the number then; empty where nobody ever had it.</param>
internal sealed record ToldAgent(string Number, string Username);

/// <summary>What is written down anyway, in the words of the messages: activities and call records.</summary>
internal sealed class EventSources(ActivityStream activities, CallRecordStream records, UserDirectory users)
{
    /// <summary>Activities after that one.</summary>
    public async Task<List<Happening>> ActivitiesAsync(long after, int most, CancellationToken ct)
    {
        var found = new List<Happening>();
        await foreach (var activity in activities.AfterAsync(after, most, ct)) found.Add(Of(activity));
        return found;
    }

    /// <summary>Call records after that one.</summary>
    public async Task<List<Happening>> RecordsAsync(long after, int most, CancellationToken ct) =>
        [.. (await records.AfterAsync(after, most, ct)).Select(Of)];

    /// <summary>Announcements taken away: within the transaction that hands them on.</summary>
    public static async Task<List<Happening>> TakeAnnouncementsAsync(int most, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            with taken as (
                delete from announcements where id in (select id from announcements order by id limit $1 for update skip locked)
                returning id, type, at, data)
            select id, type, at, data::text from taken order by id
            """, connection);
        command.Parameters.Add(new() { Value = most });
        var found = new List<Happening>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var (type, data) = (row.GetString(1), row.GetString(3));
            found.Add(new Happening(row.GetInt64(0), type, row.GetFieldValue<DateTimeOffset>(2), EventCatalogue.Find(type) is { HasQueue: true } ? QueueOf(data) : null, data));
        }

        return found;
    }

    private static string? QueueOf(string data)
    {
        using var json = JsonDocument.Parse(data);
        return json.RootElement.TryGetProperty("queue", out var queue) ? queue.GetString() : null;
    }

    private Happening Of(QueueActivity a)
    {
        var (queue, uniqueid, callerId, agent) = (a.Queue, a.UniqueId, a.CallerId, new ToldAgent(a.Agent, users.Numbers.At(a.Agent, a.At)?.Username ?? ""));
        var (waitSeconds, talkSeconds, destination, cause) = (a.WaitSeconds, a.TalkSeconds, a.Destination, a.Cause);
        return a.Action switch
        {
            QueueAction.Login => Told("agent.logged_in", new { agent, queue }),
            QueueAction.Logout => Told("agent.logged_out", new { agent, queue }),
            QueueAction.Pause => Told("agent.paused", new { agent, queue, reason = cause }),
            QueueAction.Unpause => Told("agent.unpaused", new { agent, queue }),
            QueueAction.DialOut => Told("agent.call_dialled", new { agent, queue, uniqueid, callerId, destination }),
            QueueAction.DialOutEnd => Told("agent.call_ended", new { agent, queue, uniqueid, callerId, destination, talkSeconds }),
            QueueAction.EnterQueue => Told("queue.call_entered", new { queue, uniqueid, callerId }),
            QueueAction.Ringing => Told("queue.call_ringing", new { queue, uniqueid, callerId, agent }),
            QueueAction.NoAnswer or QueueAction.Congestion => Told(
                "queue.call_missed", new { queue, uniqueid, callerId, agent, cause = a.Action == QueueAction.NoAnswer ? "NO ANSWER" : "CONGESTION" }),
            QueueAction.Connect => Told("queue.call_connected", new { queue, uniqueid, callerId, agent, waitSeconds }),
            QueueAction.CompleteCaller or QueueAction.CompleteAgent => Told("queue.call_completed",
                new { queue, uniqueid, callerId, agent, endedBy = a.Action == QueueAction.CompleteCaller ? "caller" : "agent", waitSeconds, talkSeconds }),
            QueueAction.CompleteTransfer => Told("queue.call_transferred", new { queue, uniqueid, callerId, agent, destination, waitSeconds, talkSeconds }),
            QueueAction.Abandon => Told("queue.call_abandoned", new { queue, uniqueid, callerId, waitSeconds }),
            _ => throw new InvalidOperationException($"no event tells of {a.Action}"),
        };

        Happening Told<T>(string type, T data) => new(a.Id, type, a.At, queue, EventMessage.Data(data));
    }

    private static Happening Of(NotedRecord noted)
    {
        var r = noted.Record;
        return new Happening(r.Id, "call.ended", r.EndedAt ?? r.CallDate, null, EventMessage.Data(new
        {
            uniqueid = r.UniqueId,
            linkedid = r.LinkedId,
            sequence = r.Sequence,
            src = r.Source,
            dst = r.Destination,
            callerid = r.CallerId,
            calldate = r.CallDate.ToUniversalTime(),
            answered = r.AnsweredAt?.ToUniversalTime(),
            ended = r.EndedAt?.ToUniversalTime(),
            duration = r.Duration,
            billsec = r.BillableSeconds,
            disposition = r.Disposition,
            callinfo = noted.CallInfo,
        }));
    }
}
