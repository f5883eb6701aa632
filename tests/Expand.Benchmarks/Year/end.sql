-- The sessions' ids were of our making.
select setval(pg_get_serial_sequence('agent_sessions', 'id'), (select max(id) from agent_sessions));
drop schema seed cascade;
