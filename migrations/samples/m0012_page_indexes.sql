INSERT INTO page_openings (appointment_id, staff_id, number, opened_at) VALUES ('01a1ffa1-68e9-70c9-8e13-640e4cfba9a6', '01a1ffa1-68e9-70c9-8e13-640e4cfba9c1', 1, 1795000000000000);
