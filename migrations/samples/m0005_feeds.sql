INSERT INTO appointment_versions (external_id, sequence, at) VALUES ('A-1', 3, 1795000000000000), ('A-2', NULL, NULL);
INSERT INTO pathways (hash, pathway_id, version, source, created_at) VALUES ('00ff', 'wellbeing-check', '1', 'id = "wellbeing-check"', 1795000000000000);
INSERT INTO feed_log (at, feed, row, outcome, reason, appointment) VALUES (1795000000000000, 'ics', 7, 'rejected', 'DTSTART: is absent', 'A-3');
