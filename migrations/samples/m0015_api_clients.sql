UPDATE api_clients SET revoked_at = 1795000000000000;
INSERT INTO backend_clients (client_id, name, scopes, jwks, jwks_url, created_at, revoked_at) VALUES ('01a1ffa1-68e9-70c9-8e13-640e4cfba9e1', 'warehouse', 'system/*.rs', '{"keys":[]}', NULL, 1795000000000000, NULL);
INSERT INTO access_tokens (token_hash, client_id, scopes, expires_at) VALUES ('\x03', '01a1ffa1-68e9-70c9-8e13-640e4cfba9e1', 'system/Patient.rs', 1795000300000000);
INSERT INTO used_assertions (id_hash, until_at) VALUES ('\x04', 1795000300000000);
