-- A day (seed.day, counted from 0, which is 2025-01-01 in UTC-3) of a centre of the size seed.scale: an agent works on 5 days of 7, in 53 slots of
-- 540 s, of which 13, 26 and 39 are pauses and 50 are calls: 8 % abandoned, 15 % outgoing, 77 % answered. Shifts begin from 07:00 to 14:00; one agent
-- of 50 begins at 17:00 and works past midnight. What happens is written in the order in which a PBX writes it.
truncate seed.shifts, seed.calls, seed.sessions, seed.pauses;

insert into seed.shifts
select number, '2025-01-01 00:00:00-03'::timestamptz
    + make_interval(days => d, hours => case when number % 50 = 7 then 17 else 7 + number % 8 end, secs => seed.h(d * 10000 + number, 3, 300)),
    28620 + seed.h(d * 10000 + number, 16, 600)
from seed.agents, (select current_setting('seed.day')::int as d) x where (d + number) % 7 < 5;

insert into seed.calls
select k, agent, seed.queue(1 + (agent * 7 + seed.h(k, 4, 4) * 11) % 40), st, case when r < 80 then 0 when r < 230 then 1 else 2 end, seed.h(k, 6, 100),
    2 + seed.h(k, 7, 30), 1 + seed.h(k, 8, 12), 15 + seed.h(k, 9, 190) + seed.h(k, 10, 190), seed.h(k, 11, 100),
    extract(epoch from st)::bigint || '.' || agent * 64 + slot,
    case when seed.h(k, 12, 3) = 0 then '2' else '09' end || lpad(seed.h(k, 13, 10000000)::text, 7, '0')
from (
    select k, agent, slot, seed.h(k, 5, 1000) as r, t + make_interval(secs => slot * 540 + seed.h(k, 14, 40)) as st
    from (
        select (current_setting('seed.day')::bigint * 100000 + agent) * 64 + slot as k, agent, slot, t
        from seed.shifts, generate_series(0, 52) slot where slot not in (13, 26, 39)) x) y;

-- Each agent is logged in to four queues at once. The first one forgets the logout of the last day.
insert into seed.sessions
select (current_setting('seed.day')::bigint * 100000 + agent) * 4 + j, seed.queue(1 + (agent * 7 + j * 11) % 40), agent, t - interval '1 second',
    case when agent = (select min(agent) from seed.shifts) and current_setting('seed.day')::int = current_setting('seed.days')::int - 1 then null
        else t + make_interval(secs => worked) end
from seed.shifts, generate_series(0, 3) j;

insert into seed.pauses
select (d::bigint * 100000 + agent) * 4 + j, seed.queue(1 + (agent * 7 + j * 11) % 40), agent,
    ('{Almuerzo,Descanso,"Tareas administrativas",Capacitación}'::text[])[1 + (p / 13 + agent) % 4],
    t + make_interval(secs => p * 540 + 5), t + make_interval(secs => p * 540 + 60 + seed.h(d * 10000 + agent, p, 450))
from seed.shifts, generate_series(0, 3) j, unnest('{13,26,39}'::int[]) p, (select current_setting('seed.day')::int as d) x;

insert into agent_sessions (id, pbx, queue, agent, device, began_at, ended_at) overriding system value
select id, 'pbx1', queue, agent::text, 'PJSIP/' || agent, began_at, ended_at from seed.sessions order by began_at, id;

insert into agent_pauses (session_id, queue, agent, cause, began_at, ended_at)
select session_id, queue, agent::text, cause, began_at, ended_at from seed.pauses order by began_at, session_id;

insert into agent_calls (pbx, queue, agent, unique_id, kind, at, talk_from, talk_to, transferred, from_cdr)
select 'pbx1', queue, agent::text, uid, e.kind, t + make_interval(secs => e.dt), t + make_interval(secs => e.talks), t + make_interval(secs => e.talks + talk),
    e.kind = 1 and fin >= 97, e.kind = 5
from seed.calls c cross join lateral (
    select 5 as kind, 0 as dt, ring as talks where c.kind = 1
    union all select case when extra < 15 then 2 else 3 end, 2 + wait / 2, null where c.kind = 2 and extra < 20
    union all select 1, 2 + wait + ring, 2 + wait + ring where c.kind = 2) e
order by 6, uid, e.dt;

insert into queue_activities (pbx, at, queue, action, unique_id, agent, caller_id, wait_seconds, talk_seconds, destination, cause)
select 'pbx1', at, queue, act, uid, agent, caller_id, wait_seconds, talk_seconds, destination, cause from (
    select t + make_interval(secs => e.dt) as at, queue, e.act, uid, case when e.act in (1, 9) then '' else agent::text end as agent,
        case when e.act = 1 then num else '' end as caller_id, case when e.act in (3, 9) then e.dt end as wait_seconds,
        case when e.act in (6, 7, 8, 11) then talk end as talk_seconds,
        case when e.act = 10 then num when e.act = 8 then '7' || seed.h(k, 15, 90) + 10 else '' end as destination, '' as cause, e.o
    from seed.calls c cross join lateral (
        select 1 as act, 0 as dt, 1 as o where kind in (0, 2)
        union all select 9, wait, 2 where kind = 0
        union all select 10, 0, 1 where kind = 1
        union all select 11, ring + talk, 2 where kind = 1
        union all select 2, 1, 2 where kind = 2 and extra < 20
        union all select case when extra < 15 then 4 else 5 end, 2 + wait / 2, 3 where kind = 2 and extra < 20
        union all select 2, 2 + wait, 4 where kind = 2
        union all select 3, 2 + wait + ring, 5 where kind = 2
        union all select case when fin < 55 then 6 when fin < 97 then 7 else 8 end, 2 + wait + ring + talk, 6 where kind = 2) e
    union all
    select began_at, queue, 12, '', agent::text, '', null, null, '', '', 0 from seed.sessions
    union all
    select ended_at, queue, 13, '', agent::text, '', null, null, '', '', 9 from seed.sessions where ended_at is not null
    union all
    select case e.act when 14 then p.began_at else p.ended_at end, queue, e.act, '', agent::text, '', null, null, '', case e.act when 14 then cause else '' end, 0
    from seed.pauses p cross join (values (14), (15)) e(act)) v
order by at, uid, o, queue, agent;

insert into cdr (pbx, call_date, caller_id, source, destination, context, channel, destination_channel, last_application, last_data, duration, billable_seconds,
    disposition, unique_id, linked_id, user_field, sequence, answered_at, ended_at)
select 'pbx1', t, clid, src, dst, context, channel, dstchannel, app, data, duration, billsec, disposition, uid, uid, user_field, seq,
    case when billsec > 0 then t + make_interval(secs => duration - billsec) end, t + make_interval(secs => duration)
from (
    select t, case kind when 1 then '"agent' || agent || '" <' || agent || '>' else '"' || num || '" <' || num || '>' end as clid,
        case kind when 1 then agent::text else num end as src, case kind when 1 then num else queue end as dst,
        case kind when 1 then 'from-internal' else 'queues' end as context,
        case kind when 1 then 'PJSIP/' || agent else 'PJSIP/trunk' end || '-' || lpad(to_hex(seed.h(k, 17, 1 << 30)), 8, '0') as channel,
        case kind when 0 then '' when 1 then 'PJSIP/trunk-' || lpad(to_hex(seed.h(k, 18, 1 << 30)), 8, '0')
            else 'PJSIP/' || agent || '-' || lpad(to_hex(seed.h(k, 18, 1 << 30)), 8, '0') end as dstchannel,
        case kind when 1 then 'Dial' else 'Queue' end as app,
        case kind when 1 then 'PJSIP/' || num || '@trunk,60,Tt' else queue || ',tT,,,120' end as data,
        case kind when 0 then wait when 1 then ring + talk else 2 + wait + ring + talk end as duration, case kind when 0 then 0 else talk end as billsec,
        case kind when 0 then 'NO ANSWER' else 'ANSWERED' end as disposition, uid, '' as user_field, (k % 1000000)::int as seq
    from seed.calls
    union all
    select t, '"' || src || '" <' || src || '>', src, dst, 'from-internal', 'PJSIP/' || src || '-' || lpad(to_hex(seed.h(k, 17, 1 << 30)), 8, '0'),
        case when r < 70 then 'PJSIP/trunk-' || lpad(to_hex(seed.h(k, 18, 1 << 30)), 8, '0') else '' end, 'Dial', 'PJSIP/' || dst || '@trunk,60,Tt', dur + 9,
        case when r < 70 then dur else 0 end, case when r < 70 then 'ANSWERED' when r < 85 then 'NO ANSWER' when r < 95 then 'BUSY' else 'FAILED' end,
        extract(epoch from t)::bigint || '.' || 10000000 + n, case when r < 5 then '01-43-1' else '' end, n
    from (
        select n, k, (700 + seed.h(k, 19, 200))::text as src, '2' || lpad(seed.h(k, 20, 10000000)::text, 7, '0') as dst, seed.h(k, 21, 100) as r,
            5 + seed.h(k, 22, 300) as dur, '2025-01-01 00:00:00-03'::timestamptz
                + make_interval(days => d, secs => 25200 + seed.h(k, 23, 28800) + seed.h(k, 24, 25200)) as t
        from (
            select n, d, d::bigint * 1000000 + n as k
            from (select current_setting('seed.day')::int as d) x, generate_series(1, round(9534 * current_setting('seed.scale')::numeric)::int) n) a) b) v
order by t + make_interval(secs => duration), uid;
