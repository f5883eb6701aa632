-- A campaign with a million contacts, and 19 with a fiftieth of that each.
insert into campaigns (name, description, state, paused, queue, mode, time_zone, schedule, redial_rules, max_attempts, version)
select 'Campaña ' || c, '', case when c % 4 = 3 then 2 else 0 end, true, seed.queue(c), 1, 'America/Montevideo', '[]', '[]', 5, 1 from generate_series(1, 20) c order by c;
with big as (select min(id) as id from campaigns), n as (select round(1000000 * current_setting('seed.scale')::numeric)::bigint as n)
insert into contacts (campaign, name, numcall, enable, info, state, state_at, added_at, attempt_at, last_attempt, state_log, version)
select case when i <= n then big.id else big.id + 1 + (i % 19)::int end, seed.person(i),
    case when seed.h(i, 31, 3) = 0 then '2' else '09' end || lpad(seed.h(i, 32, 10000000)::text, 7, '0'), seed.h(i, 33, 50) > 0,
    json_build_object('ci', lpad(seed.h(i, 34, 10000000)::text, 7, '0') || '-' || i % 10, 'correo', 'c' || i || '@example.com'), st,
    case when st = 0 then t else t + make_interval(secs => 3600 + seed.h(i, 37, 800000)) end, t,
    case when st <> 0 then t + make_interval(secs => 3500 + seed.h(i, 37, 800000)) end, case st when 1 then 1 when 2 then 3 end,
    jsonb_build_array(jsonb_build_object('at', to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'transition', '_Source_API_Apl')), 1
from (
    select i, case when r < 40 then 0 when r < 85 then 1 when r < 95 then 2 else 3 end as st,
        '2025-01-01 09:00:00-03'::timestamptz + make_interval(secs => seed.h(i, 36, 28000000)) as t
    from n, generate_series(1, n.n + 19 * (n.n / 50)) i cross join lateral (select seed.h(i, 35, 100) as r) r) b, big, n
order by i;

insert into value_lists (kind, name, alias, description)
select 'simple', 'lista' || l, 'Lista ' || l, '' from generate_series(1, 10) l order by l;
insert into list_elements (list_id, key, value, version)
select (select min(id) from value_lists) + (i % 10)::int, (20000000 + i * 7)::text, (100 + seed.h(i, 41, 900))::text, 1
from generate_series(1, round(100000 * current_setting('seed.scale')::numeric)::bigint) i order by i;
