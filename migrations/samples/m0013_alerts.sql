INSERT INTO safety_plans (clinic, version, source, set_at, set_by) VALUES ('North Clinic', '1', '\x01', 1795000000000000, 'operator');
INSERT INTO activations (pathway, version, clinic, is_on, at, done_by) VALUES ('mood-check', '1', 'North Clinic', TRUE, 1795000000000000, 'operator');
INSERT INTO alert_log (alert_id, at, what, rung, staff_id, channel, detail) VALUES ('01a1ffa1-68e9-70c9-8e13-640e4cfba9d1', 1795000000000000, 'told', 'on-call', '01a1ffa1-68e9-70c9-8e13-640e4cfba9c1', NULL, NULL);
INSERT INTO staff_chats (staff_id, chat, since) VALUES ('01a1ffa1-68e9-70c9-8e13-640e4cfba9c1', '\x02', 1795000000000000);
INSERT INTO heartbeats (name, at) VALUES ('alerts', 1795000000000000);
