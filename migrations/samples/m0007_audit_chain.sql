INSERT INTO audit_links (id, at, count, as_is, ids, digest, previous, mac) VALUES (1, 1795000002000000, 1, TRUE, '1', '\x00', '\x', '\x01');
INSERT INTO audit (at, actor, action, subject, stamp, mac, link) VALUES (1795000001000000, 'service', 'appointment.created', 'appointment:01a1ffa1-68e9-70c9-8e13-640e4cfba9a9', '01a1ffa1-68e9-70c9-8e13-640e4cfba9c1', '\x02', NULL);
UPDATE audit SET link = 1 WHERE stamp IS NULL;
