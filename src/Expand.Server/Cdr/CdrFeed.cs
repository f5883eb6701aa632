using System.Text;
using Expand.Server.Pbx;
using Npgsql;

namespace Expand.Server.Cdr;

/// <summary>Takes Asterisk's CDR lines into the table <c>cdr</c>, a chunk in one statement.</summary>
internal sealed class CdrFeed : IFeedConsumer
{
    private const string Columns =
        """
        pbx, unique_id, sequence, linked_id, call_date, answered_at, ended_at, caller_id, source, destination, context, channel,
        destination_channel, last_application, last_data, duration, billable_seconds, disposition, user_field, hangup_cause,
        connected_at
        """;

    public string Feed => "cdr";

    public async Task<IReadOnlyList<(string Line, string Reason)>> TakeAsync(
        string pbx, ReadOnlyMemory<byte> lines, NpgsqlConnection connection, CancellationToken ct)
    {
        var rejected = new List<(string, string)>();
        var records = new List<CallRecord>();
        foreach (var line in Encoding.UTF8.GetString(lines.Span).Split('\n'))
        {
            var text = line.TrimEnd('\r');
            if (text.Length == 0) continue;
            var (record, reason) = CdrLine.Read(text, pbx);
            if (record is not null) records.Add(record);
            else rejected.Add((text.Replace("\0", "", StringComparison.Ordinal), reason!));
        }

        if (records.Count > 0) await InsertAsync(records, connection, ct);
        return rejected;
    }

    private static async Task InsertAsync(List<CallRecord> records, NpgsqlConnection connection, CancellationToken ct)
    {
        // One writer after the other, of whatever PBX: ids are in the order in which they can be seen (CallRecordStream).
        await using (var turn = new NpgsqlCommand("select pg_advisory_xact_lock(hashtext('cdr'))", connection)) await turn.ExecuteNonQueryAsync(ct);
        await using var command = new NpgsqlCommand(
            $"""
            insert into cdr ({Columns})
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
            on conflict do nothing
            """, connection);
        void Add<T>(Func<CallRecord, T> field) => command.Parameters.Add(new() { Value = records.Select(field).ToArray() });
        Add(r => r.Pbx);
        Add(r => r.UniqueId);
        Add(r => r.Sequence);
        Add(r => r.LinkedId);
        Add(r => r.CallDate.UtcDateTime);
        Add(r => r.AnsweredAt?.UtcDateTime);
        Add(r => r.EndedAt?.UtcDateTime);
        Add(r => r.CallerId);
        Add(r => r.Source);
        Add(r => r.Destination);
        Add(r => r.Context);
        Add(r => r.Channel);
        Add(r => r.DestinationChannel);
        Add(r => r.LastApplication);
        Add(r => r.LastData);
        Add(r => r.Duration);
        Add(r => r.BillableSeconds);
        Add(r => r.Disposition);
        Add(r => r.UserField);
        Add(r => r.HangupCause);
        Add(r => r.ConnectedAt?.UtcDateTime);
        await command.ExecuteNonQueryAsync(ct);
    }
}
