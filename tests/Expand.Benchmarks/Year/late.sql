-- What comes late: a call of the first noon, written down when the last day is over.
insert into queue_activities (pbx, at, queue, action, unique_id, agent, caller_id, wait_seconds, talk_seconds, destination, cause) values
    ('pbx1', '2025-01-01 12:00:00-03', 'q_001', 1, '1735743600.1', '', '099000001', null, null, '', ''),
    ('pbx1', '2025-01-01 12:00:09-03', 'q_001', 9, '1735743600.1', '', '', 9, null, '', '');
insert into cdr (pbx, call_date, caller_id, source, destination, context, channel, destination_channel, last_application, last_data, duration, billable_seconds,
    disposition, unique_id, linked_id, user_field, sequence, ended_at)
values ('pbx1', '2025-01-01 12:00:00-03', '"099000001" <099000001>', '099000001', 'q_001', 'queues', 'PJSIP/trunk-00000001', '', 'Queue', 'q_001,tT,,,120', 9, 0,
    'NO ANSWER', '1735743600.1', '1735743600.1', '', 1, '2025-01-01 12:00:09-03');
