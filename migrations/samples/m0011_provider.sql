INSERT INTO staff_identities (identity_hash, staff_id, created_at) VALUES ('\x06', '01a1ffa1-68e9-70c9-8e13-640e4cfba9c1', 1795000000000000);
INSERT INTO sessions (hash, kind, subject, created_at, seen_at, expires_at, device, vouched) VALUES ('\x07', 'staff', '01a1ffa1-68e9-70c9-8e13-640e4cfba9c1', 1795000000000000, 1795000000000000, 1795001800000000, 'Firefox on Linux', TRUE);
