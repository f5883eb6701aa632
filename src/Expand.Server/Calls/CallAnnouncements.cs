using Expand.Server.Platform.Announcements;
using Npgsql;

namespace Expand.Server.Calls;

/// <summary>
/// What is announced of originated calls: <c>call.ringing</c>, <c>call.answered</c>, <c>call.finished</c>. Made by the statement that changes the rows, so it
/// is told exactly where that is; where nobody waits for it, nothing is done.
/// </summary>
internal static class CallAnnouncements
{
    private const string Ringing = "call.ringing";
    private const string Answered = "call.answered";
    private const string Finished = "call.finished";

    /// <summary>The contract's words (soap.md, originateCallStatus).</summary>
    private const string Word =
        "(array['RINGING', 'ANSWER', 'HUNGUP', 'BUSY', 'NO ANSWER', 'CONGESTION', 'OFFHOOK'])";

    private static readonly string Data =
        $"""
        jsonb_build_object('id', lpad(to_hex(c.id), 8, '0'), 'uniqueid', c.channel_id, 'src', c.source, 'dst', c.destination,
            'status', {Word}[t.status], 'code', t.status)
        """;

    /// <summary>
    /// Changes as <see cref="CallRepository.WriteAsync"/> writes them ($1 ids, $2 statuses, $3 answered, $4 ended), and what is announced of them ($5).
    /// A call that was answered and ended since it was written last is told both.
    /// </summary>
    public static readonly string ChangeSql =
        $"""
        with before as (
            select id, answered_at from originated_calls where id = any($1) and ended_at is null for update),
        c as (
            update originated_calls o set
                status = case when n.ended_at is not null and o.cancel_requested_at is not null then 3 else n.status end,
                answered_at = coalesce(o.answered_at, n.answered_at), ended_at = n.ended_at
            from unnest($1, $2, $3, $4) as n(id, status, answered_at, ended_at) join before b on b.id = n.id
            where o.id = n.id and o.ended_at is null
            returning o.*, b.answered_at as was_answered_at),
        told as (
            insert into announcements (type, at, data)
            select t.type, t.at, {Data} || case when t.type = '{Finished}' then jsonb_build_object('answered', c.answered_at is not null) else '{"{}"}' end
            from c cross join lateral (values
                ('{Answered}', case when c.was_answered_at is null then c.answered_at end, 2),
                ('{Finished}', c.ended_at, c.status::int)) t(type, at, status)
            where t.at is not null and t.type = any($5) order by t.at, t.type)
        select id, cancel_requested_at is not null and ended_at is not null from c
        """;

    private static readonly string NewSql =
        $"""
        insert into announcements (type, at, data)
        select t.type, c.requested_at, {Data} || case when t.type = '{Finished}' then jsonb_build_object('answered', false) else '{"{}"}' end
        from originated_calls c
        cross join lateral (values (case when c.ended_at is null then '{Ringing}' else '{Finished}' end, c.status::int)) t(type, status)
        where c.id = $1
        """;

    /// <summary>What somebody waits for of what becomes of a call.</summary>
    public static string[] Changes(AnnouncementsWanted? wanted) => wanted is null ? [] : [.. new[] { Answered, Finished }.Where(wanted.Contains)];

    /// <summary>What is announced of a new row; null where nobody waits for it.</summary>
    public static NpgsqlBatchCommand? OfNew(OriginatedCall call, AnnouncementsWanted? wanted)
    {
        if (wanted is null || !wanted.Contains(call.EndedAt is null ? Ringing : Finished)) return null;
        var command = new NpgsqlBatchCommand(NewSql);
        command.Parameters.Add(new() { Value = call.Id });
        return command;
    }
}
