-- What agentData answers of queue $3 from $1 until $2, from the events alone. What lasts at the beginning is looked for in the day before (nobody is logged
-- in for longer here), and a talk's end in the hours after.
with e as (
    select agent, at, action, unique_id, talk_seconds from queue_activities
    where queue = $3 and at >= $1::timestamptz - interval '1 day' and at < $2::timestamptz + interval '3 hours' and agent <> ''),
sessions as (
    select agent, sum(extract(epoch from least(coalesce(ended, $2), $2) - greatest(began, $1)))::bigint as secs
    from (
        select agent, action, at as began, lead(at) over (partition by agent order by at, action desc) as ended from e where action in (12, 13)) s
    where action = 12 and began < $2 and coalesce(ended, $2) > $1 group by agent),
pauses as (
    select agent, sum(extract(epoch from least(coalesce(ended, $2), $2) - greatest(began, $1)))::bigint as secs
    from (
        select agent, action, at as began, lead(at) over (partition by agent order by at, action desc) as ended from e where action in (14, 15)) s
    where action = 14 and began < $2 and coalesce(ended, $2) > $1 group by agent),
talks as (
    select agent, sum(extract(epoch from least(ended, $2) - greatest(began, $1)))::bigint as secs
    from (
        select agent, action, at as began, lead(at) over (partition by unique_id order by at, action) as ended from e where action in (3, 6, 7, 8)) s
    where action = 3 and began < $2 and ended > $1 group by agent),
outgoing as (
    select agent, sum(extract(epoch from least(at, $2) - greatest(at - make_interval(secs => talk_seconds), $1)))::bigint as secs
    from e where action = 11 and at > $1 and at - make_interval(secs => talk_seconds) < $2 group by agent),
counts as (
    select agent, count(*) filter (where action = 3) as answered, count(*) filter (where action in (4, 5)) as lost, count(*) filter (where action = 10) as outgoing,
        count(*) filter (where action = 8) as transferred
    from e where at >= $1 and at < $2 group by agent)
select concat_ws(' ', agent, coalesce(sessions.secs, 0), coalesce(pauses.secs, 0), coalesce(talks.secs, 0), coalesce(outgoing.secs, 0), coalesce(answered, 0), coalesce(lost, 0),
    coalesce(counts.outgoing, 0), coalesce(transferred, 0))
from sessions full join pauses using (agent) full join talks using (agent) full join outgoing using (agent)
    full join (select * from counts where answered + lost + outgoing + transferred > 0) counts using (agent)
