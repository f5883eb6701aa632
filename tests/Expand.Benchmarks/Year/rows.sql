select format('%s call records, %s activities, %s calls of agents, %s sessions, %s pauses, %s contacts, %s list elements, %s',
    (select count(*) from cdr), (select count(*) from queue_activities), (select count(*) from agent_calls), (select count(*) from agent_sessions),
    (select count(*) from agent_pauses), (select count(*) from contacts), (select count(*) from list_elements), pg_size_pretty(pg_database_size(current_database())))
