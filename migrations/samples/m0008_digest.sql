INSERT INTO digests (staff_id, address, since) VALUES ('01a1ffa1-68e9-70c9-8e13-640e4cfba9a5', '\x00', 1795000000000000);
