-- Of a row of a hundred, whatever its time: all of what its key was hashed to.
set timezone = 'UTC';
select md5(concat(
    (select string_agg(concat_ws('|', call_date, caller_id, destination, channel, destination_channel, duration, disposition, unique_id), E'\n' order by call_date, unique_id)
        from cdr where id % 100 = 0),
    (select string_agg(concat_ws('|', at, queue, action, unique_id, agent, caller_id, wait_seconds, talk_seconds, destination), E'\n' order by at, id)
        from queue_activities where id % 100 = 0),
    (select string_agg(concat_ws('|', name, numcall, state, state_at), E'\n' order by id) from contacts where id % 100 = 0),
    (select string_agg(d::text, E'\n' order by queue, day, agent) from agent_days d where day = date '2025-01-02')))
