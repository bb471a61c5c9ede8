INSERT INTO staff_totp (staff_id, secret, created_at, confirmed_at, last_step) VALUES ('01a1ffa1-68e9-70c9-8e13-640e4cfba9a5', '\x01', 1795000000000000, NULL, 0);
INSERT INTO recovery_codes (code_hash, staff_id, created_at, used_at) VALUES ('\x02', '01a1ffa1-68e9-70c9-8e13-640e4cfba9a5', 1795000000000000, 1795000001000000);
INSERT INTO passkeys (credential_id, staff_id, name, public_key, counter, created_at, used_at) VALUES ('\x03', '01a1ffa1-68e9-70c9-8e13-640e4cfba9a5', 'Firefox on Linux', '\x04', 7, 1795000000000000, NULL);
INSERT INTO sessions (hash, kind, subject, created_at, seen_at, expires_at, device) VALUES ('\x05', 'staff', '01a1ffa1-68e9-70c9-8e13-640e4cfba9a5', 1795000000000000, 1795000000000000, 1795001800000000, 'Firefox on Linux');
