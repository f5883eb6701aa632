-- What getAgentTimes answers of all queues from $1 until $2, from the events alone: time in several queues at once counts once. What lasts at the beginning
-- is looked for in the day before: nobody is logged in for longer here.
with e as (
    select agent, queue, at, action from queue_activities where at >= $1::timestamptz - interval '1 day' and at < $2 and action in (12, 13, 14, 15)),
intervals as (
    select agent, queue, action, greatest(at, $1) as began, least(coalesce(ended, $2), $2) as ended
    from (
        select agent, queue, action, at, lead(at) over (partition by agent, queue, action >= 14 order by at, action desc) as ended from e) s
    where action in (12, 14) and at < $2 and coalesce(ended, $2) > $1),
logged as (
    select agent, range_agg(tstzrange(began, ended)) as times, array_agg(distinct queue collate "C" order by queue collate "C") as queues from intervals where action = 12 group by agent),
paused as (select agent, range_agg(tstzrange(began, ended)) as times from intervals where action = 14 group by agent)
select concat_ws(' ', agent, (select sum(extract(epoch from upper(r) - lower(r)))::bigint from unnest(logged.times) r),
    (select coalesce(sum(extract(epoch from upper(r) - lower(r))), 0)::bigint from unnest(paused.times) r), array_to_string(queues, ','))
from logged left join paused using (agent)
