using Expand.Server.Platform;
using Npgsql;
using NpgsqlTypes;

namespace Expand.Server.DoNotCall;

/// <summary>Whether numbers may be called, in SQL: the same words for whoever is about to call and for whoever only looks.</summary>
internal static class VerdictSql
{
    /// <summary>
    /// <c>lists</c> are those that count; <c>against</c> is what speaks against a number: a list that has it, or a register that has expired and so may have
    /// anybody; <c>lifted</c> is whether an exemption lifts that; <c>verdicts</c> the heaviest of it. A list that has the number weighs more than a register
    /// that has expired, and that more than what is lifted.
    /// </summary>
    public const string Verdicts =
        """
        lists as materialized (
            select l.id, l.name, l.edition, l.issued_on, l.valid_until, l.kind = 2 and l.valid_until < $2 as expired
            from dnc_lists l
            where l.is_in_force and (l.kind = 0 or (l.kind = 1 and l.campaign_id = $4) or (l.kind = 2 and $5 and l.issued_on is not null))),
        looked as materialized (
            select coalesce(jsonb_agg(jsonb_build_object(
                'id', id, 'name', name, 'edition', edition, 'issuedOn', issued_on, 'validUntil', valid_until) order by id), '[]') as lists from lists),
        asked as materialized (select a.number, a.place from unnest($3::text[]) with ordinality as a (number, place)),
        against as (
            select a.number, l.id, l.name, n.has is not null as has
            from asked a cross join lists l
            left join lateral (
                select 1 as has from dnc_numbers n where n.list_id = l.id and n.edition = l.edition and n.number = a.number limit 1) n on true
            where n.has is not null or l.expired),
        lifted as (
            select g.number, g.id, g.name, e.id as exemption_id, e.reason,
                case when e.id is not null then 1 when g.has then 2 else 3 end as result,
                case when e.id is not null then 2 when g.has then 0 else 1 end as place
            from against g
            left join lateral (
                select e.id, e.reason from dnc_exemptions e
                where e.number = g.number and e.ended_at is null and (e.until is null or e.until >= $2)
                    and (e.list_id is null or e.list_id = g.id) and (e.campaign_id is null or e.campaign_id = $4)
                order by e.id limit 1) e on true),
        verdicts as materialized (
            select distinct on (a.place) a.place, a.number, coalesce(l.result, 0) as result,
                l.id as list_id, l.name as list_name, l.exemption_id, l.reason
            from asked a left join lifted l on l.number = a.number
            order by a.place, l.place, l.id)
        """;

    /// <summary>A statement that begins with <see cref="Verdicts"/>: <c>$1</c> is now, <c>$2</c> today, <c>$3</c> the numbers, <c>$4</c> the campaign, <c>$5</c> whether registers count.</summary>
    public static NpgsqlCommand Command(string text, NpgsqlConnection connection, LocalTime time, string[] numbers, int? campaign, bool observesRegisters)
    {
        var command = new NpgsqlCommand(text, connection);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.Now });
        command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = time.Today() });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = numbers });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Integer, Value = campaign is { } id ? id : DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = observesRegisters });
        return command;
    }

    /// <summary>Today in the installation's time zone.</summary>
    public static DateOnly Today(this LocalTime time) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.Now, time.Zone).DateTime);
}
