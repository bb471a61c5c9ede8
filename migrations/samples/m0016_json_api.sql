INSERT INTO webhooks (id, target, events, created_at, created_by) VALUES ('01a1ffa1-68e9-70c9-8e13-640e4cfba9e1', '\x01', 'alert.raised visit.completed', 1795000000000000, 'operator');
INSERT INTO api_requests (key_hash, content_hash, begun_at, status, resource) VALUES ('\x02', '\x03', 1795000000000000, 201, '01a1ffa1-68e9-70c9-8e13-640e4cfba9a9');
